"""What inner keeps for the hand-over: ids received, dispatches to push, and how it stands with the front."""

from django.db import models

from safeconduct.handover.letters import ID_BYTES


class ReceivedEnvelope(models.Model):
    """That an envelope was taken, so that it is taken once. The envelope itself belongs to the room of its kind."""

    envelope_id = models.BinaryField(max_length=ID_BYTES, primary_key=True)
    received_at = models.DateTimeField(db_index=True)
    backed_up_at = models.DateTimeField(null=True, db_index=True)
    """When a backup was written that holds it; the front is told and forgets it."""
    forgotten_at = models.DateTimeField(null=True)


class OutboxRow(models.Model):
    """A dispatch on its way to the front. Its payload is emptied once the front has taken it."""

    dispatch_id = models.BinaryField(max_length=ID_BYTES, unique=True)
    kind = models.CharField(max_length=20)
    payload = models.BinaryField()
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    pushed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["pushed_at", "next_attempt_at"], name="reaching_due")]


class FrontStatus(models.Model):
    """How it stands with the front: one row, written by the worker, shown at the desk."""

    class Trouble(models.TextChoices):
        NONE = ""
        UNREACHABLE = "unreachable"
        """Nobody answers, or the line broke."""
        CLOCK = "clock"
        NOT_SIGNED = "not_signed"
        """Somebody answers who cannot prove to be our front, or who does not take us for inner."""
        REFUSED = "refused"
        """The front itself says no: its databases are away, or it is of another version."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    contact_at = models.DateTimeField(null=True)
    """The last answer that was signed by our front and meant for us."""
    trouble = models.CharField(max_length=20, choices=Trouble, default=Trouble.NONE, blank=True)
    trouble_since = models.DateTimeField(null=True)
    clock_seconds = models.IntegerField(default=0)
    """The front's clock less ours, at the last contact."""
    asks_again = models.BooleanField(default=False)
    """Inner came back from a backup: what it acknowledged after that backup lies on the front only."""
    stuck = models.PositiveIntegerField(default=0)
    """Envelopes that no room could take; they wait on the front and are tried again."""

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="reaching_one_status")]
