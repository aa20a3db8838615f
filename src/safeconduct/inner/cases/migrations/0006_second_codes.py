import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_drafts")]

    operations = [
        migrations.AddField("case", "second_used_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="SecondCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.BinaryField(db_index=True, max_length=32)),
                ("language", models.CharField(max_length=5)),
                ("exchange", models.CharField(default="", max_length=40)),
                ("said", models.PositiveIntegerField(default=0)),
                ("due_at", models.DateTimeField(db_index=True, null=True)),
                ("made_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("wiped_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="second_codes",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            "thread",
            "second",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="threads", to="cases.secondcode"
            ),
        ),
        migrations.AlterField(
            "thread",
            "case",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="threads", to="cases.case"
            ),
        ),
        migrations.AddConstraint(
            "thread",
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(second__isnull=False), name="cases_thread_of_a_code"
            ),
        ),
    ]
