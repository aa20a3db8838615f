import django.db.models.deletion
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


def _by(*, null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, null=null
    )


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0004_duress"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LockAsked",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("by", _by()),
                ("confirmed_by", _by(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", None),
                            models.Q(("confirmed_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="duty_lock_confirmed_by_another",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteLock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                ("resumed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.lookups.IsNull(models.F("resumed_at"), True),
                        condition=models.Q(("resumed_at", None)),
                        name="duty_one_lock_at_a_time",
                    )
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="alarm", name="duty_alarm_known"),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["break_glass", "bulk_reading", "clocks_missing", "duress", "index_missing", "site_locked"],
                    )
                ),
                name="duty_alarm_known",
            ),
        ),
    ]
