"""When a second code is used the shift is told within seconds, once for as long as nobody has taken it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from safeconduct.audit.models import Line
from safeconduct.inner.duty.alarms import call_what_rings, ringing, take
from safeconduct.inner.duty.forced import Uses
from safeconduct.inner.duty.models import Alarm
from tests.people import Colleague, Writer

NUMBER = 8


@pytest.fixture
def forced(soldier: Writer) -> Writer:
    soldier.opens()
    return soldier.asks_for_second()


def test_everybody_of_the_shift_is_told_and_nobody_else(forced: Writer, olena: Colleague, marta: Colleague) -> None:
    uses = Uses()
    assert uses.sweep() == 0

    forced.visits()

    assert uses.sweep() == 1
    (alarm,) = ringing(olena.operator)
    assert (alarm.kind, alarm.case, alarm.because_of) == ("second_code", forced.case.number, None)
    assert ringing(marta.operator) == ()
    line = Line.objects.filter(verb="alarm.second_code").get()
    assert (line.about_kind, line.about_id) == ("case", forced.case.number)


@pytest.mark.parametrize("what", ["visits", "writes", "wipes", "asks_for_second"])
def test_whatever_is_done_with_it_rings(forced: Writer, what: str) -> None:
    uses = Uses()

    getattr(forced, what)()

    assert uses.sweep() == 1


def test_the_first_code_rings_nothing(forced: Writer, soldier: Writer) -> None:
    soldier.visits()
    soldier.writes()
    soldier.asks_for_second()

    assert Uses().sweep() == 0


def test_it_rings_once_until_somebody_takes_it_and_then_again(forced: Writer, olena: Colleague) -> None:
    uses = Uses()
    forced.visits()
    forced.writes()
    assert uses.sweep() == 1
    forced.visits()
    assert uses.sweep() == 0

    take(ringing(olena.operator)[0], by=olena.operator)
    forced.visits()

    assert uses.sweep() == 1


def test_two_cases_ring_each_by_itself(forced: Writer) -> None:
    other = Writer()
    other.opens()

    forced.visits()
    other.asks_for_second().visits()

    assert Uses().sweep() == 2
    assert set(Alarm.objects.values_list("case", flat=True)) == {forced.case.number, other.case.number}


def test_a_worker_that_starts_anew_rings_what_it_missed_and_nothing_twice(forced: Writer, olena: Colleague) -> None:
    forced.visits()
    assert Uses().sweep() == 1
    assert Uses().sweep() == 0
    take(ringing(olena.operator)[0], by=olena.operator)
    assert Uses().sweep() == 0

    forced.visits()

    assert Uses().sweep() == 1


def test_the_alarm_command_is_told_its_number(forced: Writer) -> None:
    called: list[int] = []
    forced.visits()
    Uses().sweep()

    call_what_rings(called.append, now=timezone.now() + timedelta(seconds=1))

    assert called == [NUMBER]
