"""The whole work by keyboard, in a real browser."""

from playwright.sync_api import expect

from safeconduct.inner.cases import actions
from safeconduct.inner.desk.tests.conftest import Confirm
from safeconduct.inner.desk.tests.screen import Screen
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
    screen.reads("#write", "Іде до людини")
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


def test_an_opened_case_is_read_from_the_first_letter_that_nobody_has_answered(
    screen: Screen, soldier: Writer, olena: Colleague
) -> None:
    soldier.opens(LONG, at=minutes_ago(20))
    actions.take(soldier.case, by=olena.operator)
    actions.answer(soldier.case, "An answer", by=olena.operator)
    soldier.writes(f"FIRST {LONG}")
    soldier.writes("SECOND")
    screen.sees(f"#row-{soldier.case.number}")

    screen.press("KeyJ", "Enter")
    screen.reads("#messages", "SECOND")

    label = screen.page.locator(".msg", has_text="FIRST").locator(".by")
    expect(label).to_be_in_viewport(ratio=1)
    assert focused_label(screen) == label.bounding_box()
    expect(label).to_have_css("outline-style", "solid")
    for region in ("#talk", "#talk-scroll"):
        expect(screen.page.locator(region)).to_have_css("outline-style", "none")
    screen.press("End")
    expect(screen.page.locator(".msg", has_text="SECOND")).to_be_in_viewport()
    screen.press("Tab")
    assert screen.focus == "answer"


def focused_label(screen: Screen) -> object:
    """Where the ring stands."""
    return screen.page.locator(".msg:focus-visible > .by").bounding_box()


def test_what_is_not_open_yet_or_is_to_be_closed_has_its_ring_at_the_heading(screen: Screen, soldier: Writer) -> None:
    soldier.opens("letter")
    screen.sees(f"#row-{soldier.case.number}")

    screen.press("KeyJ", "Enter")
    expect(screen.page.locator("#casehead h2")).to_be_focused()
    screen.press("Enter")
    expect(screen.page.locator(".msg")).to_be_focused()
    screen.press("KeyC")
    expect(screen.page.locator(".closing legend")).to_be_focused()
    screen.press("Escape")
    expect(screen.page.locator(".msg")).to_be_focused()
    screen.press("KeyR")
    expect(screen.page.locator(".told")).to_be_focused()


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


def test_the_six_words_can_be_read_while_they_are_typed_and_leave_as_a_passphrase(
    screen: Screen, olena: Colleague
) -> None:
    page = screen.page
    page.context.clear_cookies()
    page.goto(f"{screen.address}/log-in")
    words = page.locator("#id_passphrase")
    expect(words).to_have_attribute("type", "password")

    page.check("#show-words")
    expect(words).to_have_attribute("type", "text")
    expect(words).to_have_attribute("spellcheck", "false")

    page.evaluate("document.forms[0].addEventListener('submit', (event) => event.preventDefault())")
    screen.page.fill("#id_username", "olena")
    words.fill(olena.passphrase)
    page.fill("#id_digits", olena.totp_code)
    page.press("#id_digits", "Enter")
    expect(words).to_have_attribute("type", "password")


def test_taking_the_next_one_is_the_filled_button_until_a_case_is_open(screen: Screen, soldier: Writer) -> None:
    def ground_of(selector: str) -> object:
        return screen.page.locator(selector).evaluate("one => getComputedStyle(one).backgroundColor")

    nothing_to_take = ground_of("#take-next")
    soldier.opens("letter")
    screen.reads("#free", "1 вільна")
    screen.page.wait_for_timeout(150)  # colours change in 90 ms
    assert ground_of("#take-next") != nothing_to_take

    screen.press("KeyN")
    screen.reads("#messages", "letter")
    assert ground_of("#take-next") == nothing_to_take
    assert ground_of("#preview") != nothing_to_take
