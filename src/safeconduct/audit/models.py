"""What is kept of who did what: one append-only chain a store.

Not managed by Django once migrated: its own "empty every table" must not reach them either.
"""

from datetime import UTC, datetime, timedelta

from django.db import models

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
