"""A print is an act: it stands in the audit, its number stands on the paper, and without one nothing is printed."""

import re
from collections.abc import Callable

import pytest

from safeconduct.audit.models import Line
from safeconduct.inner.cases.models import Case
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.desk.tests.screen import Screen
from tests.people import OUR_WORD, Colleague, Writer

AtDesk = Callable[[Colleague], Desk]
SECRET = "Нас двое, утром снова вперёд"


def prints_of(case: Case) -> list[tuple[int, int | None]]:
    """Number of the line in the audit, and who."""
    lines = Line.objects.filter(verb="case.printed", about_kind="case", about_id=case.pk)
    return list(lines.order_by("seq").values_list("seq", "actor"))


def number_on(desk: Desk) -> int:
    found = re.search(r"Роздруківка ([\d\u202f]+), (\w+), \d+ \w+ \d{4}, \d\d:\d\d \(\d\d:\d\d UTC\)", desk.words)
    assert found, desk.words
    assert found[2] == "Олена"
    return int(found[1].replace("\u202f", ""))


def test_the_paper_carries_the_number_of_its_line_in_the_audit(desk: Desk, olena: Colleague, soldier: Writer) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)

    desk.posts("print", soldier.case.number)

    assert prints_of(soldier.case) == [(number_on(desk), olena.operator.pk)]
    assert SECRET in desk.words
    assert 'class="panes numbered"' in desk.screen


def test_each_print_has_another_number(desk: Desk, soldier: Writer) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)

    numbers = []
    for _ in range(2):
        desk.posts("print", soldier.case.number)
        numbers.append(number_on(desk))

    assert numbers[0] < numbers[1]
    assert [number for number, _who in prints_of(soldier.case)] == numbers


def test_a_page_that_is_only_read_has_no_number(desk: Desk, soldier: Writer) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)

    desk.opens(soldier.case)

    assert 'class="panes"' in desk.screen
    assert 'id="printed"' not in desk.screen
    assert prints_of(soldier.case) == []


def test_who_may_not_read_a_case_prints_nothing_and_it_looks_like_missing(
    at_desk: AtDesk, olena: Colleague, taras: Colleague, soldier: Writer
) -> None:
    soldier.opens(SECRET)
    desk = at_desk(olena)
    free = soldier.case.number
    assert desk.posts("print", free) == 404

    at_desk(taras).takes(soldier.case)
    answers = []
    for number in (free, free + 1000):
        assert desk.posts("print", number) == 404
        answers.append(desk.page_of_any_number())

    assert answers[0] == answers[1]
    assert prints_of(soldier.case) == []


def test_a_link_prints_nothing(desk: Desk, soldier: Writer) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)

    assert desk.gets("print", soldier.case.number) == 302
    assert prints_of(soldier.case) == []


# --- in a browser


COUNT_PRINTS = "window.prints = 0; window.print = () => { window.prints += 1; };"


def times_asked(screen: Screen) -> int:
    """How often the browser was asked to print; waits for the first time."""
    for _ in range(60):
        if asked := screen.page.evaluate("window.prints"):
            return int(asked)
        screen.page.wait_for_timeout(50)
    return 0


@pytest.fixture
def taken(screen: Screen, soldier: Writer) -> Case:
    """Olena has a case on the screen whose browser counts how often it is asked to print."""
    soldier.opens(SECRET)
    screen.page.add_init_script(COUNT_PRINTS)
    screen.takes(soldier.case)
    return soldier.case


def test_the_key_asks_for_a_number_and_opens_the_dialogue_once(screen: Screen, taken: Case) -> None:
    screen.press("Escape", "Shift+KeyP")

    screen.reads("#printed", "записано в журнал")
    assert times_asked(screen) == 1
    screen.page.emulate_media(media="print")
    for shown in ("#printed .onpaper", "#messages"):
        screen.sees(shown)
    for left_out in (".unnumbered", "#printed .told", "#notes", "#write", "#words"):
        screen.does_not_see(left_out)
    assert OUR_WORD not in screen.page.inner_text("body")
    screen.page.wait_for_timeout(1500)  # the page looks for changes each second
    assert times_asked(screen) == 1


def test_one_number_is_one_print(screen: Screen, taken: Case) -> None:
    screen.page.click("#print-this")
    assert times_asked(screen) == 1

    screen.page.evaluate("dispatchEvent(new Event('afterprint'))")

    screen.does_not_see("#printed")
    screen.page.emulate_media(media="print")
    screen.sees(".unnumbered")
    screen.does_not_see("#messages")
    assert len(prints_of(taken)) == 1


def test_a_page_that_is_loaded_again_is_no_second_print(screen: Screen, taken: Case) -> None:
    screen.page.click("#print-this")
    screen.sees("#printed")

    screen.page.reload()

    screen.sees("#messages")
    screen.does_not_see("#printed")
    assert len(prints_of(taken)) == 1


def test_the_browsers_own_print_says_that_it_is_none(screen: Screen, taken: Case) -> None:
    screen.page.emulate_media(media="print")

    screen.reads(".unnumbered", "Так нічого не друкується")
    assert SECRET not in screen.page.inner_text("body")
    assert prints_of(taken) == []
