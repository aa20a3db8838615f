"""What happens to an envelope on arrival? Its header is opened and the room of its kind takes it; none is dropped."""

import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from safeconduct.audit.actions import record
from safeconduct.handover.errors import NoTaker, NotProved
from safeconduct.handover.kinds import taker_of
from safeconduct.handover.letters import Envelope, open_header
from safeconduct.inner.intake import lookups
from safeconduct.inner.intake.models import KeptAside
from safeconduct.sealing.envelopes import CannotOpen

log = logging.getLogger(__name__)
SITE = "site"


@transaction.atomic
def take_in(envelope: Envelope) -> None:
    """Hand the envelope to the room that takes its kind, within the caller's transaction where there is one.

    A header that does not open, a kind without a taker, or what speaks of a code that did not sign it, is kept aside,
    closed as it came. Whatever else a taker raises rises: the envelope then waits on the front and comes again.
    """
    refusal = _refusal(envelope)
    if refusal:
        _keep_aside(envelope, refusal)


def try_again() -> int:
    """Take in what was kept aside and can be taken now, after an upgrade or a mended key; how many that were."""
    taken = 0
    for number in list(KeptAside.objects.order_by("pk").values_list("pk", flat=True)):
        try:
            taken += _taken_now(number)
        except Exception as error:
            # It stays; the others must not wait for it.
            log.error("An envelope kept aside could not be taken: %s.", type(error).__name__)
    return taken


@transaction.atomic
def _taken_now(number: int) -> bool:
    row = KeptAside.objects.select_for_update().filter(pk=number).first()
    # None: another worker was quicker.
    if row is None or _refusal(_envelope(row)) is not None:
        return False
    row.delete()
    return True


def _refusal(envelope: Envelope) -> str | None:
    """Hand over; why it could not be, in one word, or None."""
    try:
        header = open_header(envelope, intake_seed=settings.INNER_INTAKE_SEED)
        take = taker_of(header.kind)
    except CannotOpen:
        return "header"
    except NoTaker:
        return "kind"
    try:
        take(envelope, header)
    except NotProved:
        return "refused"
    return None


def _keep_aside(envelope: Envelope, reason: str) -> None:
    row, is_new = KeptAside.objects.get_or_create(
        envelope_id=envelope.id,
        defaults={
            "store": envelope.store,
            "epoch": envelope.epoch,
            "arrived_at": envelope.arrived_at,
            "header": envelope.header,
            "body": envelope.body,
            "reason": reason,
            "kept_at": timezone.now(),
        },
    )
    if is_new:
        record(SITE, "envelope.refused", by=None, about=("envelope", row.pk))
    log.error("envelope kept aside (%s); %d wait until they can be taken", reason, lookups.kept_aside())


def _envelope(row: KeptAside) -> Envelope:
    return Envelope(
        id=bytes(row.envelope_id),
        store=row.store,
        epoch=row.epoch,
        arrived_at=row.arrived_at,
        header=bytes(row.header),
        body=bytes(row.body),
    )
