"""The forms in a real browser, against the real front."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response

from safeconduct.front.web.rules import MAX_CHARACTERS
from safeconduct.interview.library import load_library
from safeconduct.sealing.threads import grouped, new_code
from tests.running_front import RunningFront

SAY = load_library().interface.say
MOST_BYTES = 60_000


@contextmanager
def visitor(browser: Browser, *, width: int = 390, **context: Any) -> Iterator[Page]:
    place = browser.new_context(viewport={"width": width, "height": 844}, **context)
    yield place.new_page()
    place.close()


def presses(page: Page, go: str) -> None:
    with page.expect_navigation():  # else what follows may measure the page before its style has come
        page.click(f"button.btn[value={go}]")


def writes(page: Page, front: RunningFront, words: str, *, language: str = "ru") -> str:
    """Write on the one page; the code that is shown."""
    page.goto(f"{front.url}/{language}/w")
    page.fill("#words", words)
    presses(page, "send")
    return "".join(page.locator(".code li").all_inner_texts())


def comes_back(page: Page, front: RunningFront, code: str, *, language: str = "ru") -> None:
    page.goto(f"{front.url}/{language}/c")
    page.fill("#code", code)
    presses(page, "code")


def all_pages(page: Page, front: RunningFront) -> Iterator[str]:
    """Every page of the forms in turn, by name; the browser stands on it when the name is given."""
    page.goto(f"{front.url}/ru/w")
    yield "write"
    page.fill("#words", "я" * (MAX_CHARACTERS + 1))
    page.set_input_files("#file1", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1"})
    presses(page, "send")
    yield "refused"
    page.goto(f"{front.url}/ru/n")
    yield "first question"
    page.check("input[value=yes]")
    presses(page, "next")
    page.check("input[value=relative]")
    presses(page, "next")
    yield "elsewhere"
    presses(page, "back")
    page.check("input[value=group]")
    presses(page, "next")
    yield "question with a statement"
    for _ in range(6):
        presses(page, "skip")
    page.fill("#a-check_word", "два слова")
    presses(page, "next")
    yield "word refused"
    presses(page, "skip")
    yield "last question"
    code = writes(page, front, "Привет")
    yield "code"
    page.goto(f"{front.url}/ru/c")
    yield "enter"
    page.fill("#code", "1234")
    presses(page, "code")
    yield "wrong length"
    page.goto(f"{front.url}/ru/s")
    yield "second code"
    page.fill("#code", "1234")
    presses(page, "second")
    yield "second code, wrong length"
    page.fill("#code", code)
    presses(page, "second")
    yield "second code taken"
    front.answers_to(code, "Да, вдвоём.")
    comes_back(page, front, code)
    yield "thread"
    page.fill("#words", "Спасибо")
    presses(page, "send")
    yield "sent"
    presses(page, "read")
    presses(page, "wipe")
    yield "erase"
    presses(page, "erase")
    yield "erased"
    page.goto(f"{front.url}/ru/n")
    page.check("input[value=no]")
    presses(page, "next")
    yield "later"
    page.goto(f"{front.url}/ru/nothing")
    yield "no such page"


def test_without_scripts_a_person_writes_and_reads_the_answer_under_the_code(
    browser: Browser, front: RunningFront
) -> None:
    with visitor(browser, java_script_enabled=False) as page:
        code = writes(page, front, "Можно прийти вместе с братом?")
        front.answers_to(code, "Да, вдвоём.")

        comes_back(page, front, " ".join(grouped(code)))

        assert page.locator(".letter").inner_text().endswith("Да, вдвоём.")
        assert SAY("coming_back/answer_from_us", "ru", date="8 марта 2026") in page.locator(".letter").inner_text()


def test_by_keyboard_alone(browser: Browser, front: RunningFront) -> None:
    with visitor(browser, java_script_enabled=False) as page:
        page.goto(f"{front.url}/en/w")
        keys = page.keyboard
        keys.press("Tab")
        assert page.evaluate("document.activeElement.className") == "exit"
        tabs_to(page, "document.activeElement.id == 'words'")
        keys.type("May I come with my brother?")
        tabs_to(page, "document.activeElement.name == 'deadline'")
        keys.press("Space")
        tabs_to(page, "document.activeElement.value == 'send'")
        enters(page)
        code = "".join(page.locator(".code li").all_inner_texts())
        assert SAY("receipt/danger", "en") in page.inner_text("main")

        tabs_to(page, "document.activeElement.id == 'code'")
        keys.type(code)
        enters(page)

        assert SAY("coming_back/quiet", "en") in page.inner_text("main")


def enters(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tabs_to(page: Page, is_there: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(is_there):
            return
    raise AssertionError(f"the keyboard does not reach {is_there}")


def test_enter_goes_on_in_the_same_language(browser: Browser, front: RunningFront) -> None:
    with visitor(browser, java_script_enabled=False) as page:
        page.goto(f"{front.url}/uk/c")
        page.fill("#code", "1234")
        page.press("#code", "Enter")

        assert SAY("coming_back/wrong_length", "uk", count=4) in page.inner_text("main")


def test_another_language_keeps_what_was_typed(browser: Browser, front: RunningFront) -> None:
    with visitor(browser, java_script_enabled=False) as page:
        page.goto(f"{front.url}/ru/w")
        page.fill("#words", "Недописанное\nписьмо")
        page.check("input[value=day]")
        page.click("nav button[lang=en]")

        assert page.url == f"{front.url}/en/w"
        assert page.input_value("#words") == "Недописанное\nписьмо"
        assert page.is_checked("input[value=day]")


def violations_on(page: Page) -> list[Any]:
    """What axe finds and finds again: on a page whose style is only just arriving it measures colours that pass."""
    for pause in (0, 300, 1000):
        page.wait_for_load_state("load")
        page.wait_for_timeout(pause)
        violations: list[Any] = Axe().run(page).response["violations"]
        if not violations:
            return []
    return violations


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1440, "light")])
def test_axe_finds_nothing_on_any_page_and_nothing_sticks_out(
    browser: Browser, front: RunningFront, width: int, scheme: str
) -> None:
    with visitor(browser, width=width, color_scheme=scheme) as page:
        # axe needs scripts; the page's own are left out, as they are for most who come.
        page.route("**/x.js", lambda route: route.abort())
        found: dict[str, object] = {}
        for name in all_pages(page, front):
            violations = violations_on(page)
            if violations:
                found[name] = [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found[f"{name} is too wide"] = width

        assert not found


def test_no_page_weighs_more_than_a_slow_line_can_bear_or_asks_anybody_else(
    browser: Browser, front: RunningFront
) -> None:
    with visitor(browser) as page:
        weights: dict[str, int] = {}
        addresses: list[str] = []

        def weigh(response: Response) -> None:
            addresses.append(response.url)
            if response.request.resource_type == "document":
                weights.clear()
            weights[response.url] = len(response.body()) + sum(
                len(f"{n}: {v}") + 4 for n, v in response.headers.items()
            )

        page.on("response", weigh)
        heavy = {name: total for name in all_pages(page, front) if (total := sum(weights.values())) > MOST_BYTES}

        assert not heavy
        assert all(address.startswith((front.url, "data:")) for address in addresses)
        assert page.context.cookies() == []
        assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_everything_that_is_pressed_is_large_enough_for_a_thumb(browser: Browser, front: RunningFront) -> None:
    with visitor(browser, java_script_enabled=False) as page:
        small: dict[str, list[str]] = {}
        for name in all_pages(page, front):
            for target in page.locator(
                "main .btn, main .pick, main summary, main input[type=text], .exit, nav button"
            ).all():
                box = target.bounding_box()
                if box and box["width"] > 1 and (box["height"] < 44 or box["width"] < 44):
                    small.setdefault(name, []).append(target.inner_text())

        assert not small


def test_the_code_stands_in_three_lines_of_two_groups(browser: Browser, front: RunningFront) -> None:
    with visitor(browser, width=320, java_script_enabled=False) as page:
        writes(page, front, "Привет")
        boxes = [group.bounding_box() for group in page.locator(".code li").all()]

        lines = [round(box["y"]) for box in boxes if box]
        assert [lines.count(line) for line in sorted(set(lines))] == [2, 2, 2]


@pytest.mark.parametrize("language", ["ru", "uk", "en"])
def test_a_second_code_without_scripts_on_a_telephone(browser: Browser, front: RunningFront, language: str) -> None:
    with visitor(browser, width=390, java_script_enabled=False) as page:
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{front.url}/{language}/s")
        page.fill("#code", "1234")
        page.press("#code", "Enter")
        told = page.locator("#wrong").bounding_box()
        assert told
        assert told["y"] + told["height"] < 844, "what is wrong is seen without scrolling"

        page.fill("#code", " ".join(grouped(new_code())))
        page.press("#code", "Enter")

        assert len("".join(page.locator(".code li").all_inner_texts())) == 24
        assert SAY("second_code_page/under_it", language) in page.inner_text("main")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.click(".exit")
        assert SAY("second_code_page/under_it", language) not in page.inner_text("body")


def test_twenty_four_digits_are_seen_whole_on_the_narrowest_screen(browser: Browser, front: RunningFront) -> None:
    with visitor(browser, width=320, java_script_enabled=False) as page:
        page.goto(f"{front.url}/ru/c")
        page.fill("#code", " ".join(["0000"] * 6))

        assert page.evaluate("(field => field.scrollWidth <= field.clientWidth)(document.getElementById('code'))")


def test_leaving_quickly_replaces_the_form_in_the_history(browser: Browser, front: RunningFront) -> None:
    with visitor(browser) as page:
        page.goto(f"{front.url}/ru/c")
        page.goto(f"{front.url}/ru/w")
        page.fill("#words", "Тайное")
        page.click(".exit")
        page.wait_for_url(f"{front.url}/ru/x")
        assert "Тайное" not in page.inner_text("body")

        page.go_back()

        assert page.url == f"{front.url}/ru/c"


def test_what_is_wrong_is_seen_on_a_small_telephone_without_scrolling_and_leads_to_its_place(
    browser: Browser, front: RunningFront
) -> None:
    with visitor(browser, width=320, java_script_enabled=False) as page:
        page.set_viewport_size({"width": 320, "height": 568})
        page.goto(f"{front.url}/uk/w")
        presses(page, "send")

        told = page.get_by_role("link", name=SAY("web/empty", "uk"))
        place = told.bounding_box()
        assert place
        assert place["y"] + place["height"] < 568

        told.click()
        assert page.url.endswith("#wrong-words")


def test_a_page_elsewhere_cannot_have_its_own_form_sent(front: RunningFront, browser: Browser) -> None:
    """Whoever made it has the form still, and would be shown the code that it carries."""
    elsewhere = "http://elsewhere.localhost/"
    with visitor(browser) as hostile:
        hostile.goto(f"{front.url}/ru/w")
        prepared = hostile.input_value("input[name=f]")
    form = (
        f'<form method="post" action="{front.url}/ru/w" enctype="multipart/form-data">'
        f'<input name="f" value="{prepared}"><input name="words" value="Можно прийти?">'
        '<button class="btn" name="go" value="send">Написать</button></form>'
    )
    with visitor(browser) as page:
        page.route(elsewhere, lambda route: route.fulfill(body=form, content_type="text/html; charset=utf-8"))
        page.goto(elsewhere)
        presses(page, "send")

        assert SAY("web/not_from_here", "ru") in page.inner_text("main")
        assert page.input_value("#words") == "Можно прийти?"
        assert page.locator(".code").count() == 0
        presses(page, "send")
        assert page.locator(".code li").count() == 6
