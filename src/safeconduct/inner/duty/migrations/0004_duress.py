from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duty", "0003_alarm_of_broken_glass")]

    operations = [
        migrations.RemoveConstraint("alarm", "duty_alarm_known"),
        migrations.AddConstraint(
            "alarm",
            models.CheckConstraint(
                condition=models.Q(kind__in=["break_glass", "bulk_reading", "duress"]), name="duty_alarm_known"
            ),
        ),
    ]
