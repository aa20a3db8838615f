"""The page renews itself, and what is typed, read or pointed at stays where it is; in a real browser."""

from django.utils import timezone
from playwright.sync_api import Route, expect

from safeconduct.handover.letters import FileNote, FilePart
from safeconduct.handover.reaching.models import FrontStatus
from safeconduct.inner.cases import actions
from safeconduct.inner.cases.models import BrokenGlass
from safeconduct.inner.desk.tests.screen import Screen
from tests.people import OUR_WORD, Colleague, Writer, minutes_ago

WITHIN_TWO_SECONDS = 2000
LONG = "\n".join(f"Line {number} of a long letter" for number in range(60))


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
    screen.press("End")
    expect(screen.page.locator(".msg")).to_contain_text("Line 59")

    soldier.writes("and one more thing")

    expect(screen.page.locator(".msg", has_text="and one more thing")).to_be_in_viewport()
    screen.does_not_see("#below")


def test_a_look_under_way_leaves_the_next_page_alone_and_the_console_silent(screen: Screen, soldier: Writer) -> None:
    soldier.opens("letter")
    screen.sees(f"#row-{soldier.case.number}")
    under_way: list[Route] = []
    is_slow = True
    screen.page.route("**/live?*", lambda route: under_way.append(route) if is_slow else route.continue_())
    while not under_way:
        screen.page.wait_for_timeout(50)
    soldier.writes("second letter")

    screen.press("KeyN")
    screen.reads("#messages", "second letter")
    is_slow = False
    for route in under_way:
        route.continue_()
    screen.page.wait_for_timeout(500)

    screen.sees(f"#row-{soldier.case.number}[aria-current]")
    later = Writer()
    later.opens()
    screen.sees(f"#row-{later.case.number}", timeout=WITHIN_TWO_SECONDS)


def test_trouble_with_the_front_is_on_the_screen_within_two_seconds_and_stays_from_case_to_case(
    screen: Screen, soldier: Writer
) -> None:
    soldier.opens("letter")
    screen.does_not_see(".hindrance")

    FrontStatus.objects.update(trouble="unreachable", trouble_since=minutes_ago(1))

    screen.reads("#standing", "Зовнішній сервер недоступний.", timeout=WITHIN_TWO_SECONDS)
    screen.press("KeyN")
    screen.reads("#messages", "letter")
    screen.reads("#standing", "Зовнішній сервер недоступний.")
    FrontStatus.objects.update(trouble="", trouble_since=None)
    expect(screen.page.locator(".hindrance")).to_have_count(0, timeout=WITHIN_TWO_SECONDS)


def test_a_letter_that_comes_before_ones_eyes_counts_as_seen(screen: Screen, soldier: Writer) -> None:
    soldier.opens("first letter")
    screen.takes(soldier.case)
    screen.page.fill("#answer", "An answer to both")
    soldier.writes("second letter")
    screen.reads("#messages", "second letter")

    screen.page.click("#preview")
    screen.page.click("#send")

    screen.reads("#write", "Іде до людини")
    assert len(soldier.answers_received()) == 1


def test_after_sending_ones_own_answer_is_in_sight(screen: Screen, soldier: Writer) -> None:
    soldier.opens(LONG)
    screen.takes(soldier.case)
    screen.page.evaluate("document.getElementById('talk-scroll').scrollTop = 0")
    screen.page.fill("#answer", "Here is our answer")
    screen.page.click("#preview")
    screen.page.click("#send")

    expect(screen.page.locator(".msg", has_text="Here is our answer")).to_be_in_viewport()
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


def test_somebody_else_takes_the_case_that_is_looked_at(screen: Screen, soldier: Writer, taras: Colleague) -> None:
    soldier.opens("letter")
    screen.opens(soldier.case)

    actions.take(soldier.case, by=taras.operator)

    screen.reads("#talk", "Цю справу веде Тарас.", timeout=WITHIN_TWO_SECONDS)
    screen.does_not_see("#take-this")


def test_anothers_case_is_opened_by_keyboard_and_leaves_the_screen_when_its_time_is_over(
    screen: Screen, taras: Colleague, soldier: Writer
) -> None:
    soldier.opens("first letter")
    actions.close(actions.take(soldier.case, by=taras.operator), reason="silent", by=taras.operator)
    screen.press("Control+k")
    screen.page.keyboard.type(str(soldier.case.number))
    screen.press("Enter")
    expect(screen.page.locator("#talk [data-start]")).to_be_focused()
    screen.press("Tab", "Enter")
    expect(screen.page.locator("legend")).to_be_focused()
    screen.press("Tab", "Space", "Tab", "Enter")
    screen.reads("#messages", "first letter")

    BrokenGlass.objects.update(until=timezone.now())

    screen.reads("#talk", "Час на читання цієї справи минув.", timeout=WITHIN_TWO_SECONDS)
    assert "first letter" not in screen.page.content()
    assert OUR_WORD not in screen.page.content()
    screen.page.wait_for_timeout(1500)
    screen.reads("#talk", "Час на читання цієї справи минув.")
