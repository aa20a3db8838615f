from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("store", models.CharField(max_length=20)),
                ("seq", models.BigIntegerField()),
                ("at", models.BigIntegerField()),
                ("actor", models.BigIntegerField(null=True)),
                ("verb", models.CharField(max_length=40)),
                ("about_kind", models.CharField(max_length=20)),
                ("about_id", models.BigIntegerField(null=True)),
                ("previous", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "db_table": "audit_line",
                "constraints": [models.UniqueConstraint(fields=["store", "seq"], name="audit_line_once")],
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("store", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={"db_table": "audit_head"},
        ),
        # From here on Django's flush, which empties every table of managed models, leaves them alone.
        migrations.AlterModelOptions(name="line", options={"managed": False}),
        migrations.AlterModelOptions(name="head", options={"managed": False}),
    ]
