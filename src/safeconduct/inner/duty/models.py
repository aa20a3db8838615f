"""Shifts and who was on them; alarms and who took them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull

from safeconduct.inner.cases.models import BrokenGlass
from safeconduct.inner.duty import rules


class Shift(models.Model):
    """From the first who comes on to the last who goes off."""

    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # The expression is the same for every open shift, so the index holds at most one of them.
            models.UniqueConstraint(
                IsNull(F("closed_at"), True), condition=Q(closed_at=None), name="duty_one_open_shift"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")), name="duty_closed_after_opened"
            ),
        ]


class Attendance(models.Model):
    """One operator on one shift, from log-in to log-out or to the end of an idle session."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="attendances")
    operator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attendances")
    on_at = models.DateTimeField()
    off_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operator"], condition=Q(off_at=None), name="duty_on_once"),
            models.CheckConstraint(condition=Q(off_at=None) | Q(off_at__gte=F("on_at")), name="duty_off_after_on"),
        ]


class Alarm(models.Model):
    """Rings until somebody takes it. `because_of`: the operator whose deed it is about; `glass`: the one broken."""

    kind = models.CharField(max_length=20)
    because_of = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    glass = models.ForeignKey(BrokenGlass, on_delete=models.PROTECT, null=True, related_name="+")
    rung_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    """When the alarm command was last called for it."""
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=sorted(rules.ALARMS)), name="duty_alarm_known"),
            models.CheckConstraint(
                condition=Q(taken_at=None, taken_by=None) | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="duty_alarm_taken_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(taken_by=None) | Q(because_of=None) | ~Q(taken_by=F("because_of")),
                name="duty_alarm_taken_by_another",
            ),
        ]
        # The open ones alone: every page of a supervisor asks for them each second.
        indexes = [models.Index(fields=["rung_at"], condition=Q(taken_at=None), name="duty_alarm_ringing")]
