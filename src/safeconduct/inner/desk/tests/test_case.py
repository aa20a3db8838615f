"""One case: closed before it is taken, open to its owner alone, and what can happen to it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_django import Settings

from safeconduct.inner.cases import actions, rules
from safeconduct.inner.cases.models import Case
from safeconduct.inner.desk.tests.desk import Desk
from tests.people import OUR_WORD, YOUR_WORD, Colleague, Writer, minutes_ago

AtDesk = Callable[[Colleague], Desk]
SECRET = "Нас двое, утром снова вперёд"


def row_of(desk: Desk, case: Case) -> str:
    found = re.search(rf'id="row-{case.number}".*?</a>', desk.screen, re.DOTALL)
    assert found
    return found[0]


def test_before_take_nothing_of_the_words_is_there(desk: Desk, soldier: Writer) -> None:
    soldier.opens(SECRET)

    desk.opens(soldier.case)

    assert "Цієї справи ще ніхто не взяв." in desk.words
    assert "Взяти цю справу" in desk.words
    assert not any(word in desk.screen for word in (SECRET, OUR_WORD, YOUR_WORD, 'id="answer"', 'id="note"'))


def test_after_take_words_and_closed_answers_are_there(desk: Desk, soldier: Writer) -> None:
    soldier.opens(SECRET)

    desk.takes(soldier.case)

    assert SECRET in desk.words
    assert "Відповіді на запитання" in desk.words
    assert "home" in desk.words


def test_a_colleagues_case_shows_whose_it_is_and_no_words(at_desk: AtDesk, olena: Colleague, taras: Colleague) -> None:
    soldier = Writer()
    soldier.opens(SECRET)
    at_desk(taras).takes(soldier.case)
    desk = at_desk(olena)

    desk.opens(soldier.case)

    assert "Цю справу веде Тарас." in desk.words
    assert SECRET not in desk.screen
    assert "Взяти цю справу" not in desk.words


def test_missing_and_forbidden_look_alike(at_desk: AtDesk, olena: Colleague, taras: Colleague, soldier: Writer) -> None:
    soldier.opens(SECRET)
    at_desk(taras).takes(soldier.case)
    desk = at_desk(olena)
    forbidden, missing = soldier.case.number, soldier.case.number + 1000

    for name in ("release", "close", "words", "danger"):
        pages = []
        for number in (forbidden, missing):
            assert desk.posts(name, number) == 404
            pages.append(desk.page_of_any_number())
        assert pages[0] == pages[1]
        assert "Тут нічого немає" in pages[0]


def test_who_was_slower_learns_who_has_the_case(at_desk: AtDesk, olena: Colleague, taras: Colleague) -> None:
    soldier = Writer()
    soldier.opens(SECRET)
    desk = at_desk(olena)
    desk.opens(soldier.case)
    actions.take(soldier.case, by=taras.operator)

    status = desk.takes(soldier.case)

    assert status == 409
    assert "Цю справу вже веде Тарас" in desk.words
    assert SECRET not in desk.screen


def test_released_it_is_free_again_and_its_words_are_closed(desk: Desk, soldier: Writer) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)

    desk.posts("release", soldier.case.number)

    assert soldier.case.owner is None
    assert "Відпущено." in desk.words
    desk.opens(soldier.case)
    assert SECRET not in desk.screen


@pytest.mark.parametrize("reason", rules.REASONS)
def test_closed_with_a_reason_it_leaves_the_queue(desk: Desk, soldier: Writer, reason: str) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)
    desk.answers(soldier.case, "Ми вас чуємо")

    desk.closes(soldier.case, reason)

    assert soldier.case.closed_because == reason
    assert f"row-{soldier.case.number}" not in desk.screen
    assert desk.opens(soldier.case) == 404


@pytest.mark.parametrize("reason", ["", "surrendered"])
def test_without_one_of_the_reasons_it_stays_open(desk: Desk, soldier: Writer, reason: str) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)

    status = desk.closes(soldier.case, reason)

    assert status == 422
    assert "Оберіть, будь ласка, одну з причин." in desk.words
    assert soldier.case.is_open


def test_a_letter_that_nobody_has_read_keeps_the_case_open(desk: Desk, soldier: Writer) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)
    desk.gets("close", soldier.case.number)
    soldier.writes("One more thing")

    status = desk.posts("close", soldier.case.number, reason="silent", seen="1")

    assert status == 409
    assert "людина тим часом написала ще раз" in desk.words
    assert "One more thing" in desk.words
    assert soldier.case.is_open


def test_the_page_of_reasons_opens_no_words(desk: Desk, soldier: Writer) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)

    desk.gets("close", soldier.case.number)

    assert SECRET not in desk.screen
    assert "Чому її закриваємо?" in desk.words


def test_a_person_who_writes_again_brings_a_closed_case_back(desk: Desk, soldier: Writer) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)
    desk.closes(soldier.case, "silent")

    soldier.writes("I am back")
    desk.looks_at_the_queue()

    assert f"row-{soldier.case.number}" in desk.screen


def test_the_persons_word_is_shown_only_after_ours_was_said(desk: Desk, soldier: Writer) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)
    assert OUR_WORD in desk.screen
    assert YOUR_WORD not in desk.screen

    desk.posts("words", soldier.case.number)

    assert YOUR_WORD in desk.screen
    assert "наше сказано" in desk.words


def test_as_a_part_the_words_come_without_the_conversation(desk: Desk, soldier: Writer) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)

    desk.posts_part("words", soldier.case.number)

    assert YOUR_WORD in desk.screen
    assert SECRET not in desk.screen
    assert "<html" not in desk.screen


def test_the_operator_judges_danger_up_and_down(desk: Desk, soldier: Writer) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)

    for danger in ("now", "none"):
        desk.posts("danger", soldier.case.number, danger=danger)
        assert soldier.case.danger == danger

    desk.posts("danger", soldier.case.number, danger="very")
    assert soldier.case.danger == "none"


def test_a_case_that_the_person_erased_is_gone_from_the_desk(desk: Desk, soldier: Writer) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)
    case = soldier.case

    soldier.wipes()

    assert desk.opens(case) == 404
    assert SECRET not in desk.screen


def test_each_opening_of_the_conversation_is_one_line_in_the_audit(desk: Desk, soldier: Writer) -> None:
    from safeconduct.audit.models import Line

    def readings() -> int:
        return Line.objects.filter(verb="case.read").count()

    soldier.opens(SECRET)
    desk.takes(soldier.case)
    before = readings()

    desk.opens(soldier.case)
    assert readings() == before + 1

    desk.posts_part("answer", soldier.case.number, text="under way", step="preview", once="0" * 32)
    desk.gets("close", soldier.case.number)
    assert readings() == before + 1


def test_messages_stand_by_day_with_both_clocks_at_hand(desk: Desk, soldier: Writer) -> None:
    soldier.opens("first", at=minutes_ago(60 * 24 * 3))
    soldier.writes("second", at=minutes_ago(60 * 24))
    soldier.writes("third")
    desk.takes(soldier.case)

    assert desk.words.index("first") < desk.words.index("учора,") < desk.words.index("second")
    assert desk.words.index("second") < desk.words.index("сьогодні,") < desk.words.index("third")
    assert ' UTC"' in desk.screen


def test_what_a_person_wrote_is_shown_as_text_whatever_it_is(desk: Desk, soldier: Writer) -> None:
    soldier.opens('<img src=x onerror=alert(1)> & "quotes"\nsecond line')

    desk.takes(soldier.case)

    assert "<img src=x" not in desk.screen
    assert "&lt;img src=x" in desk.screen
    assert 'class="text" dir="auto"' in desk.screen


def test_a_visit_with_the_code_is_seen(desk: Desk, soldier: Writer) -> None:
    soldier.opens(SECRET)
    soldier.visits(at=minutes_ago(1))

    desk.takes(soldier.case)

    assert "Людина приходила з кодом" in desk.words
    assert "Останній візит" in desk.words


@pytest.mark.parametrize(("second", "is_after"), [(0, True), (59, True), (60, False)])
def test_a_visit_in_the_minute_of_our_answer_stands_after_it(
    desk: Desk, soldier: Writer, second: int, is_after: bool
) -> None:
    """A visit is kept to the minute, our answer is not: 21:07 may be later than 21:07:40."""
    at = minutes_ago(10).replace(second=0, microsecond=0)
    soldier.opens(SECRET, at=at - timedelta(minutes=5))
    desk.takes(soldier.case)
    desk.answers(soldier.case, "Our answer")
    answered_at = at + timedelta(seconds=second)
    soldier.case.messages.filter(direction="out").update(at=answered_at)
    Case.objects.filter(pk=soldier.case.pk).update(last_word_at=answered_at)
    soldier.visits(at=at)

    desk.opens(soldier.case)

    came_back = desk.words.index("Людина приходила з кодом")
    assert (came_back > desk.words.index("Our answer")) is is_after
    assert ("візит" in row_of(desk, soldier.case)) is is_after


def test_a_visit_on_which_the_person_wrote_is_not_said_of_the_row(desk: Desk, soldier: Writer) -> None:
    at = minutes_ago(10)
    soldier.opens(SECRET, at=at - timedelta(minutes=5))
    soldier.visits(at=at)
    soldier.writes("Still here", at=at)

    desk.looks_at_the_queue()

    assert "візит" not in row_of(desk, soldier.case)


def test_a_letter_in_the_minute_of_our_answer_stands_as_it_came(desk: Desk, soldier: Writer) -> None:
    soldier.opens("first")
    soldier.writes("second")
    desk.takes(soldier.case)
    desk.answers(soldier.case, "Our answer")
    soldier.writes("third")

    desk.opens(soldier.case)

    places = [desk.words.index(words) for words in ("first", "second", "Our answer", "third")]
    assert places == sorted(places)


def start_of(desk: Desk) -> str:
    """The message to read on from."""
    found = re.search(r'<article[^>]*data-start>.*?<p class="text"[^>]*>(.*?)</p>', desk.screen, re.DOTALL)
    assert found
    return found[1]


def test_reading_starts_at_the_first_letter_since_our_last_answer(desk: Desk, soldier: Writer) -> None:
    soldier.opens("first")
    soldier.writes("second")
    desk.takes(soldier.case)
    assert start_of(desk) == "first"

    desk.answers(soldier.case, "Our answer")
    desk.opens(soldier.case)
    assert start_of(desk) == "Our answer"

    soldier.writes("third")
    soldier.writes("fourth")
    desk.opens(soldier.case)
    assert start_of(desk) == "third"


def test_a_letter_that_was_held_up_is_where_reading_starts_although_it_stands_higher(
    desk: Desk, soldier: Writer
) -> None:
    soldier.opens("first", at=minutes_ago(60))
    desk.takes(soldier.case)
    desk.answers(soldier.case, "Our answer")
    soldier.writes("held up on the way", at=minutes_ago(30))

    desk.opens(soldier.case)

    assert desk.words.index("held up on the way") < desk.words.index("Our answer")
    assert start_of(desk) == "held up on the way"


def test_the_card_says_when_a_case_ends_and_why_one_stays(desk: Desk, soldier: Writer, settings: Settings) -> None:
    soldier.opens(SECRET)
    Case.objects.update(last_word_at=minutes_ago(60 * 24 * 91))
    desk.opens(soldier.case)
    assert "Зникне" not in desk.words, "no term is set"

    settings.INNER_RETENTION = {"question_days": 30, "waiting_days": 90, "closed_days": 10}
    desk.opens(soldier.case)
    assert "Зникне" in desk.words
    assert "Строк минув. Справа лишається" in desk.words

    Case.objects.update(last_word_at=minutes_ago(60 * 24 * 89))
    desk.opens(soldier.case)
    assert "Зникне" in desk.words
    assert "Строк минув" not in desk.words


@pytest.mark.parametrize("deed", ["take", "release", "answer", "note", "danger", "words"])
def test_whoever_loads_the_address_of_a_deed_again_gets_the_case(desk: Desk, soldier: Writer, deed: str) -> None:
    soldier.opens(SECRET)

    assert desk.gets(deed, soldier.case.number) == 302

    assert desk.page.headers["Location"] == f"/cases/{soldier.case.number}"
    assert soldier.case.owner is None


def test_what_nobody_answered_cannot_end_as_answered(desk: Desk, soldier: Writer) -> None:
    soldier.opens(SECRET)
    desk.takes(soldier.case)

    assert desk.closes(soldier.case, "answered") == 422

    assert "Тут ще ніхто не відповів" in desk.words
    assert soldier.case.is_open
