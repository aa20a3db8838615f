"""When was the last letter read? Of older cases only this is known: what we answered or closed was read."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F


def take_what_is_answered_for_read(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("cases", "Case").objects.filter(clock_since=None).update(read_at=F("last_word_at"))


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]

    operations = [
        migrations.AddField("case", "read_at", models.DateTimeField(null=True)),
        migrations.RunPython(take_what_is_answered_for_read, migrations.RunPython.noop),
    ]
