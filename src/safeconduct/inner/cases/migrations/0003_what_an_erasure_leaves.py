from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_when_a_case_was_read")]

    operations = [
        *(
            migrations.AddField("tombstone", name, models.PositiveIntegerField(default=0))
            for name in ("letters", "answers", "files", "notes")
        ),
        migrations.AddField("tombstone", "audit_seq", models.BigIntegerField(null=True)),
        migrations.CreateModel(
            name="JournalLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.BinaryField()),
            ],
        ),
    ]
