"""What happens to envelopes on the front: they are kept, safely, before anybody is thanked."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from django.db import Error, connections, transaction

from safeconduct.handover.letters import Envelope
from safeconduct.handover.serving.errors import NotStored
from safeconduct.handover.serving.models import KeptEnvelope

log = logging.getLogger(__name__)

MAIN = "default"
SPOOL = "spool"
# A main database that failed is not asked again at once: each asking may cost seconds of everybody's waiting.
MAIN_RESTS = timedelta(seconds=5)


class _Rest:
    """Since when, in this process, the main database is left alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0

    def is_over(self) -> bool:
        """True where the main database may be asked; after a failure for one thread at a time."""
        if not self._until:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._until:
                return False
            self._until = now + MAIN_RESTS.total_seconds()
            return True

    def begin(self) -> None:
        self._until = time.monotonic() + MAIN_RESTS.total_seconds()

    def end(self) -> None:
        self._until = 0.0


main_rests = _Rest()


def keep(envelopes: Sequence[Envelope], *, and_also: Callable[[str], None] | None = None, spool: bool = True) -> None:
    """Keep all of `envelopes` or none, in one transaction that is committed when this returns.

    An envelope whose id is there already is left as it is. `and_also(alias)` writes more in the same transaction,
    to the database of that alias. Where the main database is locked, broken, full or away, the same rows go into the
    spool. Raises `NotStored`; nothing is kept then.
    """
    rows = [_row(envelope) for envelope in envelopes]
    for alias in _where(spool):
        try:
            with transaction.atomic(using=alias, durable=True):
                if rows:
                    KeptEnvelope.objects.using(alias).bulk_create(rows, ignore_conflicts=True)
                if and_also:
                    and_also(alias)
        except Error as error:
            # Only the kind of the error: its words may quote a row.
            log.error("%s did not take envelopes: %s", alias, type(error).__name__)
            connections[alias].close()
            if alias == MAIN:
                main_rests.begin()
        else:
            if alias == MAIN:
                main_rests.end()
            return
    raise NotStored


def _where(spool: bool) -> Iterator[str]:
    """The databases to try, in order. The main one comes last while it rests: it is still better than none."""
    if not spool:
        yield MAIN
    elif main_rests.is_over():
        yield from (MAIN, SPOOL)
    else:
        yield from (SPOOL, MAIN)


def _row(envelope: Envelope) -> KeptEnvelope:
    return KeptEnvelope(
        envelope_id=envelope.id,
        store=envelope.store,
        epoch=envelope.epoch,
        arrived_at=envelope.arrived_at,
        header=envelope.header,
        body=envelope.body,
    )
