"""What is typed is kept without a button, and nowhere on this machine; in a real browser."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Request, expect
from pytest_django.live_server_helper import LiveServer

from safeconduct.inner.cases import actions
from safeconduct.inner.cases.models import Draft
from safeconduct.inner.desk.tests.conftest import Confirm
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.desk.tests.screen import Screen, screen_of
from tests.people import Colleague, Writer

WORDS = "недописане речення"
KEPT = "Чернетку збережено"
A_MOMENT = 4000


def is_kept(screen: Screen, *, within: int = A_MOMENT) -> None:
    screen.sees("#draft:not(.over)", timeout=within)
    screen.reads("#draft", KEPT)


def kept_on_the_machine(screen: Screen) -> Any:
    return screen.page.evaluate(
        "async () => [localStorage.length, (await indexedDB.databases()).length, (await caches.keys()).length,"
        " document.cookie, location.href, JSON.stringify(history.state), JSON.stringify(sessionStorage)]"
    )


def test_a_moment_after_the_last_key_the_draft_is_kept_and_outlives_a_reload(screen: Screen, soldier: Writer) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    screen.page.focus("#answer")

    screen.page.keyboard.type(WORDS)
    is_kept(screen)

    assert Draft.objects.get().kind == Draft.ANSWER
    screen.page.reload()
    expect(screen.page.locator("#answer")).to_have_value(WORDS)
    screen.sees("#draft")


def test_one_save_for_many_keys_and_none_without_a_change(screen: Screen, soldier: Writer) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    saved: list[str] = []
    screen.page.on("request", lambda one: saved.append(one.url) if one.url.endswith("/draft") else None)

    screen.page.focus("#answer")
    screen.page.keyboard.type(WORDS, delay=40)
    is_kept(screen)
    screen.press("Escape")
    screen.page.focus("#answer")
    screen.press("Escape")
    screen.page.wait_for_timeout(2500)

    assert len(saved) == 1
    assert saved[0] == f"{screen.address}/cases/{soldier.case.number}/draft"


def test_nothing_that_was_typed_is_kept_by_the_browser(screen: Screen, soldier: Writer) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    screen.page.fill("#answer", WORDS)
    screen.page.fill("#note", WORDS)
    is_kept(screen)

    here = kept_on_the_machine(screen)

    path = f"/cases/{soldier.case.number}"
    assert here[:5] == [0, 0, 0, "", f"{screen.address}{path}"]
    assert WORDS not in here[5]
    # htmx remembers where it is, and nothing else.
    assert json.loads(here[6]) == {"htmx-current-path-for-history": path}


def test_whoever_leaves_the_field_has_kept_the_draft_and_so_has_who_closes_the_window(
    screen: Screen, soldier: Writer, browser: Browser, live_server: LiveServer, olena: Colleague
) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    screen.page.fill("#answer", "first")
    screen.press("Escape")
    is_kept(screen, within=1000)
    screen.page.fill("#answer", WORDS)

    screen.page.close()

    with screen_of(browser, live_server.url) as another:
        another.sits_down(olena)
        another.opens(soldier.case)
        expect(another.page.locator("#answer")).to_have_value(WORDS)


def test_who_goes_to_another_case_at_once_finds_the_last_letter_on_return(screen: Screen) -> None:
    mine, other = Writer(), Writer()
    mine.opens("mine")
    other.opens("other")
    screen.takes(mine.case)
    screen.page.focus("#answer")
    screen.page.keyboard.type(WORDS)

    screen.page.click(f"#row-{other.case.number}")
    screen.reads("#talk", "ще ніхто не взяв")
    screen.page.click(f"#row-{mine.case.number}")

    expect(screen.page.locator("#answer")).to_have_value(WORDS)


def test_a_case_that_is_released_with_a_half_written_answer_hands_it_on(
    screen: Screen, soldier: Writer, taras: Colleague, browser: Browser, live_server: LiveServer
) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    screen.page.fill("#answer", WORDS)
    screen.page.fill("#note", "for the shift")
    screen.page.click("#release-this")
    screen.reads("#talk", "Відпущено.")

    with screen_of(browser, live_server.url) as of_taras:
        of_taras.sits_down(taras)
        of_taras.takes(soldier.case)
        of_taras.reads(".drafts", "Чернетка відповіді, автор: Олена")
        of_taras.reads(".drafts", "Чернетка нотатки, автор: Олена")
        of_taras.page.fill("#answer", "Добрий вечір.")
        of_taras.page.locator(".begun", has_text="відповіді").get_by_role("button", name="Продовжити її").click()
        expect(of_taras.page.locator("#answer")).to_have_value(f"Добрий вечір.\n\n{WORDS}")
        of_taras.page.on("dialog", lambda dialog: dialog.accept())
        of_taras.page.get_by_role("button", name="Прибрати").click()
        expect(of_taras.page.locator(".drafts")).to_have_count(0)
        expect(of_taras.page.locator("#answer")).to_have_value(f"Добрий вечір.\n\n{WORDS}")


def test_what_is_half_written_outlives_going_off_shift(
    screen: Screen, soldier: Writer, at_desk: Callable[[Colleague], Desk], olena: Colleague
) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    screen.page.fill("#answer", WORDS)

    screen.page.click("#me summary")
    screen.page.get_by_role("button", name="Здати зміну й вийти").click()
    screen.sees("#id_username")

    again = at_desk(olena)
    again.takes(soldier.case)
    assert WORDS in again.screen


def test_a_note_and_an_answer_that_left_come_back_as_no_drafts(screen: Screen, soldier: Writer) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    screen.page.fill("#note", "A note")
    screen.page.fill("#answer", "An answer")

    screen.page.click("#noteform button")
    screen.reads("#notes-list", "A note")
    screen.page.click("#preview")
    screen.page.click("#send")
    screen.reads("#write", "Іде до людини")
    screen.page.wait_for_timeout(2500)

    assert not Draft.objects.exists()
    screen.page.reload()
    expect(screen.page.locator("#answer")).to_have_value("")
    expect(screen.page.locator("#note")).to_have_value("")


def test_without_a_connection_the_page_says_so_and_keeps_the_draft_as_soon_as_it_can(
    screen: Screen, soldier: Writer
) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    screen.page.route("**/draft", lambda route: route.abort())
    screen.page.fill("#answer", WORDS)
    screen.reads("#draft", "Чернетку ще не збережено", timeout=A_MOMENT)
    assert not Draft.objects.exists()

    screen.page.unroute("**/draft")

    is_kept(screen, within=8000)
    assert Draft.objects.exists()
    screen.troubles.clear()  # what could not be sent is in the console


def test_a_draft_that_is_tried_again_by_the_page_alone_is_no_deed(screen: Screen, soldier: Writer) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    marks: list[bool] = []

    def note(request: Request) -> None:
        if request.url.endswith("/draft"):
            marks.append("live" in request.headers)

    screen.page.on("request", note)
    screen.page.route("**/draft", lambda route: route.abort())
    screen.page.focus("#answer")
    screen.page.keyboard.type(WORDS)
    screen.page.wait_for_timeout(8000)

    assert marks == [False, True]
    screen.troubles.clear()


def test_typing_in_a_case_that_another_has_by_now_keeps_nothing_and_loses_nothing(
    screen: Screen, soldier: Writer, olena: Colleague, taras: Colleague
) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    actions.release(soldier.case, by=olena.operator)
    actions.take(soldier.case, by=taras.operator)
    screen.reads("#talkband", "Тарас")

    screen.page.fill("#answer", WORDS)

    screen.reads("#draft", "Чернетку ще не збережено", timeout=A_MOMENT)
    assert screen.page.input_value("#answer") == WORDS
    assert not Draft.objects.exists()


def test_a_statement_that_was_put_in_is_kept_with_the_draft(
    screen: Screen, soldier: Writer, confirmed: Confirm
) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    screen.page.click("#pick")
    screen.page.fill("#picker-find", "грош")
    screen.press("Enter")
    screen.sees(".pair")

    screen.page.reload()

    screen.sees(".pair")
