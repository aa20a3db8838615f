"""What changed since the page last looked: nothing, the queue, or the case on the screen."""

import re
from collections.abc import Callable

import pytest

from safeconduct.inner.cases import actions
from safeconduct.inner.desk.tests.desk import Desk
from tests.people import YOUR_WORD, Colleague, Writer

AtDesk = Callable[[Colleague], Desk]
SECRET = "Нас двое"


def looks_again(desk: Desk) -> int:
    """The page asks what it would ask."""
    url = re.search(r'id="live" hidden hx-get="([^"]+)"', desk.screen)
    assert url
    desk.page = desk.browser.get(url[1].replace("&amp;", "&"), secure=True, headers={"HX-Request": "true", "Live": "1"})
    return int(desk.page.status_code)


def parts(desk: Desk) -> set[str]:
    return set(re.findall(r'hx-swap-oob="innerHTML:#([a-z-]+)"', desk.screen))


def test_when_nothing_changed_nothing_is_sent(desk: Desk, soldier: Writer) -> None:
    soldier.opens()
    desk.looks_at_the_queue()

    assert looks_again(desk) == 204
    assert desk.page.content == b""
    assert desk.page["Desk-Now"].isdigit()


def test_an_arrival_is_in_the_next_look(desk: Desk, soldier: Writer) -> None:
    desk.looks_at_the_queue()

    soldier.opens(SECRET, danger="now")

    assert looks_again(desk) == 200
    assert parts(desk) == {"rows", "onshift", "free", "tab-waiting"}
    assert f'id="row-{soldier.case.number}"' in desk.screen
    assert SECRET not in desk.screen
    assert looks_again(desk) == 204


@pytest.mark.usefixtures("before_the_shift")
def test_a_colleague_who_comes_on_is_in_the_next_look(desk: Desk, at_desk: AtDesk, taras: Colleague) -> None:
    desk.looks_at_the_queue()

    at_desk(taras)

    assert looks_again(desk) == 200
    assert "На зміні 2" in desk.words


def test_a_new_letter_of_the_open_case_comes_with_its_words_and_leaves_the_composer(
    desk: Desk, soldier: Writer
) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)

    soldier.writes("Мы ещё здесь")

    assert looks_again(desk) == 200
    assert {"messages", "casehead", "words", "answers", "casefacts", "notes-list"} <= parts(desk)
    assert not {"write", "notes", "talk", "noteform"} & parts(desk)
    assert "Мы ещё здесь" in desk.words


def test_another_case_that_changes_opens_no_words(desk: Desk, soldier: Writer) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)

    Writer().opens()

    assert looks_again(desk) == 200
    assert "messages" not in parts(desk)
    assert SECRET not in desk.screen


def test_a_free_case_on_the_screen_turns_into_what_it_became(
    at_desk: AtDesk, olena: Colleague, taras: Colleague, soldier: Writer
) -> None:
    soldier.opens(SECRET)
    desk = at_desk(olena)
    desk.opens(soldier.case)

    at_desk(taras).takes(soldier.case)

    assert looks_again(desk) == 200
    assert {"talk", "card"} <= parts(desk)
    assert "Цю справу веде Тарас." in desk.words
    assert SECRET not in desk.screen


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("closed", "Цю справу тим часом закрито або стерто."),
        ("erased", "Цю справу тим часом закрито або стерто."),
        ("released", "Ця справа тепер вільна."),
        ("taken", "Цю справу тепер веде Тарас."),
    ],
)
def test_words_of_a_case_that_went_leave_the_screen_and_the_draft_stays(
    desk: Desk, soldier: Writer, olena: Colleague, taras: Colleague, how: str, sentence: str
) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)
    if how == "closed":
        actions.close(soldier.case, reason="silent", by=olena.operator)
    elif how == "erased":
        soldier.wipes()
    else:
        actions.release(soldier.case, by=olena.operator)
    if how == "taken":
        actions.take(soldier.case, by=taras.operator)

    assert looks_again(desk) == 200

    assert {"talkband", "messages", "sheets", "notes-list"} <= parts(desk)
    assert not {"write", "noteform", "talk"} & parts(desk)
    assert sentence in desk.words
    assert SECRET not in desk.screen
    assert YOUR_WORD not in desk.screen


@pytest.mark.parametrize(
    "query", ["", "?since=x&case=y&shift=z", "?since=-5&case=-1&open", f"?since={10**40}&case={10**40}"]
)
def test_a_look_with_nonsense_is_answered_all_the_same(desk: Desk, soldier: Writer, query: str) -> None:
    soldier.opens(SECRET)

    page = desk.browser.get("/live" + query, secure=True)

    assert page.status_code in (200, 204)
    assert SECRET not in page.content.decode()


def test_a_page_that_looks_by_itself_is_no_reading_of_words(desk: Desk, soldier: Writer) -> None:
    from safeconduct.audit.models import Line

    soldier.opens(SECRET)
    desk.takes(soldier.case)
    before = Line.objects.filter(verb="case.read").count()
    url = desk.screen

    for _ in range(5):
        desk.page.content = url.encode()
        assert looks_again(desk) == 204

    assert Line.objects.filter(verb="case.read").count() == before
