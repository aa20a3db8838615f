"""The button for two, the band on every desk, and the one page for everybody while all is locked."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from safeconduct.inner.desk.pages import page
from safeconduct.inner.desk.tests.conftest import Confirm
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.desk.tests.screen import Screen, screen_of
from safeconduct.inner.duty import panic
from safeconduct.inner.duty.models import LockAsked
from safeconduct.inner.operators import lock_file
from tests.people import Colleague

AtDesk = Callable[[Colleague], Desk]
LOCKED = "Роботу столу заблоковано"
ASKS = "Олена просить заблокувати все."
WITHIN_TWO_SECONDS = 2000


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No lock outlives its test."""
    monkeypatch.setenv("INNER_CONFIG", str(tmp_path / "inner.json"))
    yield
    lock_file.unlock()


def test_who_asks_and_who_could_confirm_both_see_it(at_desk: AtDesk, olena: Colleague, taras: Colleague) -> None:
    hers, his = at_desk(olena), at_desk(taras)

    hers.posts("lock")

    assert "Ви просите заблокувати все." in hers.words
    assert "lock-confirm" not in hers.screen
    his.looks_at_the_queue()
    assert ASKS in his.words
    assert "lock-confirm" in his.screen


def test_the_second_press_is_the_lock_and_the_answer_says_so(
    at_desk: AtDesk, olena: Colleague, taras: Colleague
) -> None:
    hers, his = at_desk(olena), at_desk(taras)
    hers.posts("lock")

    assert his.posts("lock") == 423

    assert LOCKED in his.words
    for address in ("queue", "log_in", "lock", "live", "keys"):
        assert hers.gets(address) == 423
        assert LOCKED in hers.words
        assert "Олена" not in hers.words
        assert not hers.page.cookies


def test_a_page_that_asks_is_sent_away_whole(desk: Desk) -> None:
    lock_file.lock()

    assert desk.gets_part("live") == 204
    assert desk.page["HX-Redirect"] == "/log-in"


def test_what_was_being_written_as_all_was_locked_does_not_leave(
    desk: Desk, olena: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:

    def is_locked_meanwhile(*args: object, **kwargs: object) -> object:
        lock_file.lock()
        return page(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("safeconduct.inner.desk.views.queue.page", is_locked_meanwhile)

    assert desk.gets("queue") == 423
    assert "Олена" not in desk.words


def test_every_name_gets_the_same_answer(desk: Desk, olena: Colleague) -> None:
    lock_file.lock()

    answers = set()
    for name in (olena.operator.username, "nobody"):
        desk.posts("log_in", username=name, passphrase=olena.passphrase, digits=olena.totp_code)
        answers.add((desk.page.status_code, desk.screen))

    assert len(answers) == 1


def test_a_session_that_somebody_kept_opens_nothing_after_the_lock(
    desk: Desk, olena: Colleague, taras: Colleague
) -> None:
    lock_file.lock()
    panic.keep_up()
    panic.resume(by=(olena.keys, taras.keys))

    desk.gets("queue")

    assert desk.page.status_code == 302


def test_it_comes_onto_open_pages_and_two_lock_by_keyboard(
    browser: Browser, live_server: LiveServer, confirmed: Confirm, olena: Colleague, taras: Colleague
) -> None:
    with screen_of(browser, live_server.url) as hers, screen_of(browser, live_server.url) as his:
        hers.sits_down(olena)
        his.sits_down(taras)
        hers.page.locator("#me summary").focus()
        hers.press("Enter")
        hers.page.locator("#to-lock").focus()
        hers.press("Enter")
        hers.page.wait_for_url("**/lock")
        assert hers.focus == "lock-ask"
        hers.press("Enter")
        hers.sees("#lock-asked")

        his.reads("#alarms", ASKS, timeout=WITHIN_TWO_SECONDS)
        his.page.locator("#lock-confirm").focus()
        his.press("Enter")
        his.page.wait_for_url("**/lock")
        assert his.focus == "lock-now"
        # A page in an unusual state is no fault of a script.
        his.troubles.clear()
        his.press("Enter")

        his.reads("h1:visible", "Усе заблоковано")
        hers.reads("h1:visible", "Усе заблоковано", timeout=2 * WITHIN_TWO_SECONDS)
        for screen in (hers, his):
            screen.troubles[:] = [one for one in screen.troubles if "423" not in one]


@pytest.mark.parametrize(("width", "light"), [(1440, "light"), (320, "dark")])
def test_axe_finds_nothing_on_any_page_of_the_lock_and_nothing_sticks_out(
    browser: Browser,
    live_server: LiveServer,
    confirmed: Confirm,
    olena: Colleague,
    taras: Colleague,
    width: int,
    light: str,
) -> None:
    found: list[object] = []

    def look(screen: Screen, path: str, words: str) -> None:
        screen.page.goto(f"{screen.address}{path}")
        screen.reads("body", words)
        violations = Axe().run(screen.page).response["violations"]
        found.extend((words, one["id"], [node["html"] for node in one["nodes"]]) for one in violations)
        if screen.page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            found.append((words, "sticks out"))

    with screen_of(browser, live_server.url, width=width, color_scheme=light) as screen:
        screen.sits_down(taras)
        look(screen, "/lock", "Попросити про блокування")
        panic.press(by=olena.operator)
        look(screen, "/", ASKS)
        look(screen, "/lock", "Підтвердити: заблокувати все зараз")
        LockAsked.objects.update(by=taras.operator)
        look(screen, "/lock", "Ви попросили.")
        lock_file.lock()
        look(screen, "/log-in", LOCKED)
        look(screen, "/log-in?language=ru", "Работа стола заблокирована")
        screen.troubles[:] = [one for one in screen.troubles if "423" not in one]

    assert found == []
