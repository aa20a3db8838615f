"""Passkeys in a real browser, with the authenticator that it brings for tests (WebAuthn over the DevTools protocol)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from safeconduct.inner.desk.tests.conftest import Confirm
from safeconduct.inner.desk.tests.screen import Screen, screen_of
from safeconduct.inner.desk.tests.test_print import prints_of
from safeconduct.inner.operators import rules
from safeconduct.inner.operators.passkeys import passkeys_of
from tests.people import Colleague, Writer

Own = Callable[..., str]
OPENS, STANDS_IN = "шість слів не потрібні", "замість шести цифр"


class Pockets:
    """The authenticators at this browser; one is in the hand at a time."""

    def __init__(self, wire: CDPSession) -> None:
        self._wire = wire
        self._wire.send("WebAuthn.enable")
        self._held: str = ""

    def takes(self, *, prf: bool = True, is_verified: bool = True) -> str:
        """A new authenticator comes into the hand; what was there stays known to the browser and answers no more."""
        options: dict[str, Any] = {
            "protocol": "ctap2",
            "ctap2Version": "ctap2_1",
            "transport": "usb",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": is_verified,
            "hasPrf": prf,
        }
        self.puts_away()
        self._held = self._wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
        return self._held

    def puts_away(self) -> None:
        if self._held:
            self._touches(self._held, False)

    def takes_again(self, authenticator: str) -> None:
        self.puts_away()
        self._held = authenticator
        self._touches(authenticator, True)

    def loses(self, authenticator: str) -> None:
        self._wire.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": authenticator})
        self._held = ""

    def _touches(self, authenticator: str, is_touched: bool) -> None:
        self._wire.send(
            "WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": authenticator, "enabled": is_touched}
        )


@pytest.fixture
def at_home(
    browser: Browser, live_server: LiveServer, settings: Settings, olena: Colleague, confirmed: Confirm
) -> Iterator[Screen]:
    """A browser at the desk's own address, where nobody has logged in."""
    settings.INNER_URL = live_server.url
    with screen_of(browser, live_server.url) as screen:
        yield screen


@pytest.fixture
def pockets(at_home: Screen) -> Pockets:
    return Pockets(at_home.page.context.new_cdp_session(at_home.page))


def adds(screen: Screen, called: str) -> None:
    page = screen.page
    page.goto(f"{screen.address}/my-keys")
    page.click("text=Додати ключ доступу")
    page.fill("#id_called", called)
    page.click("[data-passkey] button")
    expect(page.locator(".things")).to_contain_text(called)


def goes(screen: Screen) -> None:
    page = screen.page
    page.click("#me summary")
    page.click("#me form:last-of-type button")
    expect(page.locator("#id_username")).to_be_visible()


def comes(screen: Screen, username: str = "olena") -> None:
    screen.page.goto(f"{screen.address}/log-in")
    screen.page.fill("#id_username", username)
    screen.page.click("[data-passkey] button")


def test_two_passkeys_are_added_a_third_is_refused_and_one_opens_the_desk_without_six_words(
    at_home: Screen, pockets: Pockets, olena: Colleague, soldier: Writer
) -> None:
    soldier.opens("words of a person")
    at_home.logs_in(olena)
    first = pockets.takes()
    adds(at_home, "У кишені")
    at_home.reads(".told", OPENS)
    pockets.loses(first)
    second = pockets.takes()
    adds(at_home, "У сейфі")
    expect(at_home.page.locator(".things li")).to_have_count(2)
    expect(at_home.page.locator("text=Додати ключ доступу")).to_have_count(0)

    at_home.page.goto(at_home.address)
    goes(at_home)
    comes(at_home)

    at_home.sees("#desk")
    at_home.takes(soldier.case)
    at_home.reads("#messages", "words of a person")

    at_home.page.goto(f"{at_home.address}/my-keys")
    at_home.page.click('[aria-label="Видалити У сейфі"]')
    expect(at_home.page.locator(".things li")).to_have_count(1)
    at_home.page.goto(at_home.address)
    goes(at_home)
    comes(at_home)
    at_home.reads("[data-trouble]", "не відповів")
    pockets.loses(second)
    assert [passkey.name for passkey in passkeys_of(olena.operator)] == ["У кишені"]


def test_an_authenticator_without_prf_stands_in_for_the_digits_and_the_six_words_are_asked(
    at_home: Screen, pockets: Pockets, olena: Colleague, soldier: Writer
) -> None:
    soldier.opens("words of a person")
    at_home.logs_in(olena)
    pockets.takes(prf=False)
    adds(at_home, "Старий брелок")
    at_home.reads(".told", STANDS_IN)
    at_home.page.goto(at_home.address)
    goes(at_home)

    comes(at_home)
    at_home.reads("#words-too", "введіть шість слів")
    at_home.does_not_see("#id_digits")
    assert at_home.focus == "id_passphrase"
    at_home.page.keyboard.type(olena.passphrase)
    at_home.press("Enter")

    at_home.sees("#desk")
    at_home.takes(soldier.case)
    at_home.reads("#messages", "words of a person")


def test_six_words_that_are_typed_already_go_along(at_home: Screen, pockets: Pockets, olena: Colleague) -> None:
    at_home.logs_in(olena)
    pockets.takes(prf=False)
    adds(at_home, "Старий брелок")
    at_home.page.goto(at_home.address)
    goes(at_home)

    at_home.page.fill("#id_passphrase", olena.passphrase)
    at_home.page.fill("#id_username", "olena")
    at_home.page.click("[data-passkey] button")

    at_home.sees("#desk")


def test_an_authenticator_that_verifies_nobody_adds_nothing(
    at_home: Screen, pockets: Pockets, olena: Colleague
) -> None:
    at_home.logs_in(olena)
    pockets.takes(is_verified=False)
    at_home.page.goto(f"{at_home.address}/my-keys")
    at_home.page.click("text=Додати ключ доступу")
    at_home.page.click("[data-passkey] button")

    at_home.reads("[data-trouble]", "Нічого не додано")
    assert passkeys_of(olena.operator) == []


def test_a_name_that_nobody_has_is_answered_as_one_whose_passkey_is_elsewhere(
    at_home: Screen, pockets: Pockets, olena: Colleague
) -> None:
    pockets.takes()
    seen = []
    for name in ("olena", "nobody"):
        comes(at_home, name)
        at_home.sees("[data-trouble]")
        seen.append(at_home.page.inner_text("main"))

    assert seen[0] == seen[1]


def test_a_print_with_an_old_factor_is_done_once_the_passkey_was_touched_and_the_draft_stays(
    at_home: Screen, pockets: Pockets, olena: Colleague, soldier: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    soldier.opens("words of a person")
    at_home.logs_in(olena)
    pockets.takes()
    adds(at_home, "У кишені")
    monkeypatch.setattr(rules, "FACTOR_FRESH_FOR", rules.FACTOR_FRESH_FOR * 0)
    at_home.page.add_init_script("window.prints = 0; window.print = () => { window.prints += 1; };")
    at_home.takes(soldier.case)
    at_home.page.fill("#answer", "a draft")
    at_home.press("Escape", "Shift+KeyP")
    at_home.reads("#talk", "Це досі ви?")
    assert prints_of(soldier.case) == []

    at_home.page.click(".again [data-passkey] button")

    at_home.sees("#printed")
    at_home.page.wait_for_function("window.prints === 1")
    expect(at_home.page.locator("#answer")).to_have_value("a draft")
    assert len(prints_of(soldier.case)) == 1


def test_escape_leads_back_from_the_question_to_the_case(
    at_home: Screen, olena: Colleague, soldier: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    soldier.opens("words of a person")
    at_home.logs_in(olena)
    monkeypatch.setattr(rules, "FACTOR_FRESH_FOR", rules.FACTOR_FRESH_FOR * 0)
    at_home.takes(soldier.case)
    at_home.press("Escape", "Shift+KeyP")
    at_home.reads("#talk", "Це досі ви?")

    at_home.press("Escape")

    at_home.reads("#messages", "words of a person")


def test_without_scripts_no_passkey_is_offered_and_the_digits_work(
    browser: Browser, live_server: LiveServer, olena: Colleague, confirmed: Confirm
) -> None:
    with screen_of(browser, live_server.url, java_script_enabled=False) as screen:
        screen.page.goto(f"{screen.address}/log-in")
        screen.does_not_see("[data-passkey] button")

        screen.logs_in(olena)

        screen.page.goto(f"{screen.address}/my-keys")
        screen.page.click("text=Додати ключ доступу")
        screen.reads(".noscripts", "Не в цьому браузері")
