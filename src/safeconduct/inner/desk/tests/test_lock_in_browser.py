"""A browser that is left alone covers what it shows, whoever can be reached or not; in a real browser."""

from collections.abc import Callable

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from safeconduct.inner.cases import actions
from safeconduct.inner.cases.models import Draft
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.desk.tests.screen import Screen, screen_of
from safeconduct.inner.duty import actions as duty
from safeconduct.inner.operators.models import Operator
from tests.people import OUR_WORD, Colleague, Writer, minutes_ago

SHORT = 12
MINUTE = 60_000
LETTER, WORDS = "words of a person", "недописане речення"


def sessions_are_short(screen: Screen, settings: Settings) -> None:
    """From this moment on; the page is loaded again, so that it knows."""
    settings.SESSION_COOKIE_AGE = SHORT
    session = SessionStore(Session.objects.get().session_key)
    session["seen_at"] = timezone.now().timestamp()
    session.save()
    screen.page.reload()


def nothing_of_the_case_is_left(screen: Screen, soldier: Writer) -> None:
    shown = screen.page.content() + screen.page.title()
    for word in (LETTER, WORDS, OUR_WORD, f"№ {soldier.case.number}"):
        assert word not in shown
    assert screen.page.locator("#desk").inner_text() == ""


def test_left_alone_the_page_locks_itself_and_after_log_in_the_draft_is_there(
    settings: Settings, browser: Browser, live_server: LiveServer, olena: Colleague, soldier: Writer
) -> None:
    soldier.opens(LETTER)
    with screen_of(browser, live_server.url) as screen:
        screen.sits_down(olena)
        screen.takes(soldier.case)
        sessions_are_short(screen, settings)
        screen.reads("#messages", LETTER)
        screen.page.focus("#answer")
        screen.page.keyboard.insert_text(WORDS)

        screen.sees("#locked", timeout=(SHORT + 15) * 1000)

        nothing_of_the_case_is_left(screen, soldier)
        screen.reads("#locked", "Олена")
        assert screen.page.title() == "Замкнено"
        screen.sees("#draft-kept")
        screen.does_not_see("#draft-lost")
        assert Draft.objects.filter(by=olena.operator).exists()
        for key in ("Escape", "KeyN", "F6", "Control+KeyK", "Control+Enter", "Slash", "Shift+KeyP"):
            screen.press(key)
        nothing_of_the_case_is_left(screen, soldier)

        assert screen.focus == "log-in-again"
        settings.SESSION_COOKIE_AGE = 600
        screen.press("Enter")
        screen.sees("#id_username")
        desk_logs_in(screen, olena)
        expect(screen.page).to_have_url(f"{screen.address}/cases/{soldier.case.number}")
        expect(screen.page.locator("#answer")).to_have_value(WORDS)


def desk_logs_in(screen: Screen, colleague: Colleague) -> None:
    cache.clear()
    for typed in (colleague.operator.username, colleague.passphrase, colleague.totp_code):
        screen.page.keyboard.type(typed)
        screen.page.keyboard.press("Tab")
    screen.page.keyboard.press("Enter")
    screen.sees("#desk")


def test_it_locks_also_when_nobody_can_be_reached(
    settings: Settings, browser: Browser, live_server: LiveServer, olena: Colleague, soldier: Writer
) -> None:
    soldier.opens(LETTER)
    with screen_of(browser, live_server.url) as screen:
        screen.sits_down(olena)
        screen.takes(soldier.case)
        sessions_are_short(screen, settings)

        screen.page.context.set_offline(True)

        screen.sees("#locked", timeout=(SHORT + 15) * 1000)
        nothing_of_the_case_is_left(screen, soldier)
        screen.troubles.clear()  # what could not be fetched is in the console


def test_a_case_that_a_colleague_took_meanwhile_is_a_sentence_after_log_in(
    screen: Screen, soldier: Writer, olena: Colleague, taras: Colleague, at_desk: Callable[[Colleague], Desk]
) -> None:
    soldier.opens(LETTER)
    screen.takes(soldier.case)
    screen.page.fill("#answer", WORDS)
    screen.sees("#draft")
    Operator.objects.update(seen_at=minutes_ago(11))
    duty.sweep()
    duty.come_on(taras.operator)
    actions.take(soldier.case, by=taras.operator)

    again = at_desk(olena)
    again.opens(soldier.case)

    assert "Цю справу веде Тарас." in again.words
    assert "Вашу чернетку збережено у справі" in again.words
    assert LETTER not in again.screen
    assert WORDS not in again.screen


def test_a_minute_before_the_page_says_so_and_has_kept_the_draft(screen: Screen, soldier: Writer) -> None:
    soldier.opens("letter")
    screen.page.clock.install()
    screen.takes(soldier.case)
    screen.page.route("**/live*", lambda route: route.fulfill(status=204))
    screen.page.fill("#answer", WORDS)

    screen.page.clock.run_for(8 * MINUTE)
    screen.does_not_see("#leaving")
    screen.page.clock.run_for(MINUTE + 10_000)
    screen.reads("#leaving", "За хвилину сторінку буде замкнено")
    assert Draft.objects.exists()

    screen.press("Shift")
    screen.page.clock.run_for(2000)
    screen.does_not_see("#leaving")
    screen.does_not_see("#locked")


def test_who_works_in_another_window_is_not_locked_out_of_this_one(
    screen: Screen, soldier: Writer, olena: Colleague
) -> None:
    """Only the server knows of a deed elsewhere; it says with each answer when the session would end."""
    soldier.opens("letter")
    screen.page.clock.install()
    screen.takes(soldier.case)
    later = str(int(timezone.now().timestamp()) + 1200)
    screen.page.route("**/live*", lambda route: route.fulfill(status=204, headers={"Desk-Ends": later}))

    screen.page.clock.run_for(11 * MINUTE)

    screen.does_not_see("#leaving")
    screen.does_not_see("#locked")
    screen.page.clock.run_for(10 * MINUTE)
    screen.sees("#locked")


def test_who_types_all_the_while_without_a_connection_keeps_the_words_before_him(
    screen: Screen, soldier: Writer
) -> None:
    soldier.opens("letter")
    screen.page.clock.install()
    screen.takes(soldier.case)
    for pattern in ("**/live*", "**/draft"):
        screen.page.route(pattern, lambda route: route.abort())
    screen.page.focus("#answer")

    for _ in range(22):
        screen.page.keyboard.type("а")
        screen.page.clock.run_for(MINUTE // 2)

    screen.does_not_see("#locked")
    assert screen.page.input_value("#answer") == "а" * 22
    screen.page.clock.run_for(MINUTE)
    screen.sees("#locked")
    screen.sees("#draft-lost")
    screen.does_not_see("#draft-kept")
    screen.troubles.clear()  # what could not be fetched is in the console


def test_without_a_script_the_page_leaves_by_itself(
    settings: Settings, browser: Browser, live_server: LiveServer, olena: Colleague, soldier: Writer
) -> None:
    soldier.opens(LETTER)
    with screen_of(browser, live_server.url, java_script_enabled=False) as screen:
        screen.sits_down(olena)
        screen.takes(soldier.case)
        sessions_are_short(screen, settings)
        screen.reads("#messages", LETTER)

        screen.sees("#id_username", timeout=(SHORT + 15) * 1000)

        back = f"next=/cases/{soldier.case.number}"
        expect(screen.page).to_have_url(f"{screen.address}/log-in?ended=1&{back}")
        assert LETTER not in screen.page.content()
