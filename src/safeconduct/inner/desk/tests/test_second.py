"""At the desk a second code that was used is seen at once; what an operator answers never lands under it by a slip."""

import re

from django.urls import reverse

from safeconduct.inner.cases.models import SecondCode
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.duty.forced import Uses
from tests.people import Writer

HARMLESS = "Насос приїхав, заходьте в середу."


def forced_of(soldier: Writer, desk: Desk) -> Writer:
    soldier.opens("secret words")
    second = soldier.asks_for_second()
    desk.takes(soldier.case)
    return second


def test_a_second_code_that_was_not_used_is_told_in_the_card_alone(desk: Desk, soldier: Writer) -> None:
    forced_of(soldier, desk)

    desk.opens(soldier.case)

    assert "Взято, досі не використано." in desk.words
    assert soldier.asks_for_second().answers_received()[0].text
    assert 'id="forced"' not in desk.screen
    desk.looks_at_the_queue()
    assert "другий код" not in desk.words


def test_where_none_was_asked_for_nothing_is_said_of_it(desk: Desk, soldier: Writer) -> None:
    soldier.opens()
    desk.takes(soldier.case)

    desk.opens(soldier.case)

    assert 'id="second" aria-label="Другий код" hidden' in desk.screen
    assert desk.words.lower().count("другий код") == 1, "the head of the hidden sheet"


def test_its_use_stands_in_the_row_in_the_case_and_on_top(desk: Desk, soldier: Writer) -> None:
    forced_of(soldier, desk).visits()
    Uses().sweep()

    desk.looks_at_the_queue()
    assert "другий код," in desk.words
    assert f"Справа {soldier.case.number}: використано другий код. Подивіться зараз." in desk.words
    desk.opens(soldier.case)

    assert 'id="forced"' in desk.screen
    assert "Ваші відповіді йдуть під перший код, під другим їх не видно." in desk.words


def test_what_stands_under_it_is_shown_to_who_has_the_case(desk: Desk, soldier: Writer) -> None:
    second = forced_of(soldier, desk)

    desk.opens(soldier.case)

    assert second.answers_received()[0].text in desk.words


def test_what_was_written_under_it_is_marked(desk: Desk, soldier: Writer) -> None:
    second = forced_of(soldier, desk)
    second.writes("Спасибо, заберу.")

    desk.opens(soldier.case)

    assert desk.words.count("написано під другим кодом") == 1
    assert desk.words.index("написано під другим кодом") < desk.words.index("Спасибо, заберу.")
    assert desk.words.index("secret words") < desk.words.index("написано під другим кодом")


def test_it_is_seen_while_the_case_is_open_and_what_is_typed_stays(desk: Desk, soldier: Writer) -> None:
    second = forced_of(soldier, desk)
    desk.opens(soldier.case)

    second.visits()
    asked: dict[str, str | int] = {"since": 0, "case": soldier.case.number, "open": "1"}
    page = desk.browser.get(reverse("desk:live"), asked)

    changed = page.content.decode()
    assert 'id="forced"' in changed
    assert "innerHTML:#second-facts" in changed
    assert "Востаннє використано" in changed
    assert 'id="second-text"' not in changed


def test_an_answer_goes_to_the_first_code(desk: Desk, soldier: Writer) -> None:
    second = forced_of(soldier, desk)
    second.visits()
    before = len(second.answers_received())

    desk.opens(soldier.case)
    desk.answers(soldier.case, "Приходьте в другий будинок.")

    assert [answer.text for answer in soldier.answers_received()] == ["Приходьте в другий будинок."]
    assert len(second.answers_received()) == before


def test_something_harmless_is_put_under_it_knowingly(desk: Desk, soldier: Writer) -> None:
    second = forced_of(soldier, desk)

    assert desk.posts("second", soldier.case.number, text=HARMLESS) == 200

    assert second.answers_received()[-1].text == HARMLESS
    assert soldier.answers_received() == []
    desk.opens(soldier.case)
    assert "показано під другим кодом" in desk.words


def test_reading_goes_on_at_the_letter_without_an_answer_whatever_was_put_under_the_second(
    desk: Desk, soldier: Writer
) -> None:
    soldier.opens("May I come?")
    soldier.asks_for_second()
    desk.takes(soldier.case)
    letter = bytes(soldier.case.messages.get().envelope_id).hex()

    desk.posts("second", soldier.case.number, text=HARMLESS)

    assert re.findall(r'id="m-(\w+)" tabindex="-1" data-start', desk.screen) == [letter]


def test_what_cannot_be_shown_is_told_and_stays_in_its_field(desk: Desk, soldier: Writer) -> None:
    second = forced_of(soldier, desk)

    for text, why in (("", "Показувати нічого"), ("н" * 4001, "Задовго")):
        assert desk.posts("second", soldier.case.number, text=text) == 422
        assert why in desk.words
        assert text in desk.screen
    second.wipes()
    assert desk.posts("second", soldier.case.number, text=HARMLESS) == 422
    assert "Під другим кодом більше нічого не стоїть" in desk.words
    assert len(second.answers_received()) == 0


def test_a_wipe_under_it_is_told_and_the_case_is_there(desk: Desk, soldier: Writer) -> None:
    forced_of(soldier, desk).wipes()

    desk.opens(soldier.case)

    assert "Під ним просили все стерти" in desk.words
    assert "secret words" in desk.words
    assert "Поставити під нього" not in desk.words


def test_who_has_not_the_case_puts_nothing_under_it(desk: Desk, soldier: Writer) -> None:
    soldier.opens()
    second = soldier.asks_for_second()

    for number in (soldier.case.number, soldier.case.number + 1000):
        assert desk.posts("second", number, text=HARMLESS) == 409
        assert HARMLESS in desk.words
    assert len(second.answers_received()) == 1
    assert SecondCode.objects.count() == 1
