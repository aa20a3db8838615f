"""The whole journey in a real browser: the person with scripts switched off, the operator at the desk beside."""

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from safeconduct.demo.totp import code_now
from tests.stories.site import Site

ON_SCREEN_WITHIN = 2_000  # milliseconds, as everything that playwright counts
LONG = 15_000


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        yield browser
        browser.close()


@pytest.fixture
def soldier(chromium: Browser, site: Site) -> Iterator[Page]:
    """A small telephone, scripts off."""
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640}, locale="uk")
    page = context.new_page()
    page.set_default_timeout(LONG)
    page.goto(site.url("front"))
    yield page
    context.close()


@pytest.fixture
def taras(chromium: Browser, site: Site) -> Iterator[Page]:
    """At the desk, logged in by hand."""
    (own,) = [one for one in site.told["operators"] if one["username"] == "taras"]
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="uk")
    page = context.new_page()
    page.set_default_timeout(LONG)
    page.goto(site.url("inner"))
    page.locator("[name=username]").fill(own["username"])
    page.locator("[name=passphrase]").fill(own["passphrase"])
    page.locator("[name=digits]").fill(code_now(own["totp_secret"]))
    page.locator("form[action*='log-in'] button.main").click()
    expect(page.locator("#take-next")).to_be_visible()
    yield page
    context.close()


def test_somebody_without_scripts_writes_and_reads_the_answer_of_the_desk(soldier: Page, taras: Page) -> None:
    soldier.get_by_role("link", name="Українська").click()
    soldier.locator("a[href$='/uk/w']").first.click()
    soldier.locator("#words").fill("Чи можна прийти вночі? Світла в мене немає.")
    soldier.get_by_role("button", name="Надіслати").click()
    code = "".join(soldier.locator("ol.code li").all_inner_texts())
    expect(taras.locator("#rows a.row").first).to_be_visible(timeout=ON_SCREEN_WITHIN)

    taras.keyboard.press("n")
    expect(taras.get_by_text("Світла в мене немає.")).to_be_visible()
    taras.locator("#answer").fill("Можна, але лише після нашого підтвердження.")
    taras.keyboard.press("Control+Enter")
    expect(taras.locator("#send")).to_be_visible()
    taras.keyboard.press("Control+Enter")
    expect(taras.locator("#messages .ours")).to_contain_text("лише після нашого підтвердження")

    soldier.get_by_role("link", name="Код записано").click()
    soldier.locator("a[href$='/uk/c']").first.click()
    soldier.locator("#code").fill(" ".join(re.findall("....", code)))
    soldier.get_by_role("button", name="Відкрити").click()
    expect(soldier.get_by_text("Можна, але лише після нашого підтвердження.")).to_be_visible()

    soldier.locator("#words").fill("Зрозуміло. Чекаю.")
    soldier.get_by_role("button", name="Надіслати").click()
    expect(taras.locator("#messages")).to_contain_text("Зрозуміло. Чекаю.", timeout=ON_SCREEN_WITHIN * 2)


def test_somebody_without_scripts_is_led_by_questions(soldier: Page) -> None:
    soldier.get_by_role("link", name="Українська").click()
    soldier.locator("a[href$='/uk/n']").first.click()
    for choice in ("Так, поруч нікого", "Хочу лише спитати"):
        soldier.get_by_label(choice).check()
        soldier.get_by_role("button", name="Далі").click()
    while soldier.locator("#words").count() == 0:
        soldier.get_by_role("button", name="Пропустити").click()
    soldier.locator("#words").fill("Скільки це триває?")
    soldier.get_by_role("button", name="Надіслати").click()

    expect(soldier.locator("ol.code li")).to_have_count(6)


def test_a_page_without_scripts_asks_nobody_else_and_keeps_nothing(soldier: Page, site: Site) -> None:
    asked: list[str] = []
    soldier.on("request", lambda request: asked.append(request.url))

    soldier.get_by_role("link", name="Українська").click()
    soldier.goto(f"{site.url('front')}/uk/w")

    assert asked
    assert all(address.startswith((site.url("front"), "data:")) for address in asked)
    assert soldier.context.cookies() == []
