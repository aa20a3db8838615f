from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_second_codes")]

    operations = [
        migrations.AddField("thread", "verifying_key", models.BinaryField(default=b"", max_length=32)),
    ]
