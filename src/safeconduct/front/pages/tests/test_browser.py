"""The pages in a real browser, with every process of ours down."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from safeconduct.front.pages.build import file_of
from safeconduct.front.pages.tests.making import demonstration

START, AFTER, CHOICE = "uk/index.html", f"ru/{file_of('after')}", "index.html"
SEARCH = f"en/{file_of('search')}"
LONG_WORD = "Донаудампфшиффартсгезельшафтскапітанський" * 3


@contextmanager
def opened(browser: Browser, address: str, **context: Any) -> Iterator[Page]:
    place = browser.new_context(viewport={"width": context.pop("width", 390), "height": 800}, **context)
    page = place.new_page()
    page.goto(address)
    yield page
    place.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (390, "light"), (1440, "light"), (1440, "dark")])
@pytest.mark.parametrize("path", [START, AFTER, SEARCH, CHOICE])
def test_axe_finds_nothing(browser: Browser, file_server: str, path: str, width: int, scheme: str) -> None:
    with opened(browser, f"{file_server}/{path}", width=width, color_scheme=scheme) as page:
        found = Axe().run(page)

        violations = found.response["violations"]
        assert [(violation["id"], [node["html"] for node in violation["nodes"]]) for violation in violations] == []


@pytest.mark.parametrize("width", [320, 390, 1440])
@pytest.mark.parametrize("path", [START, AFTER, SEARCH, CHOICE])
def test_nothing_sticks_out_sideways_not_even_a_long_word_or_from_right_to_left(
    browser: Browser, file_server: str, path: str, width: int
) -> None:
    with opened(browser, f"{file_server}/{path}", width=width) as page:
        for change in ("", f"document.querySelector('main h1').textContent = '{LONG_WORD}'", "document.dir = 'rtl'"):
            page.evaluate(change)
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_targets_are_large_enough_for_a_thumb(browser: Browser, file_server: str) -> None:
    """WCAG 2.2 asks for 24 pixels; ours have 44."""
    with opened(browser, f"{file_server}/{START}", width=320) as page:
        heights = page.eval_on_selector_all("a:not(.skip)", "all => all.map(a => a.getBoundingClientRect().height)")

        assert min(heights) >= 44


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("path", [START, AFTER, CHOICE])
def test_the_way_out_comes_first_and_then_the_way_past_the_head(
    browser: Browser, file_server: str, path: str, script: bool
) -> None:
    with opened(browser, f"{file_server}/{path}", java_script_enabled=script) as page:
        page.keyboard.press("Tab")
        assert page.locator(":focus").get_attribute("class") == "exit"
        page.keyboard.press("Tab")
        assert page.locator(":focus").get_attribute("class") == "skip"
        assert page.locator(".skip").bounding_box()["height"] > 40  # type: ignore[index]
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.locator("main :focus").count() == 1


def test_what_has_the_focus_is_never_under_the_way_out(browser: Browser, file_server: str) -> None:
    with opened(browser, f"{file_server}/{AFTER}", width=320) as page:
        for _ in range(60):
            page.keyboard.press("Tab")
        for _ in range(50):
            page.keyboard.press("Shift+Tab")
            top = page.evaluate("document.activeElement.getBoundingClientRect().top")
            assert top >= 0
            if page.evaluate("document.activeElement.className") == "skip":
                break
            assert top >= page.evaluate("document.querySelector('.exit').getBoundingClientRect().bottom") - 1


def test_leaving_quickly_replaces_the_page_in_the_history(browser: Browser, file_server: str) -> None:
    with opened(browser, f"{file_server}/{CHOICE}") as page:
        page.goto(f"{file_server}/{START}")
        before = page.evaluate("history.length")

        page.locator(".exit").click()
        page.wait_for_url("**/uk/x.html")

        assert page.evaluate("history.length") == before
        page.go_back()
        assert page.url == f"{file_server}/{CHOICE}"


def test_without_script_the_way_out_is_a_plain_link(browser: Browser, file_server: str) -> None:
    with opened(browser, f"{file_server}/{AFTER}", java_script_enabled=False) as page:
        page.locator(".exit").click()

        assert page.url == f"{file_server}/ru/x.html"
        assert page.title() == "Сообщения"


def test_the_way_out_tells_the_next_page_nothing(browser: Browser, tmp_path: Path) -> None:
    html = demonstration(exit_url="https://weather.example/")
    came_from: list[str | None] = []

    def answer(route: Route) -> None:
        if "weather" in route.request.url:
            came_from.append(route.request.headers.get("referer"))
            route.fulfill(body="weather", content_type="text/html")
        else:
            path = route.request.url.removeprefix("https://pages.example/")
            kind = "text/html" if path.endswith(".html") else "text/css" if path.endswith(".css") else "text/javascript"
            route.fulfill(body=html[path], content_type=kind)

    for script in (True, False):
        context = browser.new_context(java_script_enabled=script)
        context.route("**/*", answer)
        page = context.new_page()
        page.goto("https://pages.example/uk/index.html")
        page.locator(".exit").click()
        page.wait_for_url("https://weather.example/")
        context.close()

    assert came_from == [None, None]


def test_nobody_else_is_asked_for_anything_and_nothing_is_kept(browser: Browser, file_server: str) -> None:
    context = browser.new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    for path in (CHOICE, START, AFTER, SEARCH):
        page.goto(f"{file_server}/{path}")

    assert asked
    assert all(url.startswith((file_server, "data:")) for url in asked)
    assert context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    context.close()


@pytest.mark.parametrize("script", [True, False])
def test_the_pages_work_from_a_stick(browser: Browser, pages_folder: Path, script: bool) -> None:
    with opened(browser, f"file://{pages_folder}/index.html", java_script_enabled=script) as page:
        page.get_by_role("link", name="Українська").click()
        page.get_by_role("link", name="Що буде зі мною потім?").click()

        assert page.get_by_role("heading", level=1).inner_text() == "Що буде зі мною потім?"
        assert page.locator(".exit").evaluate("a => getComputedStyle(a).position || ''") is not None
        assert page.locator(".exit").evaluate("a => getComputedStyle(a).display") == "block"  # the style was applied
        page.locator(".exit").click()
        assert page.url.endswith("/uk/x.html")


def test_a_reader_can_go_round_without_script(browser: Browser, file_server: str) -> None:
    with opened(browser, file_server, java_script_enabled=False) as page:
        page.get_by_role("link", name="English").click()
        page.get_by_role("link", name="Will I be filmed?").click()
        assert page.get_by_text("Right by law").first.is_visible()
        page.get_by_role("link", name="Русский").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Будут ли меня снимать?"
        page.get_by_role("link", name="Меню").first.click()
        assert page.url.endswith("/ru/index.html")


def test_on_paper_there_are_the_answers_and_no_buttons(browser: Browser, file_server: str) -> None:
    with opened(browser, f"{file_server}/{AFTER}") as page:
        page.emulate_media(media="print")

        assert page.locator(".said .text").first.is_visible()
        for gone in (".exit", ".btn", ".row", ".menu", ".ways"):
            assert not page.locator(gone).first.is_visible()


def test_marks_are_told_apart_without_colour(browser: Browser, file_server: str) -> None:
    with opened(browser, f"{file_server}/{AFTER}", forced_colors="active") as page:
        shapes = page.eval_on_selector_all(
            ".mark",
            "all => all.map(m => { const s = getComputedStyle(m), b = getComputedStyle(m, '::before');"
            " return m.className + '|' + [s.borderTopWidth, s.borderTopStyle, s.borderTopLeftRadius,"
            " s.borderInlineStartWidth, b.content].join(); })",
        )
        by_label = dict(shape.split("|") for shape in shapes)

    assert len(by_label) == 5
    assert len(set(by_label.values())) == 5
