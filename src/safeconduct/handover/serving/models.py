"""What the front keeps for the hand-over: closed envelopes, nonces seen, dispatches taken."""

from django.db import models
from django.db.models import Q

from safeconduct.handover.letters import ID_BYTES
from safeconduct.handover.signing import NONCE_BYTES


class KeptEnvelope(models.Model):
    """A sealed envelope, until inner has acknowledged it and holds it in a backup."""

    sequence = models.BigAutoField(primary_key=True)
    envelope_id = models.BinaryField(max_length=ID_BYTES, unique=True)
    store = models.CharField(max_length=20)
    epoch = models.PositiveIntegerField()
    arrived_at = models.DateTimeField()
    header = models.BinaryField()
    body = models.BinaryField()
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["sequence"], name="serving_waiting", condition=Q(acknowledged_at=None)),
            models.Index(fields=["acknowledged_at"], name="serving_acknowledged", condition=~Q(acknowledged_at=None)),
        ]


class SeenNonce(models.Model):
    """A request that was made once and counts no second time."""

    nonce = models.BinaryField(max_length=NONCE_BYTES, primary_key=True)
    seen_at = models.DateTimeField(db_index=True)


class TakenDispatch(models.Model):
    """A dispatch that has done its work here; delivered again it does nothing."""

    dispatch_id = models.BinaryField(max_length=ID_BYTES, primary_key=True)
    taken_at = models.DateTimeField(db_index=True)
