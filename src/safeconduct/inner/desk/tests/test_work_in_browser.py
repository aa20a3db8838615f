"""What a shift meets besides: drafts, a lost connection, the end of a session, no scripts; in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Dialog, Request, expect
from pytest_django.live_server_helper import LiveServer

from safeconduct.inner.cases.models import Note
from safeconduct.inner.desk.tests.conftest import Confirm
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.desk.tests.screen import Screen, screen_of
from tests.people import YOUR_WORD, Colleague, Writer

WITHIN_TWO_SECONDS = 2000
LONG = "\n".join(f"Line {number} of a long letter" for number in range(60))


def test_a_draft_waits_while_another_case_is_looked_at(screen: Screen) -> None:
    mine, other = Writer(), Writer()
    mine.opens("mine")
    other.opens("other")
    screen.takes(mine.case)
    screen.page.click("#pick")
    screen.page.fill("#picker-find", "грош")
    screen.press("Enter")
    screen.sees(".pair")
    screen.page.fill("#answer", "unfinished")

    screen.page.click(f"#row-{other.case.number}")
    screen.reads("#talk", "ще ніхто не взяв")
    screen.page.click(f"#row-{mine.case.number}")

    expect(screen.page.locator("#answer")).to_have_value("unfinished")
    screen.sees(".pair")
    screen.sees("#draft")
    screen.press("Escape")
    assert screen.page.input_value("#answer") == "unfinished"


def test_a_draft_waits_while_another_case_is_looked_up_by_its_number(screen: Screen) -> None:
    mine, other = Writer(), Writer()
    mine.opens("mine")
    other.opens("other")
    screen.takes(mine.case)
    screen.page.fill("#answer", "unfinished")

    screen.press("Control+KeyK")
    screen.page.keyboard.type(str(other.case.number))
    screen.press("Enter")
    screen.reads("#talk", "ще ніхто не взяв")
    screen.page.click(f"#row-{mine.case.number}")

    expect(screen.page.locator("#answer")).to_have_value("unfinished")


@pytest.mark.parametrize("lets_go", [False, True])
def test_a_case_with_a_draft_is_not_closed_by_one_finger(screen: Screen, soldier: Writer, lets_go: bool) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    screen.page.fill("#answer", "unfinished")
    screen.press("Escape", "KeyC")
    screen.page.check("input[value=silent]")
    asked: list[str] = []

    def answers(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept() if lets_go else dialog.dismiss()

    screen.page.on("dialog", answers)
    screen.page.click(".closing .btn.main")

    if lets_go:
        screen.reads("#talk", "Закрито.")
    else:
        screen.page.click("#back-to-case")
        expect(screen.page.locator("#answer")).to_have_value("unfinished")
    assert len(asked) == 1
    assert soldier.case.is_open != lets_go


def test_after_sending_no_draft_is_left(screen: Screen, soldier: Writer) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    screen.page.fill("#answer", "An answer")
    screen.page.click("#preview")
    screen.page.click("#send")
    screen.reads("#write", "Іде до людини")

    screen.page.click(".mark")
    screen.page.click(f"#row-{soldier.case.number}")

    expect(screen.page.locator("#answer")).to_have_value("")
    screen.does_not_see("#draft")


def test_logged_out_at_another_seat_nothing_stays_on_this_screen(
    screen: Screen, soldier: Writer, at_desk: Callable[[Colleague], Desk], olena: Colleague
) -> None:
    soldier.opens("words of a person")
    screen.takes(soldier.case)
    screen.page.fill("#answer", "a draft")

    at_desk(olena).log_out()

    back = f"next=%2Fcases%2F{soldier.case.number}"
    expect(screen.page).to_have_url(f"{screen.address}/log-in?ended=1&{back}", timeout=5000)
    assert "words of a person" not in screen.page.content()
    screen.reads("main", "З екрана все прибрано.")


def test_a_screen_that_is_not_fresh_says_so_and_acts_wait(screen: Screen, soldier: Writer) -> None:
    soldier.opens("letter")
    screen.page.clock.install()
    screen.takes(soldier.case)
    screen.page.fill("#answer", "An answer")
    screen.page.route("**/live*", lambda route: route.abort())

    screen.page.clock.run_for(20_000)

    screen.sees("#stale")
    assert screen.page.inner_text("#stale-since")
    screen.page.click("#preview")
    screen.does_not_see(".preview")
    assert screen.focus == "try-now"
    assert screen.page.input_value("#answer") == "An answer"

    screen.page.unroute("**/live*")
    screen.page.click("#try-now")
    screen.does_not_see("#stale")
    screen.page.click("#preview")
    screen.sees(".preview")
    screen.troubles.clear()  # what could not be fetched is in the console


def test_when_an_act_fails_the_page_says_so_and_keeps_the_words(screen: Screen, soldier: Writer) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    screen.page.fill("#answer", "An answer")
    screen.page.route("**/answer", lambda route: route.fulfill(status=500, body="broken"))

    screen.page.click("#preview")

    screen.reads("#fault", "Стіл не відповів.")
    assert screen.page.input_value("#answer") == "An answer"
    screen.troubles.clear()  # the failure is in the console


@pytest.mark.parametrize("width", [1440, 390])
def test_everything_works_without_a_script(
    browser: Browser, live_server: LiveServer, olena: Colleague, soldier: Writer, confirmed: Confirm, width: int
) -> None:
    soldier.opens("words of a person")
    with screen_of(browser, live_server.url, width=width, java_script_enabled=False) as screen:
        page = screen.page
        screen.logs_in(olena)
        page.click("#take-next")
        screen.reads("#messages", "words of a person")

        page.fill("#answer", "An answer")
        page.click("#pick")
        page.locator("button[name=insert]").first.click()
        screen.sees(".pair")
        page.click("#preview")
        screen.sees(".preview")
        page.click("#send")
        screen.reads("#messages", "An answer")

        if width < 736:
            screen.does_not_see("#note")
            page.click(".tabs a[href='#card']")
        page.fill("#note", "A note")
        page.click("#noteform button")
        if width < 736:
            page.click(".tabs a[href='#card']")
        screen.reads("#notes-list", "A note")
        page.click("#said")
        if width < 736:
            page.click(".tabs a[href='#card']")
        screen.reads("#words", YOUR_WORD)
        if width < 736:
            page.click(".tabs a[href='#talk']")
        page.click("#close-this")
        page.check("input[value=answered]")
        page.click(".closing .btn.main")

    assert soldier.case.closed_because == "answered"
    assert [answer.text for answer in soldier.answers_received()] == ["An answer"]
    assert Note.objects.count() == 1


def test_who_works_on_stays_logged_in_and_a_page_alone_does_not(screen: Screen, olena: Colleague) -> None:
    """The page's own looks carry a mark; those after a key or a movement do not."""
    marks: list[bool] = []

    def note(request: Request) -> None:
        if "/live" in request.url:
            marks.append("live" in request.headers)

    screen.page.on("request", note)
    screen.page.wait_for_timeout(2500)
    assert marks[-1] is True

    screen.page.keyboard.press("KeyJ")
    screen.page.wait_for_timeout(1500)

    assert False in marks
