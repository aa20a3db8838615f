"""Who opens more cases than a shift needs is told to the supervisor, out of the audit, once an hour."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from safeconduct.audit.actions import record
from safeconduct.audit.models import Head
from safeconduct.inner.duty.alarms import ringing, take
from safeconduct.inner.duty.models import Alarm
from safeconduct.inner.duty.too_much import FLOOR
from safeconduct.inner.duty.watching import Watch
from safeconduct.inner.operators.models import Operator
from tests.people import Colleague, Headquarters, enrol

TOO_MANY = FLOOR + 1


@pytest.fixture
def oksana(headquarters: Headquarters) -> Operator:
    """A supervisor."""
    return enrol("oksana", "Оксана", "supervisor").operator


@pytest.fixture
def watch(headquarters: Headquarters) -> Watch:
    """Begins with what this test has written: other tests' lines stay in the chain, for nobody can delete them."""
    watch = Watch()
    watch._after = Head.objects.filter(store="appeals").values_list("seq", flat=True).first() or 0
    return watch


def reads(colleague: Colleague, cases: Iterable[int], *, verb: str = "case.read") -> None:
    for number in cases:
        with transaction.atomic():
            record("appeals", verb, by=colleague.operator.pk, about=("case", number))


@pytest.fixture
def it_is_later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    def later(by: timedelta) -> None:
        def now(today: Callable[[], datetime] = timezone.now) -> datetime:
            return today() + by

        monkeypatch.setattr("safeconduct.inner.duty.watching.timezone.now", now)

    return later


def test_one_case_more_than_a_shift_needs_rings(watch: Watch, olena: Colleague, oksana: Operator) -> None:
    reads(olena, range(1, TOO_MANY))
    assert watch.sweep() == 0

    reads(olena, [TOO_MANY])
    assert watch.sweep() == 1

    (alarm,) = ringing(oksana)
    assert (alarm.kind, alarm.because_of) == ("bulk_reading", olena.operator)


def test_the_same_cases_again_and_again_are_no_more_cases(watch: Watch, olena: Colleague) -> None:
    for _ in range(4):
        reads(olena, range(1, TOO_MANY))

    assert watch.sweep() == 0


@pytest.mark.parametrize("verb", ["case.read", "case.file_read", "case.printed", "case.sought"])
def test_each_way_of_reading_counts(watch: Watch, olena: Colleague, verb: str) -> None:
    reads(olena, range(1, 20))
    reads(olena, range(20, TOO_MANY + 1), verb=verb)

    assert watch.sweep() == 1


def test_other_deeds_do_not_count(watch: Watch, olena: Colleague) -> None:
    reads(olena, range(1, 3 * TOO_MANY), verb="case.noted")

    assert watch.sweep() == 0


def test_it_rings_once_an_hour_for_each_operator(watch: Watch, olena: Colleague, taras: Colleague) -> None:
    reads(olena, range(1, 2 * TOO_MANY))
    reads(taras, range(1, TOO_MANY + 1))
    assert watch.sweep() == 2

    reads(olena, range(200, 240))
    assert watch.sweep() == 0

    Alarm.objects.update(rung_at=timezone.now() - timedelta(minutes=61))
    reads(olena, [300])
    assert watch.sweep() == 1


def test_an_alarm_that_was_taken_does_not_ring_again_for_the_same_hour(
    watch: Watch, olena: Colleague, oksana: Operator
) -> None:
    reads(olena, range(1, TOO_MANY + 1))
    watch.sweep()
    take(ringing(oksana)[0], by=oksana)

    reads(olena, range(100, 110))

    assert watch.sweep() == 0


def test_a_worker_that_starts_anew_knows_what_was_read_before_and_rings_for_nothing_twice(
    headquarters: Headquarters, olena: Colleague, taras: Colleague
) -> None:
    reads(olena, range(1, TOO_MANY + 1))
    reads(taras, range(1, TOO_MANY))
    Watch().sweep()
    rung = Alarm.objects.filter(because_of=olena.operator).count()

    after_a_start = Watch()
    after_a_start.sweep()
    reads(taras, [TOO_MANY])
    after_a_start.sweep()

    assert rung == Alarm.objects.filter(because_of=olena.operator).count() == 1
    assert Alarm.objects.filter(because_of=taras.operator).count() == 1


@pytest.mark.parametrize(("by", "rung"), [(timedelta(hours=8), 1), (timedelta(days=2), 0)])
def test_what_was_read_while_the_worker_was_down_rings_unless_it_is_old(
    watch: Watch, olena: Colleague, it_is_later: Callable[[timedelta], None], by: timedelta, rung: int
) -> None:
    reads(olena, range(1, TOO_MANY + 1))

    it_is_later(by)

    assert watch.sweep() == rung
