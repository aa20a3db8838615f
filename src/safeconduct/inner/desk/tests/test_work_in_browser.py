"""Whole work at the desk in a real browser: by keyboard, live, and without losing what is typed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Request, expect
from pytest_django.live_server_helper import LiveServer

from safeconduct.handover.letters import FileNote, FilePart
from safeconduct.inner.cases import actions
from safeconduct.inner.cases.models import Note
from safeconduct.inner.desk.tests.conftest import Confirm
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.desk.tests.screen import Screen, screen_of
from tests.people import OUR_WORD, YOUR_WORD, Colleague, Writer, minutes_ago

WITHIN_TWO_SECONDS = 2000
LONG = "\n".join(f"Line {number} of a long letter" for number in range(60))


def test_a_shift_by_keyboard_alone(screen: Screen, soldier: Writer) -> None:
    soldier.opens("Здравствуйте, это правда работает?", danger="now")

    # take the next one, hear our word, open his
    screen.sees(f"#row-{soldier.case.number}")
    screen.press("KeyN")
    screen.reads("#messages", "это правда работает?")
    screen.reads("#words", OUR_WORD)
    screen.press("KeyW", "Enter")
    screen.reads("#words", YOUR_WORD)

    # answer with a statement
    screen.press("Escape", "Enter")
    assert screen.focus == "answer"
    screen.press("Slash")
    screen.sees("#picker")
    screen.page.keyboard.type("грош")
    screen.press("ArrowDown", "Enter")
    screen.sees(".pair")
    assert screen.focus == "answer"
    screen.page.keyboard.type("Не трогайтесь с места.")
    screen.press("Control+Enter")
    screen.sees(".preview")
    assert soldier.answers_received() == []
    screen.press("Control+Enter")
    screen.reads("#write", "Надіслано.")
    screen.reads("#messages", "Не трогайтесь с места.", timeout=WITHIN_TWO_SECONDS)
    (answer,) = soldier.answers_received()
    assert (answer.text, [one.id for one in answer.statements]) == ("Не трогайтесь с места.", ["no-money"])

    # keep a note, judge the danger, close
    screen.press("Escape", "KeyI")
    screen.page.keyboard.type("Спокойный голос")
    screen.press("Tab", "Enter")
    screen.reads("#notes-list", "Спокойный голос", timeout=WITHIN_TWO_SECONDS)
    screen.press("Escape", "KeyE", "Shift+Tab", "Enter")
    screen.reads("#danger [aria-pressed=true]", "скоро")
    screen.press("Escape", "KeyC")
    screen.sees(".closing")
    screen.press("Tab", "Space", "Tab", "Enter")
    screen.reads("#talk", "Закрито.")

    case = soldier.case
    assert (case.is_open, case.closed_because, case.danger) == (False, "answered", "soon")
    assert len(soldier.answers_received()) == 1


def test_walking_the_queue_opening_releasing_and_finding(screen: Screen) -> None:
    writers = [Writer() for _ in range(3)]
    for minute, writer in enumerate(writers):
        writer.opens(f"letter {minute}", at=minutes_ago(30 - minute))
    first, second, third = (writer.case.number for writer in writers)
    screen.sees(f"#row-{third}")

    screen.press("KeyJ", "KeyJ", "KeyJ", "KeyK")
    assert screen.focus == f"row-{second}"
    screen.press("Enter")
    screen.reads("#talk", "ще ніхто не взяв")
    screen.press("Enter")
    screen.reads("#messages", "letter 1")

    screen.press("KeyR")
    screen.reads("#talk", "Відпущено.")
    assert writers[1].case.owner is None

    screen.press("Control+KeyK")
    screen.page.keyboard.type(str(first))
    screen.press("Enter")
    expect(screen.page).to_have_url(f"{screen.address}/cases/{first}")


def test_letters_go_by_the_place_of_the_key(screen: Screen, soldier: Writer) -> None:
    soldier.opens("На українській розкладці")
    screen.sees(f"#row-{soldier.case.number}")

    screen.page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'т', code: 'KeyN', bubbles: true}))"
    )

    screen.reads("#messages", "На українській розкладці")


def test_letters_are_letters_inside_a_field_and_can_be_switched_off(screen: Screen, soldier: Writer) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)

    screen.page.click("#answer")
    screen.page.keyboard.type("nrci wjk and/or 1/2. Ні.")
    assert screen.page.input_value("#answer") == "nrci wjk and/or 1/2. Ні."
    screen.does_not_see("#picker")
    assert soldier.case.owner is not None
    screen.page.fill("#answer", "")

    screen.page.click("#me > summary")
    screen.page.click("button[name=letter_keys][value=off]")
    screen.sees("body.keys-off")
    screen.press("KeyR", "KeyC")
    expect(screen.page.locator("#answer")).to_be_visible()
    assert soldier.case.owner is not None


def test_all_keys_are_shown_on_one_sheet(screen: Screen) -> None:
    screen.press("Shift+Slash")
    screen.sees("#keys")
    screen.press("Escape")
    screen.does_not_see("#keys")


def test_the_parts_of_the_screen_one_after_the_other(screen: Screen, soldier: Writer) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    screen.page.focus("#queue-scroll")

    visited = []
    for _ in range(5):
        screen.press("F6")
        visited.append(screen.focus)

    assert visited == ["talk-scroll", "answer", "card-scroll", "note", "queue-scroll"]
    screen.press("Shift+F6")
    assert screen.focus == "note"


def test_an_arrival_is_on_the_screen_within_two_seconds(screen: Screen, soldier: Writer) -> None:
    screen.reads("#rows", "На нас ніхто не чекає.")

    soldier.opens("letter", danger="now")

    screen.sees(f"#row-{soldier.case.number}", timeout=WITHIN_TWO_SECONDS)
    screen.reads("#free", "1 вільна")
    screen.does_not_see("#none-waiting")


def test_a_letter_to_the_open_case_is_on_the_screen_within_two_seconds(screen: Screen, soldier: Writer) -> None:
    soldier.opens("first letter")
    screen.takes(soldier.case)

    soldier.writes("second letter")

    screen.reads("#messages", "second letter", timeout=WITHIN_TWO_SECONDS)


def test_what_is_typed_focus_caret_and_place_outlive_a_refresh(screen: Screen, soldier: Writer) -> None:
    soldier.opens(LONG)
    screen.takes(soldier.case)
    screen.page.fill("#note", "half a note")
    screen.page.fill("#answer", "half an answer")
    screen.page.evaluate("document.getElementById('talk-scroll').scrollTop = 150")
    screen.page.evaluate("document.getElementById('answer').setSelectionRange(4, 6)")

    soldier.writes("and one more thing")

    screen.reads("#messages", "and one more thing")
    answer = screen.page.evaluate(
        "(({value, selectionStart, selectionEnd}) => [value, selectionStart, selectionEnd])"
        "(document.getElementById('answer'))"
    )
    assert answer == ["half an answer", 4, 6]
    assert screen.focus == "answer"
    assert screen.page.input_value("#note") == "half a note"
    assert screen.page.evaluate("document.getElementById('talk-scroll').scrollTop") == 150
    screen.sees("#below")
    screen.page.click("#below")
    screen.does_not_see("#below")
    expect(screen.page.locator(".msg", has_text="and one more thing")).to_be_in_viewport()


def test_at_its_end_the_conversation_goes_along(screen: Screen, soldier: Writer) -> None:
    soldier.opens(LONG)
    screen.takes(soldier.case)

    soldier.writes("and one more thing")

    expect(screen.page.locator(".msg", has_text="and one more thing")).to_be_in_viewport()
    screen.does_not_see("#below")


def test_a_focused_row_stays_focused_when_others_come(screen: Screen) -> None:
    first, second = Writer(), Writer()
    first.opens("letter")
    screen.sees(f"#row-{first.case.number}")
    screen.press("KeyJ")

    second.opens("letter", danger="now")

    screen.sees(f"#row-{second.case.number}")
    assert screen.focus == f"row-{first.case.number}"


def test_no_row_moves_from_under_the_pointer(screen: Screen) -> None:
    first, second = Writer(), Writer()
    first.opens("letter")
    row = screen.page.locator(f"#row-{first.case.number}")
    row.hover()
    before = row.bounding_box()

    second.opens("letter", danger="now")

    screen.reads("#held", "нових: 1", timeout=WITHIN_TWO_SECONDS)
    assert screen.page.locator("#held").get_attribute("data-danger") is not None
    assert row.bounding_box() == before
    expect(screen.page.locator(f"#row-{second.case.number}")).to_have_count(0)
    screen.page.mouse.move(700, 400)
    screen.sees(f"#row-{second.case.number}")
    screen.does_not_see("#held")


def test_what_waits_can_be_let_in_by_a_press(screen: Screen) -> None:
    first, second = Writer(), Writer()
    first.opens("letter")
    screen.page.hover(f"#row-{first.case.number}")
    second.opens("letter", danger="now")

    screen.page.click("#held")

    screen.sees(f"#row-{second.case.number}")


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


def test_after_sending_no_draft_is_left(screen: Screen, soldier: Writer) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    screen.page.fill("#answer", "An answer")
    screen.page.click("#preview")
    screen.page.click("#send")
    screen.reads("#write", "Надіслано.")

    screen.page.click(".mark")
    screen.page.click(f"#row-{soldier.case.number}")

    expect(screen.page.locator("#answer")).to_have_value("")
    screen.does_not_see("#draft")


def test_held_down_the_key_previews_and_does_not_send(screen: Screen, soldier: Writer) -> None:
    soldier.opens("letter")
    screen.takes(soldier.case)
    screen.page.fill("#answer", "An answer")

    screen.page.keyboard.down("Control")
    for _ in range(5):
        screen.page.keyboard.down("Enter")
        screen.page.wait_for_timeout(150)
    screen.page.keyboard.up("Enter")
    screen.page.keyboard.up("Control")

    screen.sees(".preview")
    assert soldier.answers_received() == []


def test_the_picker_finds_in_both_languages_and_passes_by_what_is_barred(
    screen: Screen, soldier: Writer, confirmed: Confirm
) -> None:
    confirmed(without=lambda line: line.id == "will-i-be-filmed" and line.language == "ru")
    soldier.opens("letter")
    screen.takes(soldier.case)
    screen.press("Slash")
    screen.sees("#picker")

    screen.page.fill("#picker-find", "Наша помощь бесплатна")
    expect(screen.page.locator(".option:visible")).to_have_count(1)
    screen.page.fill("#picker-find", "чи будуть мене знімати")
    expect(screen.page.locator(".option.barred:visible")).to_have_count(1)
    screen.press("ArrowDown", "Enter")
    screen.sees("#picker")
    screen.page.fill("#picker-find", "xyzzy")
    screen.reads("#picker-count", "Нічого не підходить")
    screen.press("Escape")
    screen.does_not_see("#picker")
    assert screen.focus == "answer"


def test_an_image_that_was_asked_for_stays_while_the_conversation_goes_on(screen: Screen, soldier: Writer) -> None:
    part = FilePart("leaflet.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"0" * 900)
    note = FileNote(b"f" * 16, part.name, part.kind, len(part.content))
    letter = soldier.opens("See", files=(note,))
    soldier.sends_file(letter, part, id=note.envelope_id)
    screen.takes(soldier.case)
    expect(screen.page.locator("#messages img")).to_have_count(0)
    screen.page.click("text=Показати зображення")
    expect(screen.page.locator("#messages img")).to_have_count(1)

    soldier.writes("Do you see it?")

    screen.reads("#messages", "Do you see it?")
    expect(screen.page.locator("#messages img")).to_have_count(1)


def test_a_case_that_is_erased_leaves_the_screen_and_what_was_typed_stays(screen: Screen, soldier: Writer) -> None:
    soldier.opens("words of a person")
    screen.takes(soldier.case)
    screen.page.fill("#answer", "my own words")

    soldier.wipes()

    screen.reads("#talkband", "закрито або стерто", timeout=WITHIN_TWO_SECONDS)
    assert "words of a person" not in screen.page.content()
    assert OUR_WORD not in screen.page.content()
    assert screen.page.input_value("#answer") == "my own words"
    screen.page.click("#preview")
    screen.reads("#write", "Не надіслано.")
    expect(screen.page.locator("#unsaid")).to_have_value("my own words")


def test_logged_out_at_another_seat_nothing_stays_on_this_screen(
    screen: Screen, soldier: Writer, at_desk: Callable[[Colleague], Desk], olena: Colleague
) -> None:
    soldier.opens("words of a person")
    screen.takes(soldier.case)
    screen.page.fill("#answer", "a draft that the browser would ask about")

    at_desk(olena).log_out()

    expect(screen.page).to_have_url(f"{screen.address}/log-in?ended=1", timeout=5000)
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


def test_before_the_keys_are_closed_the_page_says_so(screen: Screen, soldier: Writer) -> None:
    soldier.opens("letter")
    screen.page.clock.install()
    screen.takes(soldier.case)
    screen.page.route("**/live*", lambda route: route.fulfill(status=204))

    screen.page.clock.run_for(8 * 60_000)
    screen.does_not_see("#leaving")
    screen.page.clock.run_for(61_000 + 60_000)
    screen.reads("#leaving", "За хвилину ваші ключі закриються")

    screen.press("Shift")
    screen.page.clock.run_for(2000)
    screen.does_not_see("#leaving")


def test_somebody_else_takes_the_case_that_is_looked_at(screen: Screen, soldier: Writer, taras: Colleague) -> None:
    soldier.opens("letter")
    screen.opens(soldier.case)

    actions.take(soldier.case, by=taras.operator)

    screen.reads("#talk", "Цю справу веде Тарас.", timeout=WITHIN_TWO_SECONDS)
    screen.does_not_see("#take-this")
