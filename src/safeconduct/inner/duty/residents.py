"""A resident key is missing: it rings for the supervisors of its store until somebody takes it, and again later."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from safeconduct.audit.actions import record
from safeconduct.inner.duty.actions import SITE
from safeconduct.inner.duty.alarms import ring
from safeconduct.inner.duty.models import Alarm
from safeconduct.inner.operators import resident_keys
from safeconduct.inner.operators.models import Operator, ResidentKey
from safeconduct.inner.operators.resident import Resident

# Somebody took the alarm, and the key is still missing.
AGAIN_AFTER = timedelta(hours=1)


def alarm_of(resident: Resident) -> str:
    return f"{resident.name}_missing"


def sweep() -> int:
    """Ring for each that is missing; how many alarms those were."""
    now = timezone.now()
    return sum(_rings(one.resident, one.missing_since, now) for one in resident_keys.standing(now) if one.missing_since)


@transaction.atomic
def _rings(resident: Resident, since: datetime, now: datetime) -> bool:
    rung = Alarm.objects.filter(kind=alarm_of(resident))
    if rung.filter(taken_at=None).exists() or rung.filter(rung_at__gte=max(since, now - AGAIN_AFTER)).exists():
        return False
    ring(alarm_of(resident), about=("resident", _newest(resident).pk))
    return True


@transaction.atomic
def note_unlocked(resident: Resident, *, by: Operator) -> None:
    """Somebody handed the key over, and so has seen to what rang."""
    record(resident.store, "resident.unlocked", by=by.pk, about=("resident", _newest(resident).pk))
    for alarm in Alarm.objects.filter(kind=alarm_of(resident), taken_at=None):
        Alarm.objects.filter(pk=alarm.pk).update(taken_at=timezone.now(), taken_by=by)
        record(SITE, "alarm.taken", by=by.pk, about=("alarm", alarm.pk))


def _newest(resident: Resident) -> ResidentKey:
    return ResidentKey.objects.filter(name=resident.name).order_by("-number")[0]
