"""Has somebody asked for the panic lock? For the band on top of every desk, and for the page that locks."""

from datetime import datetime

from safeconduct.inner.desk.shown import LockShown
from safeconduct.inner.duty import panic
from safeconduct.inner.duty.rules import LOCK_ASKED_FOR
from safeconduct.inner.operators.models import Operator


def asked_of(operator: Operator, now: datetime) -> LockShown | None:
    asked = panic.asked(now, seen_by=operator)
    if asked is None:
        return None
    return LockShown(asked.pk, asked.by.name, asked.by_id == operator.pk, asked.asked_at + LOCK_ASKED_FOR)
