import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_broken_glass"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=6)),
                ("draft_id", models.BinaryField(max_length=16, unique=True)),
                ("epoch", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
                ("written_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="cases.case"
                    ),
                ),
            ],
            options={
                "ordering": ["written_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "by", "kind"), name="cases_draft_once"),
                    models.CheckConstraint(
                        condition=models.Q(kind__in=["answer", "note"]), name="cases_draft_kind_known"
                    ),
                ],
            },
        ),
    ]
