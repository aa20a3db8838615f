"""Who is on shift now?"""

from safeconduct.inner.duty.models import Attendance, Shift
from safeconduct.inner.operators.models import Operator


def current_shift() -> Shift | None:
    return Shift.objects.filter(closed_at=None).first()


def on_shift() -> list[Operator]:
    """In the order in which they came on."""
    attendances = Attendance.objects.filter(off_at=None).select_related("operator").order_by("on_at", "pk")
    return [attendance.operator for attendance in attendances]


def is_on_shift(operator: Operator) -> bool:
    return Attendance.objects.filter(operator=operator, off_at=None).exists()
