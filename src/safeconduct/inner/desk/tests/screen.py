"""An operator before a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from safeconduct.inner.cases.models import Case
from safeconduct.inner.desk.tests.desk import Desk
from tests.people import Colleague

# A refused form and a missing page are answers, not faults.
EXPECTED_IN_CONSOLE = ("status of 404", "status of 409", "status of 422")


class Screen:
    """One page of one browser, logged in."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.troubles: list[str] = []
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        is_expected = any(words in message.text for words in EXPECTED_IN_CONSOLE)
        if message.type in ("error", "warning") and not is_expected:
            self.troubles.append(message.text)

    def logs_in(self, colleague: Colleague) -> None:
        """By keyboard alone. Digits that were used a moment ago are forgotten, so that one test may log in twice."""
        cache.clear()
        self.page.goto(f"{self.address}/log-in")
        expect(self.page.locator("#id_username")).to_be_focused()
        for typed in (colleague.operator.username, colleague.passphrase, colleague.totp_code):
            self.page.keyboard.type(typed)
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#desk")).to_be_visible()

    def sits_down(self, colleague: Colleague, *, at: str = "#desk") -> None:
        """As who has logged in a while ago: the session is brought along. `at`: what then stands on the page."""
        desk = Desk()
        desk.log_in(colleague)
        # The names of the cookies bind them to https; a browser lets localhost have them all the same.
        url = self.address.replace("http:", "https:")
        self.page.context.add_cookies(
            [
                {"name": name, "value": morsel.value, "url": url, "secure": True, "httpOnly": True}
                for name, morsel in desk.browser.cookies.items()
            ]
        )
        self.page.goto(self.address)
        expect(self.page.locator(at)).to_be_visible()

    def opens(self, case: Case) -> None:
        self.page.goto(f"{self.address}/cases/{case.number}")

    def takes(self, case: Case) -> None:
        self.opens(case)
        self.page.click("#take-this")
        expect(self.page.locator("#answer")).to_be_visible()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    @property
    def focus(self) -> str:
        return str(self.page.evaluate("document.activeElement.id"))

    def sees(self, selector: str, **kwargs: Any) -> None:
        expect(self.page.locator(selector)).to_be_visible(**kwargs)

    def does_not_see(self, selector: str) -> None:
        expect(self.page.locator(selector)).not_to_be_visible()

    def reads(self, selector: str, words: str, **kwargs: Any) -> None:
        expect(self.page.locator(selector)).to_contain_text(words, **kwargs)


@contextmanager
def screen_of(browser: Browser, address: str, *, width: int = 1440, height: int = 900, **more: Any) -> Iterator[Screen]:
    """A browser with nothing in it. A script error or a breach of the policy fails the test that it happens in."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="uk", **more)
    screen = Screen(context.new_page(), address)
    yield screen
    context.close()
    assert screen.troubles == [], screen.troubles
