"""What happens between inner and the front: envelopes are pulled, dispatches pushed, ids forgotten."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import override

from safeconduct.handover import wire
from safeconduct.handover.letters import ID_BYTES, Envelope, to_the_minute
from safeconduct.handover.reaching.client import FrontClient
from safeconduct.handover.reaching.errors import BrokenOff, FrontError, Trouble
from safeconduct.handover.reaching.held import Held, back_off
from safeconduct.handover.reaching.lookups import front_status, sentence_about
from safeconduct.handover.reaching.models import FrontStatus, OutboxRow, ReceivedEnvelope

log = logging.getLogger(__name__)

# What a killed worker had leased waits no longer than this. On a slow line two workers may push the same dispatch; the
# front takes it once.
LEASE = timedelta(seconds=15)
PUSHED_AT_ONCE = 50
PUSHED_BYTES = 4 * 1024 * 1024
FORGOTTEN_AT_ONCE = 1_000
# Long after the front has forgotten an envelope: it cannot come again.
IDS_REMEMBERED = timedelta(days=60)


def send_out(kind: str, payload: Mapping[str, object], *, dispatch_id: bytes) -> None:
    """Put a dispatch into the outbox, within the caller's transaction; the worker pushes it as soon as it can.

    `payload`: what JSON can hold, and bytes. It lies open in both databases, so words go in sealed.
    The same `dispatch_id` (16 bytes) a second time changes nothing.
    """
    if len(dispatch_id) != ID_BYTES:
        raise ValueError("a dispatch id has 16 bytes")
    row = OutboxRow(dispatch_id=dispatch_id, kind=kind, payload=wire.record(payload), next_attempt_at=datetime.now(UTC))
    OutboxRow.objects.bulk_create([row], ignore_conflicts=True)


def withdraw(dispatch_ids: Iterable[bytes]) -> None:
    """Take back what the front has not got yet: the case it belongs to is erased."""
    OutboxRow.objects.filter(dispatch_id__in=list(dispatch_ids), pushed_at=None).delete()


def never_take_again(envelope_ids: Iterable[bytes]) -> None:
    """After a restore: what came in these envelopes was erased, so they count as taken."""
    now = to_the_minute(datetime.now(UTC))
    rows = [ReceivedEnvelope(envelope_id=id, received_at=now) for id in envelope_ids]
    ReceivedEnvelope.objects.bulk_create(rows, ignore_conflicts=True)


def after_restore() -> None:
    """Note that inner came back from a backup; before its next pull it asks the front for what it may miss."""
    FrontStatus.objects.update_or_create(pk=1, defaults={"asks_again": True})


def pull_once(client: FrontClient, take: Callable[[Envelope], None], wait: float) -> int:
    """Pull, take and acknowledge one batch; how many were taken. `wait`: seconds to wait where there is nothing.

    `take(envelope)` runs within one transaction with the note that the envelope was taken, so each is taken once. One
    that cannot be taken holds up no other: it stays on the front and is tried again, later each time.
    Raises `FrontError`, noted in `FrontStatus`; what was taken is taken, and comes again without harm.
    """
    try:
        _ask_again_if_restored(client)
        # After trouble the first answer comes at once: it says that all is well again.
        wait = 0 if front_status().trouble else client.held.wait_at_most(wait)
        envelopes = client.pull(wait, but_not=client.held.not_due())
        taken = _take_all(envelopes, take, client.held)
        if taken:
            client.acknowledge(taken)
    except BrokenOff:
        raise
    except FrontError as error:
        _note(client, error.trouble)
        raise
    _note(client, Trouble.NONE)
    return len(taken)


def _ask_again_if_restored(client: FrontClient) -> None:
    """After a restore, once: let the front offer all it still keeps. Ids stop what is here."""
    if FrontStatus.objects.filter(asks_again=True).exists():
        client.again()
        FrontStatus.objects.update(asks_again=False)


def _take_all(envelopes: Iterable[Envelope], take: Callable[[Envelope], None], held: Held) -> list[bytes]:
    taken = []
    for envelope in envelopes:
        try:
            _take(envelope, take)
        except Exception as error:
            log.error("An envelope could not be taken: %s.", type(error).__name__)
            held.hold(envelope.id)
            if isinstance(error, OperationalError):
                # Our own database is away: each of the others would wait for it as long as this one did.
                break
        else:
            held.let_go(envelope.id)
            taken.append(envelope.id)
    return taken


@transaction.atomic
def _take(envelope: Envelope, take: Callable[[Envelope], None]) -> None:
    _received, is_new = ReceivedEnvelope.objects.get_or_create(
        envelope_id=envelope.id, defaults={"received_at": to_the_minute(datetime.now(UTC))}
    )
    if is_new:
        take(envelope)


def _note(client: FrontClient, trouble: Trouble) -> None:
    """Write down how it stands; say it in the log where it changed."""
    now = datetime.now(UTC)
    before = front_status()
    # Not `save()`: the number has a default, so Django would always insert.
    status, _is_new = FrontStatus.objects.update_or_create(
        id=1,
        defaults={
            "contact_at": before.contact_at if trouble in (Trouble.UNREACHABLE, Trouble.NOT_SIGNED) else now,
            "trouble": trouble,
            "trouble_since": (before.trouble_since if trouble == before.trouble else now) if trouble else None,
            "clock_seconds": client.clock_seconds,
            "stuck": len(client.held),
        },
    )
    if (trouble, status.stuck) != (before.trouble, before.stuck):
        with override("en"):
            log.warning("%s", sentence_about(status) or "All is well between the wings.")


def push_once(client: FrontClient) -> int:
    """Push what is due in the outbox; how many dispatches the front took. Raises `FrontError`; nothing is lost then."""
    rows = _lease() if _due().exists() else []
    if not rows:
        return 0
    try:
        taken = client.deliver((bytes(row.dispatch_id), row.kind, bytes(row.payload)) for row in rows)
    except FrontError:
        # The line is at fault and not the rows: they are due again as soon as the front is back.
        OutboxRow.objects.filter(pk__in=[row.pk for row in rows]).update(leased_until=None)
        raise
    for row in rows:
        _settle(row, was_taken=bytes(row.dispatch_id) in taken)
    return len(taken)


def _due() -> QuerySet[OutboxRow]:
    now = datetime.now(UTC)
    is_free = Q(leased_until=None) | Q(leased_until__lt=now)
    return OutboxRow.objects.filter(is_free, pushed_at=None, next_attempt_at__lte=now).order_by("pk")


@transaction.atomic
def _lease() -> list[OutboxRow]:
    """The oldest dispatches that are due, kept from other workers for a while."""
    skip_locked = connection.features.has_select_for_update_skip_locked
    rows: list[OutboxRow] = []
    room = PUSHED_BYTES
    for row in _due().select_for_update(skip_locked=skip_locked)[:PUSHED_AT_ONCE]:
        room -= len(row.payload)
        if rows and room < 0:
            break
        rows.append(row)
    OutboxRow.objects.filter(pk__in=[row.pk for row in rows]).update(leased_until=datetime.now(UTC) + LEASE)
    return rows


def _settle(row: OutboxRow, *, was_taken: bool) -> None:
    """The front has it, so its content may go; or the front could not take it, so it is tried again later."""
    now = datetime.now(UTC)
    settled: dict[str, Any] = {"leased_until": None, "attempts": row.attempts + 1}
    if was_taken:
        settled |= {"pushed_at": now, "payload": b""}
    else:
        settled["next_attempt_at"] = now + back_off(row.attempts + 1)
    # Not `save()`: a row that was withdrawn while it was on its way must not come back, and be sent again.
    OutboxRow.objects.filter(pk=row.pk).update(**settled)


def mark_backed_up(envelope_ids: Iterable[bytes], *, now: datetime) -> None:
    """A backup was written that holds these; the worker lets the front know."""
    ids = list(envelope_ids)
    for start in range(0, len(ids), FORGOTTEN_AT_ONCE):
        some = ids[start : start + FORGOTTEN_AT_ONCE]
        ReceivedEnvelope.objects.filter(envelope_id__in=some, backed_up_at=None).update(backed_up_at=now)


def forget_once(client: FrontClient) -> int:
    """Let the front forget what a backup holds; how many. Raises `FrontError`; then they are told again."""
    backed_up = ReceivedEnvelope.objects.filter(backed_up_at__isnull=False, forgotten_at=None)
    ids = [bytes(id) for id in backed_up.values_list("envelope_id", flat=True)[:FORGOTTEN_AT_ONCE]]
    if ids:
        client.forget(ids)
        ReceivedEnvelope.objects.filter(envelope_id__in=ids).update(forgotten_at=datetime.now(UTC))
    return len(ids)


def sweep(*, now: datetime) -> None:
    """Delete ids that cannot come again."""
    ReceivedEnvelope.objects.filter(received_at__lt=now - IDS_REMEMBERED).delete()
    OutboxRow.objects.filter(pushed_at__lt=now - IDS_REMEMBERED).delete()
