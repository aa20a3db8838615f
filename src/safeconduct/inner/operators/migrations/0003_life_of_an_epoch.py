from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F


def front_has_all(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Until now an epoch went to the front by hand at once, whether a backup held it or not."""
    apps.get_model("operators", "Epoch").objects.update(backed_up_at=F("opened_at"))


class Migration(migrations.Migration):
    dependencies = [("operators", "0002_cache_table")]

    operations = [
        migrations.AddField("epoch", "backed_up_at", models.DateTimeField(null=True)),
        migrations.AddField("epoch", "front_has_at", models.DateTimeField(null=True)),
        migrations.AddField("epoch", "destroyed_at", models.DateTimeField(null=True)),
        migrations.RunPython(front_has_all, migrations.RunPython.noop),
    ]
