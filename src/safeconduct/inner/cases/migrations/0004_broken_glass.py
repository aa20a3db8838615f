import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0003_what_an_erasure_leaves"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BrokenGlass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("case_number", models.BigIntegerField()),
                ("reason", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["by", "until"], name="cases_glass_broken")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            reason__in=(
                                "closed_by_mistake",
                                "colleague_gone",
                                "danger",
                                "asked_elsewhere",
                                "checked",
                            )
                        ),
                        name="cases_glass_reason_known",
                    )
                ],
            },
        ),
    ]
