from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("operators", "0004_roles_of_all_stores")]

    operations = [migrations.AddField("operator", "admissions_seen", models.PositiveBigIntegerField(default=0))]
