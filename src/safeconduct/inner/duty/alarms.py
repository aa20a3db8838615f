"""Alarms: they ring for those whom they concern, and through the alarm command, until somebody takes them."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from safeconduct.audit.actions import record
from safeconduct.inner.cases import actions as cases
from safeconduct.inner.cases.models import BrokenGlass
from safeconduct.inner.duty import rules
from safeconduct.inner.duty.actions import SITE
from safeconduct.inner.duty.errors import NoSuchAlarm
from safeconduct.inner.duty.models import Alarm
from safeconduct.inner.operators.models import Operator

REPEATED_EVERY = timedelta(minutes=5)


@transaction.atomic
def ring(
    kind: str,
    *,
    about: tuple[str, int] | None = None,
    by: Operator | None = None,
    glass: BrokenGlass | None = None,
) -> Alarm:
    """An alarm of one of `rules.ALARMS`, from now on until somebody takes it.

    `by`: the operator because of whom it rings, who can not take it. `about`: the record that the line in the audit
    is about, kind and number; without one, that operator. `glass`: what was broken.
    """
    about = about or (("operator", by.pk) if by else None)
    alarm = Alarm.objects.create(kind=kind, because_of=by, glass=glass, rung_at=timezone.now())
    record(SITE, f"alarm.{kind}", by=None, about=about)
    return alarm


def break_glass(number: int, *, reason: str, by: Operator) -> BrokenGlass:
    """Open a case that is not one's own, for a short time, and ring for it. Raises as `cases.actions.break_glass`."""

    def tell(glass: BrokenGlass) -> None:
        ring("break_glass", about=("case", number), by=by, glass=glass)

    return cases.break_glass(number, reason=reason, by=by, tell=tell)


def ringing(operator: Operator) -> tuple[Alarm, ...]:
    """What `operator` is to see to, oldest first. One question to the database where nothing rings."""
    waiting = Alarm.objects.filter(taken_at=None).select_related("because_of", "glass").order_by("rung_at", "pk")
    return _those_for(operator, waiting)


def alarm_for(operator: Operator, number: int) -> Alarm:
    """Raises `NoSuchAlarm`, the same for one that is missing, taken, or not for this operator."""
    for alarm in ringing(operator):
        if alarm.pk == number:
            return alarm
    raise NoSuchAlarm(number)


@transaction.atomic
def take(alarm: Alarm, *, by: Operator) -> None:
    """From now on it is `by` who sees to it. Raises `NoSuchAlarm`, also where another was quicker."""
    if not _those_for(by, [alarm]):
        raise NoSuchAlarm(alarm.pk)
    waiting = Alarm.objects.filter(pk=alarm.pk, taken_at=None)
    if not waiting.update(taken_at=timezone.now(), taken_by=by):
        raise NoSuchAlarm(alarm.pk)
    record(SITE, "alarm.taken", by=by.pk, about=("alarm", alarm.pk))


def call_what_rings(call: Callable[[int], object], *, now: datetime) -> int:
    """Give `call` the number of each kind that rings, at once and then every few minutes; how many those were."""
    waiting = Alarm.objects.filter(taken_at=None)
    is_due = Q(called_at=None) | Q(called_at__lte=now - REPEATED_EVERY)
    kinds = sorted(set(waiting.filter(is_due).values_list("kind", flat=True)))
    for kind in kinds:
        # Noted first: a command that hangs or fails is called again in its turn and not at once.
        waiting.filter(kind=kind).update(called_at=now)
        call(rules.ALARMS[kind].number)
    return len(kinds)


def _those_for(operator: Operator, alarms: Iterable[Alarm]) -> tuple[Alarm, ...]:
    rung = list(alarms)
    # Only where something rings is it worth asking who works here.
    people = list(Operator.objects.filter(suspended_at=None).prefetch_related("roles_held")) if rung else []
    return tuple(
        alarm for alarm in rung if operator.pk in rules.concerned(alarm.kind, people, because_of=alarm.because_of_id)
    )
