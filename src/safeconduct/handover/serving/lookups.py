"""What waits on the front? Both databases are asked; one that is away does not hide the other."""

from collections.abc import Collection, Iterator

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Length

from safeconduct.handover.letters import Envelope
from safeconduct.handover.serving.models import NOT_YET, KeptEnvelope

BATCH_BYTES = 8 * 1024 * 1024
BATCH_ENVELOPES = 500


def is_waiting(alias: str, *, but_not: Collection[bytes]) -> bool:
    """Whether inner has something to pull; asked ten times a second, so one short query."""
    found = _waiting(alias).values_list("envelope_id", flat=True)[: len(but_not) + 1]
    return any(bytes(envelope_id) not in but_not for envelope_id in found)


def waiting(alias: str, *, but_not: Collection[bytes]) -> list[Envelope]:
    """The oldest envelopes that inner has not acknowledged, as many as fit into a batch; at least one."""
    chosen = list(_within_a_batch(alias, but_not))
    kept = KeptEnvelope.objects.using(alias).filter(pk__in=chosen).order_by("sequence")
    return [_envelope(row) for row in kept]


def counts(alias: str) -> dict[str, float]:
    """Figures without a person in them, for whoever watches the machine."""
    found = KeptEnvelope.objects.using(alias).aggregate(
        waiting=Count("pk", filter=Q(acknowledged_at=NOT_YET)),
        acknowledged=Count("pk", filter=~Q(acknowledged_at=NOT_YET)),
        oldest=Min("arrived_at", filter=Q(acknowledged_at=NOT_YET)),
    )
    oldest = found.pop("oldest")
    return found | {"oldest_arrived_at": oldest.timestamp() if oldest else 0}


def _waiting(alias: str) -> QuerySet[KeptEnvelope]:
    return KeptEnvelope.objects.using(alias).filter(acknowledged_at=NOT_YET).order_by("sequence")


def _within_a_batch(alias: str, but_not: Collection[bytes]) -> Iterator[int]:
    room = BATCH_BYTES
    sizes = _waiting(alias).values_list("sequence", "envelope_id", Length("header") + Length("body"))
    count = 0
    for sequence, envelope_id, size in sizes[: len(but_not) + BATCH_ENVELOPES]:
        if bytes(envelope_id) in but_not:
            continue
        room -= size
        if count and room < 0:
            return
        count += 1
        yield sequence


def _envelope(row: KeptEnvelope) -> Envelope:
    return Envelope(
        id=bytes(row.envelope_id),
        store=row.store,
        epoch=row.epoch,
        arrived_at=row.arrived_at,
        header=bytes(row.header),
        body=bytes(row.body),
    )
