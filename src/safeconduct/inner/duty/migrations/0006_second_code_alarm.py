from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duty", "0005_panic_lock")]

    operations = [
        migrations.AddField("alarm", "case", models.BigIntegerField(null=True)),
        migrations.RemoveConstraint("alarm", "duty_alarm_known"),
        migrations.AddConstraint(
            "alarm",
            models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "break_glass",
                            "bulk_reading",
                            "clocks_missing",
                            "duress",
                            "index_missing",
                            "second_code",
                            "site_locked",
                        ],
                    )
                ),
                name="duty_alarm_known",
            ),
        ),
    ]
