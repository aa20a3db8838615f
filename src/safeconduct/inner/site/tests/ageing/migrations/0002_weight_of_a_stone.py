"""Every stone gets the length of its name as its weight: only a migration that saw the rows can have done that."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ageing", "0001_stone")]

    operations = [
        migrations.AddField("stone", "weight", models.IntegerField(default=0), preserve_default=False),
        migrations.RunSQL("UPDATE ageing_stone SET weight = length(name)"),
    ]
