"""What is kept of who did what: one append-only chain a store.

Not managed by Django once migrated: its own "empty every table" must not reach them either.
"""

from datetime import UTC, datetime, timedelta

from django.db import models

from safeconduct.audit.rules import head_message

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Line(models.Model):
    """One deed. The triggers of migration 0002 refuse to change or delete it."""

    store = models.CharField(max_length=20)
    seq = models.BigIntegerField()
    at = models.BigIntegerField()
    """Microseconds since 1970, UTC."""
    actor = models.BigIntegerField(null=True)
    """The operator's number; none where the program acted by itself."""
    verb = models.CharField(max_length=40)
    about_kind = models.CharField(max_length=20)
    about_id = models.BigIntegerField(null=True)
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        managed = False
        db_table = "audit_line"
        constraints = [models.UniqueConstraint(fields=["store", "seq"], name="audit_line_once")]

    @property
    def moment(self) -> datetime:
        return EPOCH + timedelta(microseconds=self.at)


class Head(models.Model):
    """The last line of each store; without it a cut-off tail would not show."""

    store = models.CharField(max_length=20, primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        managed = False
        db_table = "audit_head"


class SignedHead(models.Model):
    """A chain's head as it stood on a day, signed with the site's audit key; guarded as lines are."""

    store = models.CharField(max_length=20)
    number = models.BigIntegerField()
    """1, 2, 3, … within the store."""
    on = models.DateField()
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    signature = models.TextField()
    """A signature file of signify over `rules.head_message`."""

    class Meta:
        managed = False
        db_table = "audit_signed_head"
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="audit_signed_head_number_once"),
            models.UniqueConstraint(fields=["store", "on"], name="audit_signed_head_day_once"),
        ]

    @property
    def message(self) -> bytes:
        return head_message(self.store, self.number, self.on, self.seq, bytes(self.hash))
