"""What rings stands on top of the desk of those whom it concerns, and can be heard there, until somebody takes it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from safeconduct.inner.desk.tests.conftest import Confirm
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.desk.tests.screen import Screen, screen_of
from safeconduct.inner.duty.alarms import alarm_for, ring, ringing, take
from safeconduct.inner.operators import actions as operators
from tests.people import Colleague, Headquarters, enrol

AtDesk = Callable[[Colleague], Desk]
WITHIN_TWO_SECONDS = 2000
RINGS = "Тарас: за годину відкрито більше справ, ніж потрібно для зміни."


@pytest.fixture
def oksana(headquarters: Headquarters) -> Colleague:
    """A supervisor who was admitted."""
    supervisor = enrol("oksana", "Оксана", "supervisor")
    operators.admit(supervisor.operator, "appeals", by=(headquarters.olena.keys, headquarters.taras.keys))
    return supervisor


def test_a_supervisor_sees_it_and_an_operator_does_not(
    at_desk: AtDesk, oksana: Colleague, olena: Colleague, taras: Colleague
) -> None:
    ring("bulk_reading", by=taras.operator)

    for colleague, is_seen in ((oksana, True), (olena, False), (taras, False)):
        desk = at_desk(colleague)
        desk.looks_at_the_queue()
        assert (RINGS in desk.words) is is_seen


def test_she_takes_it_and_it_is_gone(at_desk: AtDesk, oksana: Colleague, taras: Colleague) -> None:
    alarm = ring("bulk_reading", by=taras.operator)
    desk = at_desk(oksana)

    desk.posts("take_alarm", alarm.pk)

    assert desk.page.status_code == 200
    assert RINGS not in desk.words
    assert ringing(oksana.operator) == ()


def test_who_has_nothing_to_take_takes_nothing(at_desk: AtDesk, oksana: Colleague, taras: Colleague) -> None:
    alarm = ring("bulk_reading", by=taras.operator)
    desk = at_desk(taras)

    assert desk.posts("take_alarm", alarm.pk) == desk.posts("take_alarm", alarm.pk + 1000) == 200

    assert ringing(oksana.operator) == (alarm,)


TWO_NOTES = 2


def notes_heard(screen: Screen) -> int:
    return int(screen.page.evaluate("window.notes"))


def test_it_comes_onto_a_page_that_is_open_is_heard_and_goes_again(
    browser: Browser, live_server: LiveServer, confirmed: Confirm, oksana: Colleague, taras: Colleague
) -> None:
    with screen_of(browser, live_server.url) as screen:
        screen.page.add_init_script(
            # The browser of a test may always be heard; a real one only after somebody has pressed or typed.
            "const touched = { get hasBeenActive() { return window.isTouched === true; } };"
            "Object.defineProperty(navigator, 'userActivation', { value: touched });"
            "window.notes = 0; const start = OscillatorNode.prototype.start;"
            "OscillatorNode.prototype.start = function (at) { window.notes += 1; return start.call(this, at); };"
        )
        screen.sits_down(oksana)
        screen.does_not_see(".alarm")

        alarm = ring("bulk_reading", by=taras.operator)

        screen.reads("#alarms", RINGS, timeout=WITHIN_TWO_SECONDS)
        screen.page.wait_for_timeout(1500)
        assert notes_heard(screen) == 0
        screen.page.evaluate("window.isTouched = true")
        screen.page.wait_for_timeout(3500)
        assert notes_heard(screen) == TWO_NOTES  # and not again each second

        screen.page.click(f"#alarm-{alarm.pk}")
        screen.does_not_see(".alarm")
        assert "take" not in screen.page.url
        assert ringing(oksana.operator) == ()


def test_what_a_colleague_took_leaves_the_page(
    browser: Browser, live_server: LiveServer, confirmed: Confirm, oksana: Colleague, taras: Colleague
) -> None:
    petro = enrol("petro", "Петро", "supervisor")
    alarm = ring("bulk_reading", by=taras.operator)
    with screen_of(browser, live_server.url) as screen:
        screen.sits_down(oksana)
        screen.reads("#alarms", RINGS)

        take(alarm_for(petro.operator, alarm.pk), by=petro.operator)

        screen.page.wait_for_selector(".alarm", state="detached", timeout=WITHIN_TWO_SECONDS)
