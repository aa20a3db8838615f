from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="SignedHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("store", models.CharField(max_length=20)),
                ("number", models.BigIntegerField()),
                ("on", models.DateField()),
                ("seq", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
                ("signature", models.TextField()),
            ],
            options={
                "db_table": "audit_signed_head",
                "constraints": [
                    models.UniqueConstraint(fields=["store", "number"], name="audit_signed_head_number_once"),
                    models.UniqueConstraint(fields=["store", "on"], name="audit_signed_head_day_once"),
                ],
            },
        ),
        migrations.AlterModelOptions(name="signedhead", options={"managed": False}),
    ]
