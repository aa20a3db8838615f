"""What the front keeps for the hand-over: closed envelopes, nonces seen, dispatches taken."""

from datetime import UTC, datetime

from django.db import models

from safeconduct.handover.letters import ID_BYTES
from safeconduct.handover.signing import NONCE_BYTES

# Not null: this is as long as any whole second, so SQLite changes it in place. From null to a time it would write the
# row anew with all its body, which a spool on a full disk has no journal for.
NOT_YET = datetime(9999, 12, 31, tzinfo=UTC)


class KeptEnvelope(models.Model):
    """A sealed envelope, until inner has acknowledged it and holds it in a backup."""

    sequence = models.BigAutoField(primary_key=True)
    envelope_id = models.BinaryField(max_length=ID_BYTES, unique=True)
    store = models.CharField(max_length=20)
    epoch = models.PositiveIntegerField()
    arrived_at = models.DateTimeField()
    header = models.BinaryField()
    acknowledged_at = models.DateTimeField(default=NOT_YET)
    """To the minute, as every time that is kept here: a second would tell when somebody wrote."""
    body = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["acknowledged_at", "sequence"], name="serving_waiting")]


class SeenNonce(models.Model):
    """A request that was made once and counts no second time."""

    nonce = models.BinaryField(max_length=NONCE_BYTES, primary_key=True)
    seen_at = models.DateTimeField(db_index=True)


class TakenDispatch(models.Model):
    """A dispatch that has done its work here; delivered again it does nothing."""

    dispatch_id = models.BinaryField(max_length=ID_BYTES, primary_key=True)
    taken_at = models.DateTimeField(db_index=True)
