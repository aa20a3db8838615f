import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duty", "0002_alarm"), ("cases", "0004_broken_glass")]

    operations = [
        migrations.AddField(
            model_name="alarm",
            name="glass",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.brokenglass"
            ),
        )
    ]
