"""Envelopes that no room could take, exactly as they came."""

from django.db import models
from django.db.models import Q

from safeconduct.handover.letters import ID_BYTES

REASONS = ("header", "kind", "refused")


class KeptAside(models.Model):
    """Nothing is dropped: what cannot be opened or has no taker waits here, closed as it came."""

    envelope_id = models.BinaryField(max_length=ID_BYTES, unique=True)
    store = models.CharField(max_length=20)
    epoch = models.PositiveIntegerField()
    arrived_at = models.DateTimeField()
    header = models.BinaryField()
    body = models.BinaryField()
    # "header": did not open; "kind": no room takes it; "refused": it speaks of a code that did not sign it.
    reason = models.CharField(max_length=10)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(reason__in=REASONS), name="intake_reason_known")]
