"""What lies under an epoch, and when may its private key go? With the last row, once nothing more can come in."""

import logging

from django.apps import apps
from django.db import models
from django.db.models import Model
from django.utils import timezone

from safeconduct.handover.reaching.lookups import front_status
from safeconduct.inner.operators import epochs, resident_keys
from safeconduct.inner.operators.clearing import clear_files
from safeconduct.inner.operators.models import Epoch, EpochWrap, ResidentWrap
from safeconduct.inner.operators.rules import APPEALS

# Rows of these rooms are of one store and do not say so. Those of a room that is missing here count for every store:
# a key that stays too long loses nothing.
STORE_OF_ROOM = {"cases": APPEALS}

log = logging.getLogger(__name__)


def rows_under(epoch: Epoch) -> int:
    """Letters, answers, files, notes: every row of every room that names this epoch.

    Found by its column and not by a list of tables: a table that was forgotten there would lose its words.
    """
    return sum(
        table._base_manager.filter(epoch=epoch.number, **({"store": epoch.store} if "store" in columns else {})).count()
        for table, columns in _tables_with_epochs()
        if "store" in columns or epoch.store == STORE_OF_ROOM.get(table._meta.app_label, epoch.store)
    )


def sweep() -> int:
    """Destroy the keys of epochs under which nothing lies and nothing can come; how many."""
    now, status = timezone.now(), front_status()
    if status.trouble or status.stuck:
        # Something waits on the front, and nobody knows under which epoch.
        return 0
    due = [
        epoch
        for epoch in Epoch.objects.filter(destroyed_at=None).order_by("store", "number")
        if epochs.may_be_destroyed(epoch, now=now) and not rows_under(epoch)
    ]
    for epoch in due:
        epochs.destroy(epoch, now=now)
        log.warning("The key of epoch %d of %s was destroyed: nothing lay under it.", epoch.number, epoch.store)
    keys = resident_keys.destroy_what_is_over()
    if due or keys:
        clear_files(EpochWrap, ResidentWrap)
    return len(due) + keys


def _tables_with_epochs() -> list[tuple[type[Model], set[str]]]:
    found = []
    for table in apps.get_models():
        columns = {field.name: field for field in table._meta.concrete_fields}
        if isinstance(columns.get("epoch"), models.PositiveIntegerField):
            found.append((table, set(columns)))
    return found
