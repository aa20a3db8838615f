"""What Olena and Taras do with cases, and what is refused to each."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from safeconduct.audit.models import Line
from safeconduct.handover.letters import Said
from safeconduct.handover.reaching.models import OutboxRow
from safeconduct.inner.cases import actions, lookups, opening, rules
from safeconduct.inner.cases.errors import (
    CaseClosed,
    NoSuchCase,
    NothingSaid,
    NothingWaiting,
    TakenByAnother,
    TextTooLong,
    UnknownDanger,
    UnknownReason,
)
from safeconduct.inner.cases.models import Case, Message, Note
from safeconduct.inner.operators.errors import NotAdmitted
from safeconduct.inner.operators.models import Operator
from tests.people import Colleague, Headquarters, Writer, enrol, minutes_ago, put_on_shift

STATEMENT = Said("treatment.humane", 3, "right by law", "Treatment", "You are protected.", "GC III art. 13")


def last_line() -> tuple[str, int | None, int | None]:
    line = Line.objects.filter(store="appeals").latest("seq")
    return line.verb, line.actor, line.about_id


def waits(minutes: float, **told: str) -> Writer:
    person = Writer()
    person.opens(at=minutes_ago(minutes), **told)
    return person


def test_the_next_case_is_the_most_in_danger_and_then_the_longest_waiting(olena: Colleague) -> None:
    calm_long, calm = waits(300), waits(200)
    soon = waits(20, danger="soon")
    now_later, now = waits(5, danger="now"), waits(10, danger="now")

    taken = [actions.take_next(by=olena.operator) for _ in range(5)]

    assert taken == [person.case for person in (now, now_later, soon, calm_long, calm)]
    with pytest.raises(NothingWaiting):
        actions.take_next(by=olena.operator)


def test_a_case_is_given_to_one_only(olena: Colleague, taras: Colleague, soldier: Writer) -> None:
    soldier.opens()
    row = lookups.row_for(taras.operator, soldier.case.number)

    case = actions.take_next(by=olena.operator)

    assert last_line() == ("case.taken", olena.operator.pk, case.number)
    with pytest.raises(NothingWaiting):
        actions.take_next(by=taras.operator)
    with pytest.raises(TakenByAnother):
        actions.take(row, by=taras.operator)
    assert actions.take(row, by=olena.operator) == case, "again by the owner: nothing"
    assert soldier.case.owner == olena.operator


def test_marta_gets_no_case(marta: Colleague, olena: Colleague, soldier: Writer) -> None:
    soldier.opens()

    with pytest.raises(NothingWaiting):
        actions.take_next(by=marta.operator)
    with pytest.raises(NoSuchCase):
        actions.take(soldier.case, by=marta.operator)

    assert soldier.case.owner is None
    assert actions.take_next(by=olena.operator)


def test_an_answer_reaches_the_soldier_and_our_copy_is_sealed(olena: Colleague, soldier: Writer) -> None:
    soldier.opens("May I come with my brother?")
    case = actions.take_next(by=olena.operator)

    message = actions.answer(case, "  Yes, both of you.\n", statements=[STATEMENT], by=olena.operator)

    (answer,) = soldier.answers_received()
    assert (answer.text, answer.statements) == ("Yes, both of you.", (STATEMENT,))
    assert answer.written_on == timezone.localdate()
    again = soldier.case
    assert (again.clock, again.clock_since, again.owner) == ("none", None, olena.operator)
    assert last_line() == ("case.answered", olena.operator.pk, case.number)
    assert b"both" not in bytes(message.sealed)
    assert all(b"both" not in bytes(row.payload) for row in OutboxRow.objects.all())
    assert opening.open_message(message, keys=olena.keys).answer == answer


def test_an_answer_is_on_its_way_until_the_front_has_taken_it(olena: Colleague, soldier: Writer) -> None:
    soldier.opens()
    case = actions.take_next(by=olena.operator)
    message = actions.answer(case, "Yes.", by=olena.operator)
    assert lookups.on_their_way(case) == {bytes(message.envelope_id).hex()}

    OutboxRow.objects.update(pushed_at=timezone.now())

    assert lookups.on_their_way(case) == set()


def test_statements_alone_are_an_answer(olena: Colleague, soldier: Writer) -> None:
    soldier.opens()

    actions.answer(actions.take_next(by=olena.operator), "", statements=[STATEMENT], by=olena.operator)

    assert soldier.answers_received()[0].statements == (STATEMENT,)


def test_after_our_answer_the_next_letter_starts_another_clock(olena: Colleague, soldier: Writer) -> None:
    soldier.opens(at=minutes_ago(60))
    actions.answer(actions.take_next(by=olena.operator), "Yes.", by=olena.operator)
    at = minutes_ago(0).replace(second=0, microsecond=0)

    soldier.writes(at=at)

    assert (soldier.case.clock, soldier.case.clock_since) == ("next_answer", at)


def test_a_note_stays_with_us(olena: Colleague, soldier: Writer) -> None:
    soldier.opens()
    case = actions.take_next(by=olena.operator)

    kept = actions.note(case, "Call his mother's lawyer.", by=olena.operator)

    assert last_line() == ("case.noted", olena.operator.pk, case.number)
    assert soldier.answers_received() == []
    assert not OutboxRow.objects.exists()
    assert not Message.objects.filter(direction="out").exists()
    assert b"lawyer" not in bytes(kept.sealed)
    assert [note.text for note in opening.open_conversation(case, keys=olena.keys).notes] == [
        "Call his mother's lawyer."
    ]


def test_his_word_is_shown_only_after_ours_was_given(olena: Colleague, soldier: Writer) -> None:
    soldier.opens()
    case = actions.take_next(by=olena.operator)
    words = opening.words_of(case, keys=olena.keys)
    assert words is not None
    assert (words.ours, words.his) == ("ластівка", None)

    actions.our_word_given(case, by=olena.operator)

    assert last_line()[0] == "case.word_given"
    words = opening.words_of(lookups.case_for(olena.operator, case.number), keys=olena.keys)
    assert words is not None
    assert words.his == "криниця"


def test_a_case_without_its_opening_has_no_words(olena: Colleague, soldier: Writer) -> None:
    soldier.writes()

    assert opening.words_of(actions.take_next(by=olena.operator), keys=olena.keys) is None


@pytest.mark.parametrize("reason", rules.REASONS)
def test_a_case_is_closed_with_a_reason(olena: Colleague, soldier: Writer, reason: str) -> None:
    soldier.opens()
    case = actions.take_next(by=olena.operator)
    actions.answer(case, "Ми вас чуємо", by=olena.operator)

    actions.close(case, reason=reason, by=olena.operator)

    closed = soldier.case
    assert (closed.is_open, closed.closed_because, closed.owner, closed.clock) == (False, reason, None, "none")
    assert last_line() == ("case.closed", olena.operator.pk, case.number)
    with pytest.raises(NoSuchCase):
        lookups.case_for(olena.operator, case.number)


def test_no_reason_says_that_somebody_came(olena: Colleague, soldier: Writer) -> None:
    soldier.opens()
    case = actions.take_next(by=olena.operator)

    for reason in ("came", "received", "surrendered", "", "ANSWERED"):
        with pytest.raises(UnknownReason):
            actions.close(case, reason=reason, by=olena.operator)

    assert soldier.case.is_open


def test_a_released_case_waits_for_the_next_operator(olena: Colleague, taras: Colleague, soldier: Writer) -> None:
    soldier.opens()
    case = actions.take_next(by=olena.operator)

    actions.release(case, by=olena.operator)

    assert last_line() == ("case.released", olena.operator.pk, case.number)
    assert actions.take_next(by=taras.operator) == case


def test_danger_may_be_judged_up_and_down(olena: Colleague, soldier: Writer) -> None:
    soldier.opens(danger="now")
    case = actions.take_next(by=olena.operator)

    actions.judge_danger(case, "none", by=olena.operator)

    assert soldier.case.danger == "none"
    with pytest.raises(UnknownDanger):
        actions.judge_danger(case, "extreme", by=olena.operator)


DEEDS: dict[str, Callable[[Case, Colleague], object]] = {
    "answer": lambda case, who: actions.answer(case, "Yes.", by=who.operator),
    "note": lambda case, who: actions.note(case, "Yes.", by=who.operator),
    "release": lambda case, who: actions.release(case, by=who.operator),
    "close": lambda case, who: actions.close(case, reason="silent", by=who.operator),
    "erase": lambda case, who: actions.erase(case, by=who.operator),
    "our word": lambda case, who: actions.our_word_given(case, by=who.operator),
    "danger": lambda case, who: actions.judge_danger(case, "now", by=who.operator),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_each_deed_is_for_the_owner_alone(headquarters: Headquarters, soldier: Writer, deed: str) -> None:
    soldier.opens()
    case = actions.take_next(by=headquarters.olena.operator)

    for other in (headquarters.taras, headquarters.marta):
        with pytest.raises(NoSuchCase):
            DEEDS[deed](case, other)

    DEEDS[deed](case, headquarters.olena)


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_is_done_with_a_closed_case(olena: Colleague, soldier: Writer, deed: str) -> None:
    soldier.opens()
    case = actions.take_next(by=olena.operator)
    actions.close(case, reason="silent", by=olena.operator)

    with pytest.raises(CaseClosed):
        DEEDS[deed](case, olena)
    with pytest.raises(CaseClosed):
        actions.take(case, by=olena.operator)


@pytest.mark.parametrize("deed", DEEDS)
def test_nothing_is_done_with_a_case_that_was_erased_meanwhile(olena: Colleague, soldier: Writer, deed: str) -> None:
    soldier.opens()
    case = actions.take_next(by=olena.operator)
    soldier.wipes()

    with pytest.raises(NoSuchCase):
        DEEDS[deed](case, olena)


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_that_breaks_off_has_not_happened(
    olena: Colleague, soldier: Writer, deed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    soldier.opens()
    case = actions.take_next(by=olena.operator)

    def stored() -> list[object]:
        return [list(kept._default_manager.values()) for kept in (Case, Message, Note, OutboxRow, Line)]

    before = stored()

    def power_fails(*_args: object, **_how: object) -> None:
        raise OSError("power")

    monkeypatch.setattr(actions, "record", power_fails)
    monkeypatch.setattr("safeconduct.inner.cases.erasing.record", power_fails)

    with pytest.raises(OSError, match="power"):
        DEEDS[deed](case, olena)

    assert stored() == before


@pytest.mark.parametrize(("text", "refusal"), [("", NothingSaid), (" \n\t", NothingSaid), ("x" * 4001, TextTooLong)])
def test_an_answer_and_a_note_have_a_length(
    olena: Colleague, soldier: Writer, text: str, refusal: type[Exception]
) -> None:
    soldier.opens()
    case = actions.take_next(by=olena.operator)

    with pytest.raises(refusal) as answered:
        actions.answer(case, text, by=olena.operator)
    with pytest.raises(refusal):
        actions.note(case, text, by=olena.operator)

    assert "x" not in str(answered.value)
    assert not Message.objects.filter(direction="out").exists()
    assert actions.answer(case, "x" * 4000, by=olena.operator)


def test_the_database_itself_refuses_what_must_never_be(olena: Colleague, soldier: Writer) -> None:
    soldier.opens()
    case = actions.take_next(by=olena.operator)
    rows, letters = Case.objects.filter(pk=case.pk), Message.objects.filter(case=case)
    now, released = timezone.now(), {"owner": None, "clock": "none", "clock_since": None}
    wrong: list[Callable[[], object]] = [
        lambda: rows.update(danger="dire"),
        lambda: rows.update(language="xx"),
        lambda: rows.update(about="target"),
        lambda: rows.update(clock="none"),
        lambda: rows.update(clock_since=None),
        lambda: rows.update(closed_because="answered"),
        lambda: rows.update(closed_at=now),
        lambda: rows.update(closed_at=now, closed_because="answered"),
        lambda: rows.update(closed_at=now, closed_because="came", **released),
        lambda: rows.update(closed_at=now, closed_because="answered", **released | {"owner": olena.operator}),
        lambda: rows.update(closed_because="answered", **released),
        lambda: letters.update(by=olena.operator),
        lambda: letters.update(direction="out"),
        lambda: letters.update(direction="up"),
    ]

    for write in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_whom_no_two_holders_admitted_takes_no_case(headquarters: Headquarters, soldier: Writer) -> None:
    nadia = enrol("nadia", "Надія", "operator")
    put_on_shift(nadia.operator)
    soldier.opens()

    with pytest.raises(NotAdmitted):
        actions.take_next(by=nadia.operator)
    with pytest.raises(NotAdmitted):
        actions.take(soldier.case, by=nadia.operator)

    assert soldier.case.owner is None


@pytest.mark.parametrize(
    "deed",
    [
        lambda case, by: actions.answer(case, "Come to the bridge.", by=by),
        lambda case, by: actions.note(case, "A note.", by=by),
        lambda case, by: actions.close(case, reason="silent", by=by),
        lambda case, by: actions.erase(case, by=by),
    ],
)
def test_whom_no_two_holders_admitted_speaks_for_nobody(
    olena: Colleague, soldier: Writer, deed: Callable[[Case, Operator], object]
) -> None:
    """Sealing needs no key: without this, a row written by hand would answer in the name of the headquarters."""
    soldier.opens()
    case = actions.take_next(by=olena.operator)
    olena.operator.admissions.all().delete()

    with pytest.raises(NotAdmitted):
        deed(case, olena.operator)

    assert soldier.case.is_open
    assert soldier.answers_received() == []
