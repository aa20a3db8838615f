"""A missing resident key rings for the supervisors of its store, until somebody sees to it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from safeconduct.inner.duty import alarms, residents, rules
from safeconduct.inner.duty.models import Alarm
from safeconduct.inner.operators import actions, resident, resident_keys
from safeconduct.inner.operators.models import ResidentKey
from safeconduct.inner.operators.resident_memory import memory
from tests.people import Colleague, enrol


@pytest.fixture(autouse=True)
def empty_memory() -> Iterator[None]:
    memory.forget()
    yield
    memory.forget()


@pytest.fixture
def lesia(db: None) -> Colleague:
    """The supervisor of the bureau, which is open since a moment."""
    supervisor = enrol("lesia", "Леся", "bureau-supervisor")
    actions.found("bureau", by=(enrol("ihor", "Ігор", "bureau").keys, supervisor.keys))
    return supervisor


def test_it_rings_once_for_who_oversees_the_store(lesia: Colleague, olena: Colleague) -> None:
    assert residents.sweep() == 1
    assert residents.sweep() == 0

    (alarm,) = alarms.ringing(lesia.operator)
    assert alarm.kind == "clocks_missing"
    assert alarms.ringing(olena.operator) == ()
    assert alarms.ringing(enrol("oksana", "Оксана", "supervisor").operator) == ()


def test_taken_and_still_missing_it_rings_again_after_an_hour(lesia: Colleague) -> None:
    residents.sweep()
    alarms.take(alarms.ringing(lesia.operator)[0], by=lesia.operator)
    assert residents.sweep() == 0

    earlier = timezone.now() - timedelta(minutes=61)
    ResidentKey.objects.update(missing_since=earlier)
    Alarm.objects.update(rung_at=earlier)

    assert residents.sweep() == 1


def test_unlocked_it_rings_no_more_and_lost_it_rings_anew(lesia: Colleague) -> None:
    residents.sweep()
    (one,) = resident.residents("bureau")
    key = ResidentKey.objects.get()
    resident_keys.take(key.pk, lesia.keys.resident_key(key))
    residents.note_unlocked(one, by=lesia.operator)

    assert alarms.ringing(lesia.operator) == ()
    assert residents.sweep() == 0
    Alarm.objects.update(rung_at=timezone.now() - timedelta(minutes=5))

    memory.forget()
    resident_keys.tell()

    assert residents.sweep() == 1


def test_each_that_is_registered_has_an_alarm_with_a_number_of_its_own() -> None:
    numbers = [kind.number for kind in rules.ALARMS.values()]

    assert len(set(numbers)) == len(numbers)
    assert {residents.alarm_of(one) for one in resident.residents()} <= set(rules.ALARMS)
