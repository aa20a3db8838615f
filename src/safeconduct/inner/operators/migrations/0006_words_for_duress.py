import hashlib
import os

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def give_each_row_its_own(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """A value that nobody knows, and no two alike: else a row that differs would tell who was given words."""
    for operator in apps.get_model("operators", "Operator").objects.all():
        operator.duress_hash = hashlib.sha256(os.urandom(32)).hexdigest()
        operator.save(update_fields=["duress_hash"])


class Migration(migrations.Migration):
    dependencies = [("operators", "0005_admissions_seen")]

    operations = [
        migrations.AddField("operator", "forced_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "operator", "duress_hash", models.CharField(max_length=64, default=""), preserve_default=False
        ),
        migrations.RunPython(give_each_row_its_own, migrations.RunPython.noop),
    ]
