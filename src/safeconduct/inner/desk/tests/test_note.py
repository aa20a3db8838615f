"""A note is for the shift: kept apart, and on no way at all to the person."""

from typing import Any

import pytest
from django.urls import get_resolver
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from safeconduct.handover.reaching.models import OutboxRow
from safeconduct.inner.cases import actions
from safeconduct.inner.cases.models import Message, Note
from safeconduct.inner.cases.rules import MOST_CHARACTERS
from safeconduct.inner.desk.tests.conftest import Confirm
from safeconduct.inner.desk.tests.desk import Desk
from tests.people import Colleague, Writer

NOTE = "Голос спокойный, не торопить"


def test_a_note_is_kept_and_shown_to_who_has_the_case_next(desk: Desk, soldier: Writer) -> None:
    soldier.opens()
    desk.takes(soldier.case)

    desk.keeps_note(soldier.case, NOTE)

    assert NOTE in desk.words
    assert "Лише для зміни. Звідси нічого не можна надіслати." in desk.words
    assert soldier.answers_received() == []
    assert not OutboxRow.objects.exists()


def test_as_a_part_only_the_empty_field_comes_back(desk: Desk, soldier: Writer) -> None:
    soldier.opens("secret words")
    desk.takes(soldier.case)

    status = desk.posts_part("note", soldier.case.number, note=NOTE)

    assert status == 200
    assert NOTE not in desk.screen
    assert "secret words" not in desk.screen
    assert desk.page["HX-Trigger"] == "look"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "Порожню нотатку не збережено."), ("н" * (MOST_CHARACTERS + 1), "Задовго: не більше 4000 знаків.")],
)
@pytest.mark.parametrize("as_part", [False, True])
def test_a_refused_note_says_why_and_stays_in_its_field(
    desk: Desk, soldier: Writer, text: str, sentence: str, as_part: bool
) -> None:
    soldier.opens()
    desk.takes(soldier.case)

    keep = desk.posts_part if as_part else desk.posts
    status = keep("note", soldier.case.number, note=text)

    assert status == 422
    assert sentence in desk.words
    assert text in desk.screen
    assert not Note.objects.exists()


@pytest.mark.parametrize("as_part", [False, True])
def test_a_note_on_a_case_of_somebody_else_is_not_kept_but_not_lost(
    desk: Desk, soldier: Writer, olena: Colleague, as_part: bool
) -> None:
    soldier.opens()
    desk.takes(soldier.case)
    actions.close(soldier.case, reason="silent", by=olena.operator)

    keep = desk.posts_part if as_part else desk.posts
    status = keep("note", soldier.case.number, note=NOTE)

    assert status == 409
    assert NOTE in desk.screen
    assert not Note.objects.exists()


def test_before_take_no_note_is_shown_and_none_can_be_written(desk: Desk, soldier: Writer) -> None:
    soldier.opens()
    desk.takes(soldier.case)
    desk.keeps_note(soldier.case, NOTE)
    desk.posts("release", soldier.case.number)

    desk.opens(soldier.case)

    assert NOTE not in desk.screen
    assert 'id="note"' not in desk.screen


def test_a_note_stands_in_no_preview(desk: Desk, soldier: Writer) -> None:
    soldier.opens()
    desk.takes(soldier.case)
    desk.keeps_note(soldier.case, NOTE)

    desk.posts_part("answer", soldier.case.number, text="An answer", step="preview", once="0" * 32, note="Another note")

    assert "An answer" in desk.words
    assert NOTE not in desk.screen
    assert "Another note" not in desk.screen


# --- on no way at all

CASE_NAMES = sorted(
    {
        str(name)
        for name, entries in get_resolver("safeconduct.inner.desk.urls").reverse_dict.lists()
        if isinstance(name, str) and entries[0][0][0][1] == ["number"]
    }
)
MARK = "нотатка-позначка"
FIELDS = ("note", "note_text", "text_note", "noteform", "n")


def test_all_deeds_of_a_case_are_among_those_that_are_tried() -> None:
    assert {"answer", "note", "close", "release", "take", "words", "danger"} <= set(CASE_NAMES)


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(CASE_NAMES),
    fields=st.lists(st.sampled_from(FIELDS), max_size=3),
    step=st.sampled_from(["", "write", "pick", "preview", "send", "note", "keep"]),
    text=st.sampled_from(["", "An answer"]),
    is_part=st.booleans(),
    once=st.sampled_from(["5" * 32, ""]),
)
@example(name="answer", fields=list(FIELDS), step="send", text="An answer", is_part=False, once="6" * 32)
@example(name="answer", fields=list(FIELDS), step="send", text="An answer", is_part=True, once="7" * 32)
@example(name="answer", fields=list(FIELDS), step="send", text="", is_part=False, once="8" * 32)
def test_whatever_is_posted_a_note_never_leaves(
    desk: Desk,
    soldier: Writer,
    confirmed: Confirm,
    name: str,
    fields: list[str],
    step: str,
    text: str,
    is_part: bool,
    once: str,
) -> None:
    if not Message.objects.filter(direction="in").exists():
        soldier.opens("Hello")
    desk.takes(soldier.case)
    desk.keeps_note(soldier.case, MARK)
    posted: dict[str, Any] = dict.fromkeys(fields, MARK) | {"step": step, "text": text, "once": once, "seen": "1"}

    (desk.posts_part if is_part else desk.posts)(name, soldier.case.number, **posted)

    assert Note.objects.exists()
    sent = soldier.answers_received()
    assert sent or (name, step, text) != ("answer", "send", "An answer") or not once
    for answer in sent:
        assert answer.text == "An answer"
        assert MARK not in repr(answer)
    assert OutboxRow.objects.exclude(kind="answer").count() == 0
