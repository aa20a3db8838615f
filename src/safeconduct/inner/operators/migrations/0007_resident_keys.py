import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("operators", "0006_words_for_duress")]

    operations = [
        migrations.CreateModel(
            name="ResidentKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=20)),
                ("store", models.CharField(max_length=20)),
                ("number", models.PositiveIntegerField()),
                ("fingerprint", models.BinaryField(max_length=32)),
                ("made_at", models.DateTimeField()),
                ("signatures", models.JSONField()),
                ("held_at", models.DateTimeField(null=True)),
                ("missing_since", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("name", "number"), name="operators_resident_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("held_at__isnull", False), ("missing_since__isnull", False), _connector="OR"
                        ),
                        name="operators_resident_held_or_not",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResidentWrap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("blob", models.BinaryField()),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wraps",
                        to="operators.residentkey",
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resident_wraps",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("key", "operator"), name="operators_resident_wrap_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("operator", None)),
                        fields=("key",),
                        name="operators_resident_wrap_once_for_recovery",
                    ),
                ],
            },
        ),
    ]
