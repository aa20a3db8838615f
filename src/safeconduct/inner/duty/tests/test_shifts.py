"""Who is on shift, and that nobody's cases stay behind."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.utils import timezone

from safeconduct.audit.models import Line
from safeconduct.inner.cases import actions as cases
from safeconduct.inner.cases.models import Case
from safeconduct.inner.duty import actions, lookups
from safeconduct.inner.duty.models import Attendance, Shift
from safeconduct.inner.operators import actions as operators
from safeconduct.inner.operators.models import Operator
from tests.people import Colleague, Headquarters, Writer


def seen(colleague: Colleague, minutes_ago: float) -> None:
    Operator.objects.filter(pk=colleague.operator.pk).update(seen_at=timezone.now() - timedelta(minutes=minutes_ago))


def test_the_first_who_comes_on_opens_the_shift_and_the_last_who_goes_off_closes_it(
    olena: Colleague, taras: Colleague
) -> None:
    assert lookups.current_shift() is None

    actions.come_on(olena.operator)
    shift = lookups.current_shift()
    actions.come_on(taras.operator)

    assert lookups.current_shift() == shift
    assert lookups.on_shift() == [olena.operator, taras.operator]
    actions.go_off(olena.operator)
    assert lookups.current_shift() == shift
    assert lookups.on_shift() == [taras.operator]
    actions.go_off(taras.operator)
    assert lookups.current_shift() is None
    assert Shift.objects.get().closed_at is not None


def test_the_next_shift_is_another(olena: Colleague, taras: Colleague) -> None:
    actions.come_on(olena.operator)
    actions.go_off(olena.operator)

    actions.come_on(taras.operator)

    assert Shift.objects.count() == 2
    assert lookups.on_shift() == [taras.operator]


def test_coming_on_twice_is_coming_on_once(olena: Colleague) -> None:
    first = actions.come_on(olena.operator)

    assert actions.come_on(olena.operator) == first
    assert Line.objects.filter(verb="duty.came_on").count() == 1


def test_marta_stands_no_shift(marta: Colleague) -> None:
    assert actions.come_on(marta.operator) is None

    assert lookups.current_shift() is None
    assert not lookups.is_on_shift(marta.operator)


def test_who_goes_off_leaves_open_cases_to_the_queue_and_nobody_elses(
    olena: Colleague, taras: Colleague, soldier: Writer
) -> None:
    actions.come_on(olena.operator)
    actions.come_on(taras.operator)
    of_taras = Writer()
    soldier.opens()
    cases.take_next(by=olena.operator)
    of_taras.opens()
    cases.take_next(by=taras.operator)

    actions.go_off(olena.operator)

    assert soldier.case.owner is None
    assert soldier.case.clock == "first_answer", "his wait goes on"
    assert of_taras.case.owner == taras.operator
    assert cases.take_next(by=taras.operator) == soldier.case
    assert Line.objects.filter(verb="duty.went_off", actor=olena.operator.pk).count() == 1


def test_going_off_without_being_on_is_nothing(olena: Colleague) -> None:
    actions.go_off(olena.operator)

    assert not Line.objects.filter(verb="duty.went_off").exists()


def test_going_off_breaks_off_whole(olena: Colleague, soldier: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.come_on(olena.operator)
    soldier.opens()
    cases.take_next(by=olena.operator)

    def power_fails(*_args: object, **_how: object) -> None:
        raise OSError("power")

    monkeypatch.setattr(actions, "record", power_fails)
    with pytest.raises(OSError, match="power"):
        actions.go_off(olena.operator)

    assert soldier.case.owner == olena.operator
    assert lookups.is_on_shift(olena.operator)


@pytest.mark.parametrize(("minutes", "is_on"), [(9, True), (11, False)])
def test_the_sweep_sends_off_who_has_idled_out(olena: Colleague, soldier: Writer, minutes: int, is_on: bool) -> None:
    actions.come_on(olena.operator)
    soldier.opens()
    cases.take_next(by=olena.operator)
    seen(olena, minutes_ago=minutes)

    swept = actions.sweep()

    assert swept == (0 if is_on else 1)
    assert lookups.is_on_shift(olena.operator) is is_on
    assert (soldier.case.owner is not None) is is_on


def test_the_sweep_sends_off_who_is_suspended(
    olena: Colleague, taras: Colleague, nadia: Colleague, soldier: Writer
) -> None:
    for colleague in (olena, taras, nadia):
        actions.come_on(colleague.operator)
        seen(colleague, minutes_ago=1)
    soldier.opens()
    cases.take_next(by=olena.operator)
    operators.suspend(olena.operator, by=None)

    assert actions.sweep() == 1

    assert set(lookups.on_shift()) == {taras.operator, nadia.operator}
    assert soldier.case.owner is None


def test_the_sweep_frees_cases_of_somebody_who_is_on_no_shift(olena: Colleague, soldier: Writer) -> None:
    actions.come_on(olena.operator)
    soldier.opens()
    cases.take_next(by=olena.operator)
    Attendance.objects.update(off_at=timezone.now())
    seen(olena, minutes_ago=0)

    assert actions.sweep() == 1

    assert soldier.case.owner is None


def test_after_the_sweep_every_open_case_has_an_owner_on_shift_or_is_in_the_queue(headquarters: Headquarters) -> None:
    people = (headquarters.olena, headquarters.taras)
    for colleague, minutes in zip(people, (1, 60), strict=True):
        actions.come_on(colleague.operator)
        seen(colleague, minutes_ago=minutes)
        for _ in range(2):
            Writer().opens()
            cases.take_next(by=colleague.operator)

    actions.sweep()

    owners = {case.owner for case in Case.objects.select_related("owner")}
    assert owners == {headquarters.olena.operator, None}


def test_who_comes_back_while_the_sweep_is_under_way_stays_on(
    olena: Colleague, taras: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sent off all the same, Taras would work on no shift, and each sweep would take his cases from him."""
    for colleague in (olena, taras):
        actions.come_on(colleague.operator)
        seen(colleague, minutes_ago=11)

    def slowly(owner: Operator, *, by: Operator | None) -> None:
        cases.release_all_of(owner, by=by)
        seen(taras, minutes_ago=0)
        assert actions.come_on(taras.operator), "as at his log-in"

    monkeypatch.setattr(actions, "release_all_of", slowly)

    assert actions.sweep() == 1

    assert lookups.on_shift() == [taras.operator]


def test_the_sweep_deletes_sessions_that_idled_out(olena: Colleague) -> None:
    ended, running = SessionStore(), SessionStore()
    for session in (ended, running):
        session["operator_keys"] = "locked"
        session.create()
    Session.objects.filter(session_key=ended.session_key).update(expire_date=timezone.now() - timedelta(seconds=1))

    actions.sweep()

    assert [row.session_key for row in Session.objects.all()] == [running.session_key]


def test_the_database_itself_refuses_what_must_never_be(olena: Colleague) -> None:
    attendance = actions.come_on(olena.operator)
    assert attendance is not None
    now, before = timezone.now(), timezone.now() - timedelta(days=1)
    wrong: list[Callable[[], object]] = [
        lambda: Shift.objects.create(opened_at=now),
        lambda: Shift.objects.update(closed_at=before),
        lambda: Attendance.objects.create(shift=attendance.shift, operator=olena.operator, on_at=now),
        lambda: Attendance.objects.update(off_at=before),
    ]

    for write in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
