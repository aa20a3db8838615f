"""What happens to envelopes on the front: kept safely before anybody is thanked, acknowledged, forgotten."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import Error, IntegrityError, connections, transaction
from django.db.models import QuerySet

from safeconduct.handover.errors import NotSigned
from safeconduct.handover.letters import Envelope, to_the_minute
from safeconduct.handover.serving.databases import MAIN, SPOOL, asking, main_rests, of_each, writing
from safeconduct.handover.serving.dispatches import taker_of
from safeconduct.handover.serving.errors import NotStored
from safeconduct.handover.serving.models import NOT_YET, KeptEnvelope, SeenNonce, TakenDispatch
from safeconduct.handover.signing import NONCE_KEPT

# Inner may deliver a dispatch again after it came back from a backup, so this is longer than backups are kept.
DISPATCH_REMEMBERED = timedelta(days=60)
# Files are large: each transaction holds up whoever writes, and each sweep comes again in a minute.
DELETED_AT_ONCE = 10
DELETED_IN_A_SWEEP = 1_000


def keep(envelopes: Sequence[Envelope], *, and_also: Callable[[str], None] | None = None, spool: bool = True) -> None:
    """Keep all of `envelopes` or none, in one transaction that is committed when this returns.

    An envelope whose id is there already is left as it is. `and_also(alias)` writes more in the same transaction,
    to the database of that alias. Where the main database is locked, broken, full or away, the same rows go into the
    spool. Raises `NotStored`; nothing is kept then.
    """
    rows = [_row(envelope) for envelope in envelopes]
    for alias in _where(spool):
        with suppress(Error):
            with writing(alias):
                if rows:
                    KeptEnvelope.objects.using(alias).bulk_create(rows, ignore_conflicts=True)
                if and_also:
                    and_also(alias)
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


def use_up(nonce: bytes, *, now: datetime) -> None:
    """Let this nonce count once. Raises `NotSigned`, or Django's `Error` where it can be noted nowhere.

    Noted in both databases: while one is away, the other still knows it.
    """
    if not all(of_each(lambda alias: _is_new(nonce, alias, now))):
        raise NotSigned("replayed")


def _is_new(nonce: bytes, alias: str, now: datetime) -> bool:
    try:
        with transaction.atomic(using=alias):
            SeenNonce.objects.using(alias).create(nonce=nonce, seen_at=to_the_minute(now))
    except IntegrityError:
        return False
    return True


def acknowledge(ids: Sequence[bytes], *, now: datetime) -> None:
    """Inner holds these. They stay, closed, until it holds them in a backup as well."""
    of_each(lambda alias: _waiting(alias, ids).update(acknowledged_at=to_the_minute(now)))
    if not settings.FRONT_KEEP_ACKNOWLEDGED_HOURS:
        forget(ids)


def forget(ids: Sequence[bytes]) -> None:
    """Delete those of `ids` that are acknowledged; one that is not is still the only copy."""
    of_each(lambda alias: _delete(_acknowledged(alias).filter(envelope_id__in=ids)))


def offer_again() -> None:
    """Inner came back from a backup and may miss what it had acknowledged: all of it waits once more."""
    of_each(lambda alias: _acknowledged(alias).update(acknowledged_at=NOT_YET))


def take_dispatch(dispatch_id: bytes, kind: str, payload: Mapping[str, Any]) -> None:
    """Let the room of `kind` take it, once however often it comes. Raises `NoTaker` and what the room raises."""
    with asking(MAIN), transaction.atomic(using=MAIN):
        _taken, is_new = TakenDispatch.objects.using(MAIN).get_or_create(
            dispatch_id=dispatch_id, defaults={"taken_at": to_the_minute(datetime.now(UTC))}
        )
        if is_new:
            taker_of(kind)(dispatch_id, dict(payload))


def sweep(now: datetime) -> None:
    """Delete acknowledged envelopes, nonces and dispatch ids that have had their time."""
    keep_hours = timedelta(hours=settings.FRONT_KEEP_ACKNOWLEDGED_HOURS)

    def sweep_one(alias: str) -> None:
        SeenNonce.objects.using(alias).filter(seen_at__lt=now - NONCE_KEPT).delete()
        TakenDispatch.objects.using(alias).filter(taken_at__lt=now - DISPATCH_REMEMBERED).delete()
        _delete(_acknowledged(alias).filter(acknowledged_at__lte=now - keep_hours))

    of_each(sweep_one)


def _waiting(alias: str, ids: Sequence[bytes]) -> QuerySet[KeptEnvelope]:
    return KeptEnvelope.objects.using(alias).filter(acknowledged_at=NOT_YET, envelope_id__in=ids)


def _acknowledged(alias: str) -> QuerySet[KeptEnvelope]:
    return KeptEnvelope.objects.using(alias).filter(acknowledged_at__lt=NOT_YET)


def _delete(envelopes: QuerySet[KeptEnvelope]) -> None:
    """A few at a time, so that nobody who writes waits long; then out of the write-ahead log as well."""
    alias = envelopes.db
    numbers = list(envelopes.values_list("pk", flat=True)[:DELETED_IN_A_SWEEP])
    for start in range(0, len(numbers), DELETED_AT_ONCE):
        KeptEnvelope.objects.using(alias).filter(pk__in=numbers[start : start + DELETED_AT_ONCE]).delete()
    if numbers and connections[alias].vendor == "sqlite":
        with connections[alias].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
