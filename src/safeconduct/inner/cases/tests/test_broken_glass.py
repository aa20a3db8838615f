"""A case that is another's is opened with a reason, for a short time, never in silence; and can be taken over."""

import pytest
from django.db import transaction
from django.utils import timezone

from safeconduct.audit.models import Line
from safeconduct.inner.cases import actions, lookups, opening, rules
from safeconduct.inner.cases.drafts import Begun
from safeconduct.inner.cases.errors import CasesError, NoSuchCase, UnknownReason
from safeconduct.inner.cases.models import BrokenGlass, Case, Message
from safeconduct.inner.operators.errors import NotAdmitted
from tests.people import Colleague, Writer, enrol, minutes_ago, put_on_shift


def breaks(colleague: Colleague, number: int, reason: str = "closed_by_mistake") -> list[BrokenGlass]:
    """Who was told of it."""
    told: list[BrokenGlass] = []
    actions.break_glass(number, reason=reason, by=colleague.operator, tell=told.append)
    return told


def closed_by(colleague: Colleague, person: Writer) -> Case:
    case = actions.take(person.case, by=colleague.operator)
    actions.close(case, reason="silent", by=colleague.operator)
    return person.case


def verbs() -> list[str]:
    return list(Line.objects.filter(store="appeals").order_by("seq").values_list("verb", flat=True))


def test_a_closed_case_is_read_again_with_a_reason_that_stands_in_the_audit(
    olena: Colleague, taras: Colleague, soldier: Writer
) -> None:
    soldier.opens("May I come?")
    number = closed_by(olena, soldier).number
    with pytest.raises(NoSuchCase):
        lookups.read_for(taras.operator, number)

    (glass,) = breaks(taras, number)

    conversation = opening.open_conversation(lookups.read_for(taras.operator, number), keys=taras.keys)
    assert [entry.letter.words for entry in conversation.entries if entry.letter] == ["May I come?"]
    line = Line.objects.get(verb="glass.closed_by_mistake")
    assert (line.actor, line.about_kind, line.about_id) == (taras.operator.pk, "case", number)
    assert verbs()[-2:] == ["glass.closed_by_mistake", "case.read"]
    assert glass.until - glass.at == rules.GLASS_STAYS_BROKEN
    with pytest.raises(NoSuchCase):
        lookups.read_for(olena.operator, number)


def test_it_opens_the_one_case_for_reading_and_for_nothing_else(
    olena: Colleague, taras: Colleague, soldier: Writer
) -> None:
    soldier.opens()
    other = Writer()
    other.opens()
    case, another = (actions.take(one.case, by=olena.operator) for one in (soldier, other))
    breaks(taras, case.number, "checked")

    assert lookups.read_for(taras.operator, case.number) == case
    with pytest.raises(NoSuchCase):
        lookups.read_for(taras.operator, another.number)
    with pytest.raises(NoSuchCase):
        lookups.case_for(taras.operator, case.number)
    for deed in (
        lambda: actions.answer(case, "Yes.", by=taras.operator),
        lambda: actions.note(case, "Kind.", by=taras.operator),
        lambda: actions.release(case, by=taras.operator),
        lambda: actions.close(case, reason="silent", by=taras.operator),
        lambda: actions.erase(case, by=taras.operator),
        lambda: opening.note_print(case, keys=taras.keys),
    ):
        with pytest.raises(NoSuchCase):
            deed()
    assert soldier.case.owner == olena.operator


def test_who_reads_under_glass_leaves_the_letter_unread_for_the_desk(
    olena: Colleague, taras: Colleague, soldier: Writer
) -> None:
    soldier.opens()
    case = actions.take(soldier.case, by=olena.operator)
    breaks(taras, case.number, "danger")

    opening.open_conversation(case, keys=taras.keys)

    assert soldier.case.read_at is None


@pytest.mark.parametrize("ends", ["after half an hour", "going off shift", "suspended"])
def test_it_is_over_after_a_short_time_and_with_the_shift(
    olena: Colleague, taras: Colleague, nadia: Colleague, soldier: Writer, ends: str
) -> None:
    soldier.opens()
    number = closed_by(olena, soldier).number
    breaks(nadia, number)

    if ends == "after half an hour":
        BrokenGlass.objects.update(until=timezone.now())
    elif ends == "going off shift":
        actions.release_all_of(nadia.operator, by=nadia.operator)
    else:
        nadia.operator.suspended_at = timezone.now()

    with pytest.raises(NoSuchCase):
        lookups.read_for(nadia.operator, number)
    with pytest.raises(NoSuchCase):
        opening.open_conversation(soldier.case, keys=taras.keys)
    with pytest.raises(NoSuchCase):
        actions.take_over(soldier.case, by=nadia.operator)


def test_no_glass_breaks_in_silence(taras: Colleague, soldier: Writer) -> None:
    soldier.opens()

    def nobody_hears(_glass: BrokenGlass) -> None:
        raise OSError("the bell is broken")

    with pytest.raises(OSError, match="bell"), transaction.atomic():
        actions.break_glass(soldier.case.number, reason="danger", by=taras.operator, tell=nobody_hears)

    assert not BrokenGlass.objects.exists()
    assert "glass.danger" not in verbs()


def test_a_number_that_leads_nowhere_is_broken_and_told_of_alike(
    olena: Colleague, taras: Colleague, soldier: Writer
) -> None:
    soldier.opens()
    closed = closed_by(olena, soldier).number
    erased = Writer()
    erased.opens()
    wiped = erased.case.number
    erased.wipes()

    for number in (closed, wiped, wiped + 1000):
        (glass,) = breaks(taras, number)
        assert glass.case_number == number
        assert Line.objects.filter(verb="glass.closed_by_mistake", about_id=number).count() == 1

    for number in (wiped, wiped + 1000):
        with pytest.raises(NoSuchCase):
            lookups.read_for(taras.operator, number)


def test_while_it_stays_broken_it_is_broken_once(taras: Colleague, soldier: Writer) -> None:
    soldier.opens()

    assert len(breaks(taras, soldier.case.number)) == 1
    assert breaks(taras, soldier.case.number) == []


@pytest.mark.parametrize(
    ("number", "reason", "refusal"),
    [
        (1, "curious", UnknownReason),
        (0, "danger", NoSuchCase),
        (2**63, "danger", NoSuchCase),
    ],
)
def test_what_is_no_reason_and_what_is_no_number(
    taras: Colleague, number: int, reason: str, refusal: type[CasesError]
) -> None:
    with pytest.raises(refusal):
        breaks(taras, number, reason)

    assert not BrokenGlass.objects.exists()


def test_who_is_not_on_shift_or_not_admitted_breaks_nothing(olena: Colleague, marta: Colleague) -> None:
    put_on_shift(marta.operator)
    petro = enrol("petro", "Петро", "supervisor")
    for nobody in (marta, petro):
        with pytest.raises(NoSuchCase):
            breaks(nobody, 1)

    put_on_shift(petro.operator)
    with pytest.raises(NotAdmitted):
        breaks(petro, 1)


# --- taking over


def test_a_case_that_was_closed_by_mistake_is_reopened_and_its_clock_goes_on(
    olena: Colleague, taras: Colleague, soldier: Writer
) -> None:
    soldier.opens(at=minutes_ago(50))
    since = soldier.case.clock_since
    closed_by(olena, soldier)
    breaks(taras, soldier.case.number)

    actions.take_over(lookups.read_for(taras.operator, soldier.case.number), by=taras.operator)

    case = soldier.case
    assert (case.is_open, case.closed_because, case.owner) == (True, "", taras.operator)
    assert (case.clock, case.clock_since) == ("first_answer", since)
    assert verbs()[-1] == "case.reopened"
    actions.answer(case, "Yes.", by=taras.operator)
    assert [answer.text for answer in soldier.answers_received()] == ["Yes."]


def test_reopened_after_our_answer_it_waits_for_the_person_and_after_his_letter_for_us(
    olena: Colleague, taras: Colleague
) -> None:
    for writes_again, clock in ((False, "none"), (True, "next_answer")):
        person = Writer()
        person.opens(at=minutes_ago(50))
        case = actions.take(person.case, by=olena.operator)
        actions.answer(case, "Yes.", by=olena.operator)
        if writes_again:
            person.writes()
        actions.close(case, reason="silent", by=olena.operator)
        breaks(taras, case.number)

        actions.take_over(case, by=taras.operator)

        assert person.case.clock == clock
        if writes_again:
            assert person.case.clock_since == person.case.messages.filter(direction=Message.IN).latest("pk").at


def test_a_case_of_a_colleague_who_is_gone_is_taken_over_and_answered(
    olena: Colleague, taras: Colleague, soldier: Writer
) -> None:
    soldier.opens()
    case = actions.take(soldier.case, by=olena.operator)
    breaks(taras, case.number, "colleague_gone")

    assert actions.take_over(case, by=taras.operator) == actions.take_over(case, by=taras.operator)

    assert soldier.case.owner == taras.operator
    assert verbs().count("case.handed_over") == 1
    with pytest.raises(NoSuchCase):
        actions.answer(case, "Yes.", by=olena.operator)


def test_reopened_it_waits_for_us_where_only_the_second_code_was_shown_something(
    olena: Colleague, taras: Colleague, soldier: Writer
) -> None:
    """What stands under a second code is no answer: the person has none, and our clock ran on."""
    asked_at = minutes_ago(40)
    soldier.opens("May I come?", at=asked_at)
    soldier.asks_for_second()
    case = actions.take(soldier.case, by=olena.operator)
    actions.show_under_second(case, "The pump has come.", by=olena.operator)
    before = soldier.case
    closed_by(olena, soldier)
    breaks(taras, case.number)

    actions.take_over(lookups.read_for(taras.operator, case.number), by=taras.operator)

    after = soldier.case
    assert (after.clock, after.clock_since) == (before.clock, before.clock_since)
    assert after.clock == rules.FIRST_ANSWER


def test_who_reads_under_glass_reads_no_draft_of_who_has_the_case(
    olena: Colleague, taras: Colleague, soldier: Writer
) -> None:
    soldier.opens()
    case = actions.take(soldier.case, by=olena.operator)
    actions.keep_draft(case, Begun("half a sentence"), by=olena.operator)
    breaks(taras, case.number, "colleague_gone")
    (draft,) = case.drafts.all()

    read = opening.open_conversation(lookups.read_for(taras.operator, case.number), keys=taras.keys)
    with pytest.raises(NoSuchCase):
        actions.take_over_draft(case, bytes(draft.draft_id), keys=taras.keys)
    with pytest.raises(NoSuchCase):
        actions.keep_draft(case, Begun("mine"), by=taras.operator)

    assert read.drafts == ()
    taken = actions.take_over(case, by=taras.operator)
    (begun,) = opening.open_conversation(taken, keys=taras.keys).drafts
    assert begun.begun == Begun("half a sentence")
    with pytest.raises(NoSuchCase):
        actions.keep_draft(case, Begun("half a sentence more"), by=olena.operator)


def test_nothing_is_taken_over_without_broken_glass(olena: Colleague, taras: Colleague, soldier: Writer) -> None:
    soldier.opens()
    case = actions.take(soldier.case, by=olena.operator)

    with pytest.raises(NoSuchCase):
        actions.take_over(case, by=taras.operator)
    actions.close(case, reason="silent", by=olena.operator)
    with pytest.raises(NoSuchCase):
        actions.take_over(case, by=taras.operator)


# --- the queue is the shift's


def test_who_is_not_on_shift_sees_no_queue_and_takes_nothing(olena: Colleague, taras: Colleague) -> None:
    person = Writer()
    person.opens()
    late = enrol("petro", "Петро", "operator")

    assert lookups.queue(late.operator).waiting_for_us.count == 0
    assert lookups.changed_since(late.operator, 0).numbers == frozenset()
    with pytest.raises(NoSuchCase):
        actions.take(person.case, by=late.operator)
    with pytest.raises(CasesError):
        actions.take_next(by=late.operator)
    with pytest.raises(NoSuchCase):
        lookups.row_for(late.operator, person.case.number)
    assert lookups.queue(olena.operator).waiting_for_us.count == 1


def test_who_asks_for_a_number_is_noted_whatever_comes_of_it(olena: Colleague, soldier: Writer) -> None:
    soldier.opens()
    for number in (soldier.case.number, soldier.case.number + 1, 10**30):
        actions.seek(number, by=olena.operator)

    sought = Line.objects.filter(verb="case.sought").order_by("seq")
    assert [(line.actor, line.about_id) for line in sought] == [
        (olena.operator.pk, soldier.case.number),
        (olena.operator.pk, soldier.case.number + 1),
        (olena.operator.pk, None),
    ]
