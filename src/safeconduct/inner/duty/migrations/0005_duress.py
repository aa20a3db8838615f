from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duty", "0002_alarm")]

    operations = [
        migrations.RemoveConstraint("alarm", "duty_alarm_known"),
        migrations.AddConstraint(
            "alarm",
            models.CheckConstraint(
                condition=models.Q(kind__in=["break_glass", "bulk_reading", "duress"]), name="duty_alarm_known"
            ),
        ),
    ]
