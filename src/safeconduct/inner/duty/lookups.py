"""Who is on shift now?"""

from datetime import datetime

from safeconduct.inner.duty.models import Attendance, Shift
from safeconduct.inner.duty.rules import STORE
from safeconduct.inner.operators.models import Operator
from safeconduct.inner.operators.rules import may_hold


def current_shift() -> Shift | None:
    return Shift.objects.filter(closed_at=None).first()


def on_shift(*, seen_by: Operator | None = None) -> list[Operator]:
    """In the order in which they came on. Who is under duress sees nobody but himself."""
    if seen_by is not None and seen_by.is_under_duress:
        return [seen_by] if may_hold(seen_by.roles, STORE) else []
    attendances = Attendance.objects.filter(off_at=None).select_related("operator").order_by("on_at", "pk")
    return [attendance.operator for attendance in attendances]


def shift_since(*, seen_by: Operator, came_at: datetime) -> datetime | None:
    """Since when the running shift runs. Who is under duress has opened his own, when he came."""
    if seen_by.is_under_duress:
        return came_at if on_shift(seen_by=seen_by) else None
    shift = current_shift()
    return shift.opened_at if shift else None


def is_on_shift(operator: Operator) -> bool:
    return Attendance.objects.filter(operator=operator, off_at=None).exists()
