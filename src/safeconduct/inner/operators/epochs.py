"""What becomes of an epoch after it was opened? A backup holds it, the front seals to it, and one day its key goes.

In this order: no letter is ever sealed to a key that only one machine has. Where inner is lost between a new epoch and
the next backup, the front still seals to the one before, and that is in an older backup.
"""

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from safeconduct.audit.actions import record
from safeconduct.handover.reaching.actions import send_out
from safeconduct.handover.reaching.lookups import taken_at
from safeconduct.inner.operators import lookups, rules
from safeconduct.inner.operators.models import Admission, Epoch, EpochWrap, signatures_of

# The stores that the front seals to.
FRONT_STORES = (rules.APPEALS,)
KIND = "epoch"


def not_in_a_backup() -> tuple[int, ...]:
    """For the backup that is being written, in its own moment."""
    return tuple(Epoch.objects.filter(backed_up_at=None).values_list("pk", flat=True))


def mark_backed_up(keys: Iterable[int], *, now: datetime) -> None:
    """A backup lies safely on disk that holds these: from now on the front may seal to them."""
    Epoch.objects.filter(pk__in=list(keys), backed_up_at=None).update(backed_up_at=now)
    send_to_front()


def send_to_front() -> None:
    """The epoch that the front should know, within the caller's transaction, if it was not sent before."""
    for store in FRONT_STORES:
        if Epoch.objects.filter(store=store).exists():
            epoch = lookups.epoch_for_front(store)
            send_out(KIND, as_sent(epoch), dispatch_id=dispatch_id(epoch))


def remind_front() -> None:
    """The same once more: a front that was brought back from an old copy of itself would seal to a key that is gone."""
    with transaction.atomic():
        for store in FRONT_STORES:
            if Epoch.objects.filter(store=store, front_has_at__isnull=False).exists():
                send_out(KIND, as_sent(lookups.epoch_for_front(store)), dispatch_id=os.urandom(16))


def as_sent(epoch: Epoch) -> dict[str, Any]:
    """As it goes to the front: with all who were ever admitted, so that it can follow who may sign."""
    admissions = Admission.objects.filter(store=epoch.store).select_related("operator").order_by("pk")
    return as_configured(epoch) | {
        "store": epoch.store,
        "admissions": [
            {
                "public_key": bytes(row.operator.public_key).hex(),
                "verifying_key": bytes(row.operator.verifying_key).hex(),
                "signatures": _signatures(row),
            }
            for row in admissions
        ],
    }


def as_configured(epoch: Epoch) -> dict[str, Any]:
    """As it stands in FRONT_STORES."""
    return {"epoch": epoch.number, "public_key": bytes(epoch.public_key).hex(), "signatures": _signatures(epoch)}


def dispatch_id(epoch: Epoch) -> bytes:
    """One for each epoch, so that it is sent once however often it is asked for."""
    named = f"{epoch.store}/{epoch.number}/".encode() + bytes(epoch.public_key)
    return hashlib.sha256(b"safeconduct/epoch-dispatch/1" + named).digest()[:16]


def note_what_front_has() -> int:
    """Write down which epochs the front has taken since; how many."""
    noted = 0
    for epoch in Epoch.objects.filter(front_has_at=None, backed_up_at__isnull=False):
        if at := taken_at(dispatch_id(epoch)):
            noted += Epoch.objects.filter(pk=epoch.pk, front_has_at=None).update(front_has_at=at)
    return noted


def may_be_destroyed(epoch: Epoch, *, now: datetime) -> bool:
    """Can nothing more come in under it? The front has sealed to a later one for so long that nothing waits there.

    Whether something lies under it here is for the caller to count.
    """
    if epoch.destroyed_at is not None or epoch.store not in FRONT_STORES:
        return False
    later = Epoch.objects.filter(store=epoch.store, number__gt=epoch.number, destroyed_at=None)
    return later.filter(front_has_at__lt=now - rules.KEY_KEPT_FOR).exists()


@transaction.atomic
def destroy(epoch: Epoch, *, now: datetime) -> None:
    """Delete every wrap of its private key, that of recovery too. What was sealed to it, nobody here opens any more."""
    EpochWrap.objects.filter(epoch=epoch).delete()
    Epoch.objects.filter(pk=epoch.pk).update(destroyed_at=now)
    record(epoch.store, "epoch.destroyed", by=None, about=("epoch", epoch.number))


def _signatures(row: Admission | Epoch) -> list[dict[str, str]]:
    return [{"by": by.hex(), "signature": signature.hex()} for by, signature in signatures_of(row)]
