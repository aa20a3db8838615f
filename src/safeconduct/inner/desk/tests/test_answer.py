"""The answer to the person: previewed and sent once, with statements that may be said, and no word lost on the way."""

import html
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from safeconduct.handover.letters import FilePart
from safeconduct.inner.cases import actions
from safeconduct.inner.cases.models import Case
from safeconduct.inner.cases.rules import MOST_CHARACTERS
from safeconduct.inner.desk.confirmed import library
from safeconduct.inner.desk.tests.conftest import Confirm
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.interview.confirmations import INTERFACE, Line, confirm, write_confirmations
from safeconduct.sealing.signify import read_secret_file
from tests.people import Colleague, Writer

LAW, COMMITMENT, OPERATORS_OWN = "food-water-clothes", "no-money", "op-no-promise"


def key_of(id: str) -> str:
    return f"{id}@{library().statements[id].version}"


def text_of(id: str, language: str) -> str:
    return library().statements[id].text[language]


@pytest.fixture
def case(desk: Desk, soldier: Writer, confirmed: Confirm) -> Case:
    """Olena's, of somebody who reads Russian."""
    soldier.opens("Здравствуйте")
    desk.takes(soldier.case)
    return soldier.case


def test_an_answer_is_previewed_and_then_reaches_the_person(desk: Desk, case: Case, soldier: Writer) -> None:
    desk.previews(case, "Не трогайтесь с места.")
    assert "Що побачить людина" in desk.words
    assert soldier.answers_received() == []

    desk.sends(case, "Не трогайтесь с места.")

    assert [answer.text for answer in soldier.answers_received()] == ["Не трогайтесь с места."]
    assert "Не трогайтесь с места." in desk.words
    assert "Чекаємо на людину 1" in desk.words


def test_the_composer_names_language_window_and_limit(desk: Desk, case: Case) -> None:
    desk.opens(case)

    assert "Людині, російською · прочитає, коли прийде з кодом" in desk.words
    assert "0 з 4\u202f000" in desk.screen


def test_a_statement_goes_along_with_its_label_version_and_source(desk: Desk, case: Case, soldier: Writer) -> None:
    desk.posts("answer", case.number, text="Вот право.", insert=key_of(LAW), once="1" * 32, seen=desk.seen)
    assert text_of(LAW, "ru") in html.unescape(desk.screen)
    assert text_of(LAW, "uk") in html.unescape(desk.screen)

    desk.answers(case, "Вот право.", statement=[key_of(LAW)])

    (answer,) = soldier.answers_received()
    (said,) = answer.statements
    assert (said.id, said.label, said.text) == (LAW, "right_by_law", text_of(LAW, "ru"))
    assert said.version == library().statements[LAW].version
    assert said.title == "Еда, вода, одежда"
    assert "Женевская конвенция" in said.source


def test_a_statement_alone_is_an_answer(desk: Desk, case: Case, soldier: Writer) -> None:
    desk.answers(case, "", statement=[key_of(COMMITMENT)])

    assert [one.id for one in soldier.answers_received()[0].statements] == [COMMITMENT]


def test_the_same_statement_twice_is_sent_once_and_can_be_taken_out(desk: Desk, case: Case, soldier: Writer) -> None:
    twice = [key_of(LAW), key_of(LAW), key_of(COMMITMENT)]
    desk.posts(
        "answer", case.number, text="x", statement=twice, leave_out=key_of(COMMITMENT), once="1" * 32, seen=desk.seen
    )
    assert desk.screen.count(f'name="statement" value="{key_of(LAW)}"') == 1
    assert f'name="statement" value="{key_of(COMMITMENT)}"' not in desk.screen

    desk.answers(case, "x", statement=twice)

    assert [one.id for one in soldier.answers_received()[0].statements] == [LAW, COMMITMENT]


def test_the_text_of_a_statement_cannot_be_changed_on_the_way(desk: Desk, case: Case, soldier: Writer) -> None:
    desk.answers(case, "x", statement=[key_of(LAW)], theirs="We promise you a house.", title="New")

    assert soldier.answers_received()[0].statements[0].text == text_of(LAW, "ru")


def test_the_picker_shows_both_languages_and_bars_what_may_not_be_said(
    desk: Desk, case: Case, confirmed: Confirm
) -> None:
    confirmed(without=lambda line: line.id in (LAW, COMMITMENT) and line.language == "ru")

    desk.posts("answer", case.number, text="typed before", step="pick", once="1" * 32)

    screen = html.unescape(desk.screen)
    assert text_of(OPERATORS_OWN, "ru") in screen
    assert text_of(OPERATORS_OWN, "uk") in screen
    assert f'name="insert" value="{key_of(OPERATORS_OWN)}"' in screen
    for barred in (LAW, COMMITMENT):
        assert f'value="{key_of(barred)}"' not in screen
        assert text_of(barred, "ru") not in screen
    assert "Не перевірено: російською." in screen
    assert "Штаб не підтвердив: російською." in screen
    assert "typed before" in screen


@pytest.mark.parametrize("step", ["write", "preview", "send"])
def test_a_barred_statement_cannot_be_slipped_in(
    desk: Desk, case: Case, soldier: Writer, confirmed: Confirm, step: str
) -> None:
    confirmed(without=lambda line: line.id == COMMITMENT and line.language == "ru")

    status = desk.posts(
        "answer", case.number, text="words", statement=[key_of(COMMITMENT), key_of(LAW)], step=step, once="1" * 32
    )

    assert status == 422
    assert soldier.answers_received() == []
    assert "Одне роз’яснення надсилати не можна" in desk.words
    assert "words" in desk.words
    assert f'name="statement" value="{key_of(LAW)}"' in desk.screen
    assert f'name="statement" value="{key_of(COMMITMENT)}"' not in desk.screen


@pytest.mark.parametrize("key", ["food-water-clothes@999", "no-such@1", "food-water-clothes", "@", ""])
def test_another_version_or_none_is_refused(desk: Desk, case: Case, soldier: Writer, key: str) -> None:
    status = desk.sends(case, "words", statement=[key])

    assert status == 422
    assert soldier.answers_received() == []


def test_without_a_good_signature_nothing_is_confirmed(desk: Desk, case: Case, settings: object) -> None:
    file = settings.INNER_CONFIRMATIONS  # type: ignore[attr-defined]
    file.write_bytes(file.read_bytes() + b"\n")

    desk.posts("answer", case.number, text="", step="pick", once="1" * 32)

    assert 'name="insert"' not in desk.screen


@pytest.mark.parametrize("text", ["", "   \n "])
def test_nothing_is_not_an_answer(desk: Desk, case: Case, soldier: Writer, text: str) -> None:
    for act in (desk.previews, desk.sends):
        assert act(case, text) == 422
        assert "Надсилати ще нічого" in desk.words
    assert soldier.answers_received() == []


def test_what_is_too_long_is_refused_and_kept(desk: Desk, case: Case, soldier: Writer) -> None:
    text = "ы" * (MOST_CHARACTERS + 1)

    assert desk.sends(case, text) == 422

    assert "Задовго: не більше 4\u202f000 знаків." in desk.screen
    assert text in desk.screen
    assert desk.answers(case, text[1:]) == 200
    assert len(soldier.answers_received()) == 1


def test_line_ends_are_counted_and_sent_as_one_sign(desk: Desk, case: Case, soldier: Writer) -> None:
    desk.answers(case, "one\r\ntwo")

    assert soldier.answers_received()[0].text == "one\ntwo"


def test_pressed_twice_it_is_sent_once(desk: Desk, case: Case, soldier: Writer) -> None:
    desk.previews(case, "once")

    for _ in range(2):
        desk.posts("answer", case.number, text="once", step="send", once="2" * 32, seen="1")

    assert len(soldier.answers_received()) == 1


def test_the_same_words_may_be_said_again_later(desk: Desk, case: Case, soldier: Writer) -> None:
    desk.answers(case, "Ждите.")
    desk.opens(case)
    desk.answers(case, "Ждите.")

    assert len(soldier.answers_received()) == 2


def test_an_answer_that_fails_may_be_tried_again_with_the_same_mark(
    desk: Desk, case: Case, soldier: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr("safeconduct.inner.desk.composing.actions.answer", breaks)
        with pytest.raises(RuntimeError):
            desk.posts("answer", case.number, text="again", step="send", once="3" * 32, seen="1")

    desk.posts("answer", case.number, text="again", step="send", once="3" * 32, seen="1")

    assert len(soldier.answers_received()) == 1


def test_without_a_mark_it_is_only_previewed(desk: Desk, case: Case, soldier: Writer) -> None:
    desk.posts("answer", case.number, text="no mark", step="send")

    assert soldier.answers_received() == []
    assert "Що побачить людина" in desk.words


@pytest.mark.parametrize("as_part", [False, True])
def test_an_answer_does_not_leave_past_a_letter_that_came_while_it_was_written(
    desk: Desk, case: Case, soldier: Writer, as_part: bool
) -> None:
    desk.previews(case, "All is well, wait.")
    seen = desk.seen
    soldier.writes("They are coming")

    send = desk.posts_part if as_part else desk.posts
    status = send("answer", case.number, text="All is well, wait.", step="send", once="6" * 32, seen=seen)

    assert status == 422
    assert "Людина тим часом написала ще раз." in desk.words
    assert "All is well, wait." in desk.words
    assert soldier.answers_received() == []
    assert soldier.case.clock_since is not None

    desk.sends(case, "Go now.")
    assert [answer.text for answer in soldier.answers_received()] == ["Go now."]


def test_a_file_that_came_meanwhile_holds_the_answer_up_as_well(desk: Desk, case: Case, soldier: Writer) -> None:
    letter = soldier.writes("A picture follows")
    desk.opens(case)
    desk.previews(case, "An answer")
    soldier.sends_file(letter, FilePart("a.png", "image/png", b"0"))

    assert desk.sends(case, "An answer") == 422
    assert soldier.answers_received() == []


Meanwhile = Callable[[Writer, Colleague, Colleague], None]


def taken_over(soldier: Writer, olena: Colleague, taras: Colleague) -> None:
    actions.release(soldier.case, by=olena.operator)
    actions.take(soldier.case, by=taras.operator)


def released(soldier: Writer, olena: Colleague, taras: Colleague) -> None:
    actions.release(soldier.case, by=olena.operator)


def closed(soldier: Writer, olena: Colleague, taras: Colleague) -> None:
    actions.close(soldier.case, reason="silent", by=olena.operator)


def erased(soldier: Writer, olena: Colleague, taras: Colleague) -> None:
    soldier.wipes()


@pytest.mark.parametrize(
    ("meanwhile", "sentence"),
    [
        (taken_over, "Цю справу тепер веде Тарас."),
        (released, "Ця справа тепер вільна."),
        (closed, "Цю справу тим часом закрито або стерто."),
        (erased, "Цю справу тим часом закрито або стерто."),
    ],
)
@pytest.mark.parametrize("as_part", [False, True])
def test_a_case_that_is_not_ones_own_any_more_keeps_the_words_on_the_page(
    desk: Desk,
    case: Case,
    soldier: Writer,
    olena: Colleague,
    taras: Colleague,
    meanwhile: Meanwhile,
    sentence: str,
    as_part: bool,
) -> None:
    desk.previews(case, "long thought over")
    meanwhile(soldier, olena, taras)

    send = desk.posts_part if as_part else desk.posts
    status = send("answer", case.number, text="long thought over", step="send", once="4" * 32)

    assert status == 409
    assert sentence in desk.words
    assert "long thought over" in desk.words
    assert soldier.answers_received() == []


def test_a_person_of_another_language_is_answered_in_english(desk: Desk, confirmed: Confirm) -> None:
    somebody = Writer(language="other")
    somebody.opens("Salam")
    desk.takes(somebody.case)

    desk.answers(somebody.case, "", statement=[key_of(LAW)])

    assert somebody.answers_received()[0].statements[0].text == text_of(LAW, "en")


def test_what_is_changed_in_the_operators_language_stays_the_persons(desk: Desk, case: Case, soldier: Writer) -> None:
    desk.posts("preferences", language="en")

    desk.previews(case, "", statement=[key_of(COMMITMENT)])

    assert "Обязательство этого штаба" in desk.words
    assert text_of(COMMITMENT, "ru") in html.unescape(desk.screen)


def test_a_site_says_only_what_the_headquarters_confirmed_with_the_lengths_of_time_that_it_set(
    desk: Desk, case: Case, settings: Settings, tmp_path: Path
) -> None:
    settings.INNER_PURPOSE = "site"
    settings.INNER_FRONT_CONFIG = tmp_path / "front.json"
    desk.posts("answer", case.number, step="pick", once="1" * 32)
    assert 'name="insert"' not in desk.screen
    assert "Називає строк, якого штаб не встановив." in desk.words

    confirms(settings, "when-we-answer", INTERFACE)
    settings.INNER_FRONT_CONFIG.write_text(json.dumps({"FRONT_TERM_HOURS": {"answer_term": 48}}))
    desk.posts("answer", case.number, step="pick", once="1" * 32)

    assert desk.screen.count('name="insert"') == 1
    assert f'value="{key_of("when-we-answer")}"' in desk.screen
    assert "за 48 часов" in desk.screen


def confirms(settings: Settings, *ids: str) -> None:
    key = read_secret_file((settings.INNER_SECRETS_DIR / "pages.sec").read_bytes())
    lines: tuple[Line, ...] = ()
    for id in ids:
        lines = confirm(library(), lines, id, "ru", kind="confirmed", by="The head", on=date(2026, 11, 22))
    write_confirmations(settings.INNER_CONFIRMATIONS, lines, key=key)
