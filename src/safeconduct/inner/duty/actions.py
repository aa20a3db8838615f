"""What can happen on a shift: somebody comes on, somebody goes off, and nobody's cases stay behind."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from safeconduct.audit.actions import record
from safeconduct.inner.cases.actions import release_all_of
from safeconduct.inner.cases.models import Case
from safeconduct.inner.duty import rules
from safeconduct.inner.duty.models import Attendance, Shift
from safeconduct.inner.operators.models import Operator

SITE = "site"


@transaction.atomic
def come_on(operator: Operator) -> Attendance | None:
    """Put `operator` on the running shift, or open one. None for who stands no shift; again while on shift: nothing."""
    if not rules.stands_shifts(operator):
        return None
    shift = _running_shift()
    attendance, is_new = Attendance.objects.get_or_create(
        operator=operator, off_at=None, defaults={"shift": shift, "on_at": timezone.now()}
    )
    if is_new:
        record(SITE, "duty.came_on", by=operator.pk, about=("operator", operator.pk))
    return attendance


def go_off(operator: Operator) -> None:
    """Off shift: open cases go back to the queue, and the last one off closes the shift."""
    _send_off(operator, by=operator)


def sweep() -> int:
    """Send off who has done nothing for INNER_IDLE_MINUTES, is suspended, or owns cases without being on shift.

    How many that were. Sessions that idled out are deleted with the keys that are locked in them.
    """
    SessionStore.clear_expired()
    numbers = list(_to_be_sent_off().order_by("pk").values_list("pk", flat=True))
    return sum(_sent_off_still(number) for number in numbers)


def _to_be_sent_off() -> QuerySet[Operator]:
    idle_before = timezone.now() - timedelta(minutes=settings.INNER_IDLE_MINUTES)
    is_idle = Q(seen_at=None) | Q(seen_at__lt=idle_before) | Q(suspended_at__isnull=False)
    is_on = Q(pk__in=Attendance.objects.filter(off_at=None).values("operator"))
    owns = Q(pk__in=Case.objects.filter(owner__isnull=False).values("owner"))
    return Operator.objects.filter((is_on & is_idle) | (owns & ~is_on))


@transaction.atomic
def _sent_off_still(number: int) -> bool:
    """Send off operator `number` unless a deed came in between. Locked: a deed at this moment comes after it."""
    # `no_key`: what else the operator does may go on naming the row.
    operator = _to_be_sent_off().select_for_update(no_key=True).filter(pk=number).first()
    if operator is None:
        return False
    _send_off(operator, by=None)
    return True


@transaction.atomic
def _send_off(operator: Operator, *, by: Operator | None) -> None:
    """`by` is None where the program does it."""
    release_all_of(operator, by=by)
    attendance = Attendance.objects.filter(operator=operator, off_at=None).first()
    if attendance is None:
        return
    shift = Shift.objects.select_for_update().get(pk=attendance.shift_id)
    now = timezone.now()
    if not Attendance.objects.filter(pk=attendance.pk, off_at=None).update(off_at=now):
        return  # another process was quicker
    if not shift.attendances.filter(off_at=None).exists():
        Shift.objects.filter(pk=shift.pk).update(closed_at=now)
    record(SITE, "duty.went_off", by=by.pk if by else None, about=("operator", operator.pk))


def _running_shift() -> Shift:
    """Locked, so that the last one off does not close it under who comes on."""
    shifts = Shift.objects.select_for_update()
    shift, _ = shifts.get_or_create(closed_at=None, defaults={"opened_at": timezone.now()})
    return shift
