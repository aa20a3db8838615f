"""Who oversees a store whose resident key is missing sees what waits for it; others are not bothered."""

from collections.abc import Callable, Iterator

import pytest

from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.desk.tests.test_standing import band
from safeconduct.inner.duty import residents
from safeconduct.inner.operators import actions, resident_keys
from safeconduct.inner.operators.models import ResidentKey
from safeconduct.inner.operators.resident_memory import memory
from tests.people import Colleague, enrol

AtDesk = Callable[[Colleague], Desk]
MISSING = "Ключа «clocks» немає з"
STAND_STILL = "Годинники бюро стоять: бракує їхнього ключа."


@pytest.fixture(autouse=True)
def empty_memory() -> Iterator[None]:
    yield
    memory.forget()


@pytest.fixture
def ihor(db: None) -> Colleague:
    return enrol("ihor", "Ігор", "bureau")


@pytest.fixture
def lesia(ihor: Colleague) -> Colleague:
    """The supervisor of the bureau, which is open since a moment."""
    supervisor = enrol("lesia", "Леся", "bureau-supervisor")
    actions.found("bureau", by=(ihor.keys, supervisor.keys))
    return supervisor


def test_the_supervisor_sees_it_and_hears_it_and_others_do_not(
    at_desk: AtDesk, lesia: Colleague, ihor: Colleague, olena: Colleague
) -> None:
    residents.sweep()

    for colleague, is_told in ((lesia, True), (ihor, False), (olena, False)):
        desk = at_desk(colleague)
        desk.looks_at_the_queue()
        assert (MISSING in band(desk)) is is_told
        assert (STAND_STILL in desk.words) is is_told


def test_it_goes_from_a_page_that_is_open_once_somebody_unlocks(at_desk: AtDesk, lesia: Colleague) -> None:
    desk = at_desk(lesia)
    desk.looks_at_the_queue()
    assert MISSING in band(desk)

    key = ResidentKey.objects.get()
    resident_keys.take(key.pk, lesia.keys.resident_key(key))

    desk.looks_at_the_queue()
    assert band(desk) == ""
