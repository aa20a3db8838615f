"""The queue: header facts only, the greatest danger first, and a word for every state."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from safeconduct.inner.cases import actions
from safeconduct.inner.cases.models import Case
from safeconduct.inner.desk.templatetags.desk import thousands
from safeconduct.inner.desk.tests.desk import Desk, waits_since
from tests.people import Colleague, Writer, minutes_ago

AtDesk = Callable[[Colleague], Desk]


def numbers_in(group: str, screen: str) -> list[int]:
    section = screen.split(f'id="group-{group}"', 1)[1].split("</section>", 1)[0]
    return [int(number) for number in re.findall(r'id="row-(\d+)"', section)]


def test_an_empty_queue_says_so_and_what_comes_next(desk: Desk) -> None:
    desk.looks_at_the_queue()

    assert "На нас ніхто не чекає." in desk.words
    assert "Наступний лист з’явиться тут сам." in desk.words
    assert all(f'id="group-{name}"' in desk.screen for name in ("danger", "us", "person", "asleep"))


def test_danger_comes_first_then_who_waits_longest(desk: Desk) -> None:
    fresh, old, danger = Writer(), Writer(), Writer()
    fresh.opens(at=minutes_ago(5))
    old.opens(at=minutes_ago(50))
    danger.opens(at=minutes_ago(1), danger="now")

    desk.looks_at_the_queue()

    assert numbers_in("danger", desk.screen) == [danger.case.number]
    assert numbers_in("us", desk.screen) == [old.case.number, fresh.case.number]


def test_a_row_shows_the_header_the_owner_and_the_clock_and_no_word(desk: Desk, taras: Colleague) -> None:
    soldier = Writer(language="uk")
    soldier.opens("These words are mine", danger="now", about="group")
    waits_since(soldier.case, minutes=9.5)
    actions.take(soldier.case, by=taras.operator)

    desk.looks_at_the_queue()

    assert "These words are mine" not in desk.screen
    assert f"{soldier.case.number} група перша відповідь" in desk.words
    assert "ще 6 хв" in desk.words
    assert "укр Тарас" in desk.words


def test_a_passed_target_is_said_and_drawn(desk: Desk, soldier: Writer) -> None:
    soldier.opens(danger="now")
    waits_since(soldier.case, minutes=19.5)

    desk.looks_at_the_queue()

    assert 'class="due is-behind"' in desk.screen
    assert "понад нашу ціль на +4 хв" in desk.words


def test_a_code_that_is_not_ours_is_marked(desk: Desk) -> None:
    stranger = Writer()
    stranger.writes("under a code that nobody was given")

    desk.looks_at_the_queue()

    assert "код не наш" in desk.words


def test_answered_cases_wait_for_the_person_and_old_ones_sleep(desk: Desk, olena: Colleague) -> None:
    awake, asleep = Writer(), Writer()
    for writer in (awake, asleep):
        writer.opens(at=minutes_ago(30))
        actions.take(writer.case, by=olena.operator)
        actions.answer(writer.case, "Answer", by=olena.operator)
    Case.objects.filter(pk=asleep.case.pk).update(last_word_at=minutes_ago(60 * 24 * 8))

    desk.looks_at_the_queue()

    assert numbers_in("person", desk.screen) == [awake.case.number]
    assert numbers_in("asleep", desk.screen) == [asleep.case.number]
    assert "<details" in desk.screen.split('id="group-asleep"')[1]


def test_who_came_back_after_our_answer_has_seen_it(desk: Desk, olena: Colleague, soldier: Writer) -> None:
    soldier.opens(at=minutes_ago(30))
    actions.take(soldier.case, by=olena.operator)
    soldier.visits(at=minutes_ago(20))
    actions.answer(soldier.case, "Answer", by=olena.operator)
    desk.looks_at_the_queue()
    assert "візит" not in desk.words

    soldier.visits()
    Case.objects.filter(pk=soldier.case.pk).update(last_word_at=minutes_ago(5))
    desk.looks_at_the_queue()

    assert "рос · візит" in desk.words


def test_take_the_next_one_opens_the_most_urgent_free_case(desk: Desk, olena: Colleague) -> None:
    calm, danger = Writer(), Writer()
    calm.opens("calm", at=minutes_ago(50))
    danger.opens("danger", at=minutes_ago(1), danger="now")

    desk.takes_the_next_one()

    assert danger.case.owner == olena.operator
    assert calm.case.owner is None
    assert desk.page.redirect_chain[-1][0] == f"/cases/{danger.case.number}"


def test_when_nobody_is_free_the_next_one_says_so(desk: Desk) -> None:
    status = desk.takes_the_next_one()

    assert status == 409
    assert "Нічиїх справ, які чекають на нас, немає." in desk.words


def test_the_desk_without_a_case_lists_what_is_ones_own(desk: Desk, soldier: Writer) -> None:
    soldier.opens()
    desk.takes(soldier.case)

    desk.looks_at_the_queue()

    assert f'id="mine-{soldier.case.number}"' in desk.screen
    assert "Усі, хто чекає, мають свого чергового." in desk.words


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 справа ще нічия."), (2, "2 справи ще нічиї."), (5, "5 справ ще нічиї.")]
)
def test_one_few_and_many_are_said_rightly(desk: Desk, count: int, words: str) -> None:
    for _ in range(count):
        Writer().opens()

    desk.looks_at_the_queue()

    assert words in desk.words


def test_thousands_stand_apart_by_a_narrow_space_that_does_not_break() -> None:
    assert [thousands(number) for number in (7, 812, 4812, 104806)] == ["7", "812", "4\u202f812", "104\u202f806"]


@pytest.mark.usefixtures("before_the_shift")
def test_who_is_on_shift_is_shown_with_open_cases(at_desk: AtDesk, olena: Colleague, taras: Colleague) -> None:
    at_desk(taras)
    desk = at_desk(olena)
    soldier = Writer()
    soldier.opens()
    desk.takes(soldier.case)

    desk.looks_at_the_queue()

    assert "На зміні 2 справи Тарас 0 Олена ви 1" in desk.words


def test_a_case_is_found_by_its_number_however_it_is_typed(desk: Desk, soldier: Writer) -> None:
    soldier.opens()
    number = soldier.case.number

    for typed in (f"{number}", f" № {number} ", "".join(chr(0x0660 + int(digit)) for digit in str(number))):
        desk.gets("find", number=typed)
        assert desk.page["Location"] == f"/cases/{number}"


@pytest.mark.parametrize("typed", ["", "no number", "№"])
def test_what_is_no_number_finds_nothing(desk: Desk, typed: str) -> None:
    assert desk.gets("find", number=typed) == 404


def test_a_number_beyond_every_database_is_simply_not_there(desk: Desk) -> None:
    assert desk.gets("case", 10**30) == 404


def test_a_longer_queue_asks_the_database_no_more_often(desk: Desk) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.looks_at_the_queue()
        return len(asked)

    Writer().opens()
    few = questions()
    for _ in range(12):
        Writer().opens()

    assert questions() == few


def test_a_row_in_danger_soon_still_says_whom_it_is_about(desk: Desk) -> None:
    soldier = Writer(language="uk")
    soldier.opens(danger="soon", about="relative")

    desk.looks_at_the_queue()

    row = desk.screen.split(f'id="row-{soldier.case.number}"', 1)[1].split("</a>", 1)[0]
    top, below = row.split('class="sub"', 1)
    assert "небезпека скоро" in top
    assert "близька людина" in below
