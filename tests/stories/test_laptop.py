"""The machine of an operator is seized after work, and the telephone of a person: what does the browser's disk hold?

docs/what-an-attacker-gets.md says the same for people who read no tests, and names these.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect, sync_playwright

from safeconduct.demo.browser import Upload
from safeconduct.demo.people import Person
from safeconduct.demo.picture import leaflet
from safeconduct.demo.totp import code_now
from tests.stories.people import Seat
from tests.stories.searching import found_in, writings_of
from tests.stories.site import Site
from tests.stories.stored import files_in
from tests.stories.test_one_appeal import arrives_at

LONG = 15_000
LETTER, ANSWER, DRAFT = "мандариновий-равлик-5521", "вишневий-маяк-5108", "кедровий-дзвоник-6420"
NOTE, CHECK_WORD, FILE = "ожиновий-ліхтар-3957", "рододендронюк", "липовий-одуванчик-3390"


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


def own_browser(playwright: Playwright, profile: Path) -> BrowserContext:
    """With a profile on the disk, as everybody's browser has."""
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=shutil.which("chromium"), locale="uk", accept_downloads=False
    )
    context.set_default_timeout(LONG)
    return context


def test_a_seized_laptop_holds_no_word_after_a_shift(site: Site, playwright: Playwright, profile: Path) -> None:
    soldier = Person(site.url("front"), "uk")
    taras = Seat.of(site, "taras")
    watcher = Seat.of(site, "olena").logs_in()
    sheet = Upload(f"{FILE}.png", "image/png", leaflet())
    number = arrives_at(watcher, lambda: soldier.writes(LETTER, check_word=CHECK_WORD, uploads=[sheet]))
    browser = own_browser(playwright, profile)
    page = browser.new_page()
    page.goto(site.url("inner"))
    page.locator("[name=username]").fill("taras")
    page.locator("[name=passphrase]").fill(taras.passphrase)
    page.locator("[name=digits]").fill(code_now(taras.totp_secret))
    page.locator("form[action*='log-in'] button.main").click()
    page.goto(f"{site.url('inner')}/cases/{number}")
    page.locator("form[action$='/take'] button").click()
    expect(page.get_by_text(LETTER)).to_be_visible()
    page.locator("a[href*='open=']").click()
    expect(page.locator("img[src*='/files/']")).to_be_visible()
    page.locator("#answer").fill(ANSWER)
    page.keyboard.press("Control+Enter")
    page.locator("#send").click()
    expect(page.locator("#messages .ours")).to_contain_text(ANSWER)
    page.locator("[name=note]").fill(NOTE)
    page.locator("form[action$='/note'] button").click()
    expect(page.get_by_text(NOTE)).to_be_visible()
    page.locator("#answer").fill(DRAFT)
    page.wait_for_timeout(1500)
    cookies = {cookie["name"]: cookie["value"] for cookie in browser.cookies()}
    browser.close()

    said = {"letter": LETTER, "answer": ANSWER, "draft": DRAFT, "note": NOTE, "check word": CHECK_WORD, "file": FILE}
    secret = {"six words": taras.passphrase, "authenticator": taras.totp_secret}
    assert found_in(files_in(profile), said | secret | cookies) == []
    # What it does hold: that this desk was used, and which numbers were looked at.
    assert found_in(files_in(profile), {"the address": f"{site.url('inner')}/cases/{number}"})


def test_a_taken_telephone_holds_what_was_sent_last_in_the_list_of_open_pages_and_nowhere_else(
    site: Site, playwright: Playwright, profile: Path
) -> None:
    """Chromium writes down, for its next start, which pages were open and with which form each was reached."""
    browser = own_browser(playwright, profile)
    page = browser.new_page()
    page.goto(f"{site.url('front')}/uk/w")
    page.locator("#words").fill(LETTER)
    page.get_by_role("button", name="Надіслати").click()
    code = "".join(page.locator("ol.code li").all_inner_texts())
    page.goto(f"{site.url('front')}/uk/c")
    page.locator("#code").fill(code)
    page.get_by_role("button", name="Відкрити").click()
    page.locator("#words").fill(DRAFT)
    page.wait_for_timeout(1500)
    assert browser.cookies() == []
    browser.close()

    secret = {"letter": LETTER, "draft": DRAFT}
    secret |= {f"code {way}": text for way, text in enumerate(writings_of(code))}
    found = [line for line in found_in(files_in(profile), secret) if line.endswith(" as plain")]
    assert {line.split("/")[2] for line in found} == {"Sessions"}
    assert {line.rpartition(": ")[2] for line in found} == {"letter as plain", "code 0 as plain"}
    # History stays as well: that these pages were seen.
    assert found_in(files_in(profile), {"the address": f"{site.url('front')}/uk/w"})
