"""What an operator has begun to write: kept sealed, shown again to who owns the case, gone with the deed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from safeconduct.audit.models import Line
from safeconduct.handover.reaching.models import OutboxRow
from safeconduct.inner.cases import actions, lookups, opening, rules
from safeconduct.inner.cases.drafts import Begun
from safeconduct.inner.cases.errors import CaseClosed, NoSuchCase, NoSuchDraft, TextTooLong
from safeconduct.inner.cases.models import Case, Draft
from safeconduct.inner.operators.errors import NotAdmitted
from safeconduct.inner.operators.models import EpochWrap
from safeconduct.inner.operators.tests.stored import values_in_the_database
from tests.people import Colleague, Writer

WORDS = "недописане-речення-6174"


def taken(soldier: Writer, by: Colleague) -> Case:
    soldier.opens("letter")
    return actions.take(soldier.case, by=by.operator)


def lines() -> list[str]:
    return list(Line.objects.filter(store="appeals").order_by("seq").values_list("verb", flat=True))


def drafts_seen_by(colleague: Colleague, case: Case) -> list[tuple[str, Begun | None]]:
    conversation = opening.open_conversation(case, keys=colleague.keys)
    return [(one.draft.by.name, one.begun) for one in conversation.drafts]


def test_what_olena_began_is_there_when_she_opens_the_case_again(olena: Colleague, soldier: Writer) -> None:
    case = taken(soldier, olena)

    actions.keep_draft(case, Begun(WORDS, ("quiet-hours@3",)), by=olena.operator)

    assert drafts_seen_by(olena, case) == [("Олена", Begun(WORDS, ("quiet-hours@3",)))]


def test_a_draft_lies_nowhere_in_the_open_and_is_on_its_way_to_nobody(olena: Colleague, soldier: Writer) -> None:
    case = taken(soldier, olena)

    actions.keep_draft(case, Begun(WORDS), by=olena.operator)

    assert not any(WORDS.encode() in value for value in values_in_the_database())
    assert not OutboxRow.objects.exists()
    assert soldier.answers_received() == []


def test_each_saving_takes_the_place_of_the_last_and_leaves_no_line(olena: Colleague, soldier: Writer) -> None:
    case = taken(soldier, olena)
    before = lines()

    for words in ("a", "ab", "abc"):
        actions.keep_draft(case, Begun(words), by=olena.operator)
    actions.keep_draft(case, Begun("for the shift"), kind=Draft.NOTE, by=olena.operator)

    assert [begun for _, begun in drafts_seen_by(olena, case)] == [Begun("abc"), Begun("for the shift")]
    assert lines() == [*before, "case.read"], "opening the case is one line, drafts and all"


def test_a_draft_in_another_place_does_not_open(olena: Colleague, soldier: Writer) -> None:
    case = taken(soldier, olena)
    actions.keep_draft(case, Begun(WORDS), by=olena.operator)

    Draft.objects.update(draft_id=b"\x01" * 16)

    assert drafts_seen_by(olena, case) == [("Олена", None)]


@pytest.mark.parametrize("emptied", [Begun(""), Begun(" \n\t ")])
def test_an_emptied_draft_is_gone(olena: Colleague, soldier: Writer, emptied: Begun) -> None:
    case = taken(soldier, olena)
    actions.keep_draft(case, Begun(WORDS), by=olena.operator)

    actions.keep_draft(case, emptied, by=olena.operator)

    assert not Draft.objects.exists()


def test_a_sent_answer_and_a_kept_note_take_their_own_drafts_along(olena: Colleague, soldier: Writer) -> None:
    case = taken(soldier, olena)
    actions.keep_draft(case, Begun(WORDS), by=olena.operator)
    actions.keep_draft(case, Begun(WORDS), kind=Draft.NOTE, by=olena.operator)

    actions.answer(case, "an answer", by=olena.operator)
    assert list(Draft.objects.values_list("kind", flat=True)) == [Draft.NOTE]

    actions.note(case, "a note", by=olena.operator)
    assert not Draft.objects.exists()


def test_after_hand_over_taras_sees_what_olena_began_and_goes_on_with_it(
    olena: Colleague, taras: Colleague, soldier: Writer
) -> None:
    case = taken(soldier, olena)
    actions.keep_draft(case, Begun("Yes, both of", ("quiet-hours@3",)), by=olena.operator)
    actions.release(case, by=olena.operator)
    case = actions.take(case, by=taras.operator)
    assert drafts_seen_by(taras, case) == [("Олена", Begun("Yes, both of", ("quiet-hours@3",)))]
    actions.keep_draft(case, Begun("Good evening.\n"), by=taras.operator)

    hers = Draft.objects.get(by=olena.operator)
    actions.take_over_draft(case, bytes(hers.draft_id), keys=taras.keys)

    both = Begun("Good evening.\n\nYes, both of", ("quiet-hours@3",))
    assert drafts_seen_by(taras, case) == [("Тарас", both)]
    assert lines()[-2:] == ["case.draft_taken", "case.read"]


def test_taras_drops_what_olena_began_and_keeps_his_own(olena: Colleague, taras: Colleague, soldier: Writer) -> None:
    case = taken(soldier, olena)
    actions.keep_draft(case, Begun(WORDS), by=olena.operator)
    actions.release(case, by=olena.operator)
    case = actions.take(case, by=taras.operator)
    actions.keep_draft(case, Begun("mine"), by=taras.operator)
    hers, his = Draft.objects.get(by=olena.operator), Draft.objects.get(by=taras.operator)

    actions.drop_draft(case, bytes(hers.draft_id), by=taras.operator)

    assert drafts_seen_by(taras, case) == [("Тарас", Begun("mine"))]
    assert lines()[-2:] == ["case.draft_dropped", "case.read"]
    for missing in (hers.draft_id, his.draft_id, b"\x02" * 16):
        with pytest.raises(NoSuchDraft):
            actions.drop_draft(case, bytes(missing), by=taras.operator)


def test_what_does_not_open_is_not_taken_over_and_stays(olena: Colleague, taras: Colleague, soldier: Writer) -> None:
    case = taken(soldier, olena)
    actions.keep_draft(case, Begun(WORDS), by=olena.operator)
    actions.release(case, by=olena.operator)
    case = actions.take(case, by=taras.operator)
    EpochWrap.objects.filter(operator=taras.operator).delete()

    with pytest.raises(NoSuchDraft):
        actions.take_over_draft(case, bytes(Draft.objects.get().draft_id), keys=taras.keys)

    assert Draft.objects.get().by == olena.operator


def test_only_who_works_on_the_case_keeps_takes_or_drops(
    olena: Colleague, taras: Colleague, marta: Colleague, soldier: Writer
) -> None:
    case = taken(soldier, olena)
    actions.keep_draft(case, Begun(WORDS), by=olena.operator)
    draft_id = bytes(Draft.objects.get().draft_id)

    for stranger in (taras, marta):
        with pytest.raises(NoSuchCase):
            actions.keep_draft(case, Begun("not mine"), by=stranger.operator)
        with pytest.raises(NoSuchCase):
            actions.take_over_draft(case, draft_id, keys=stranger.keys)
        with pytest.raises(NoSuchCase):
            actions.drop_draft(case, draft_id, by=stranger.operator)
        with pytest.raises(NoSuchCase):
            opening.open_conversation(case, keys=stranger.keys)

    assert Draft.objects.get().by == olena.operator


def test_who_was_never_admitted_keeps_none(olena: Colleague, soldier: Writer) -> None:
    case = taken(soldier, olena)
    olena.operator.admissions.all().delete()

    with pytest.raises(NotAdmitted):
        actions.keep_draft(case, Begun(WORDS), by=olena.operator)


def test_what_is_longer_than_anybody_types_is_refused_and_the_last_draft_stays(
    olena: Colleague, soldier: Writer
) -> None:
    case = taken(soldier, olena)
    too_long_to_send = "x" * (rules.MOST_CHARACTERS + 1)
    actions.keep_draft(case, Begun(too_long_to_send), by=olena.operator)

    for far_too_long in (Begun("x" * (rules.MOST_OF_A_DRAFT + 1)), Begun("", ("y" * rules.MOST_OF_A_DRAFT, "z"))):
        with pytest.raises(TextTooLong):
            actions.keep_draft(case, far_too_long, by=olena.operator)

    assert drafts_seen_by(olena, case) == [("Олена", Begun(too_long_to_send))]


def test_with_the_case_its_drafts_are_erased(olena: Colleague, taras: Colleague, soldier: Writer) -> None:
    """However it ends: erased at the desk, wiped by the person, asked for in another way."""
    for erases in (
        lambda case: actions.erase(case, by=taras.operator),
        lambda case: soldier.wipes(at=timezone.now()),
        lambda case: actions.erase_as_asked(case.pk, by=(olena.operator, taras.operator)),
    ):
        case = taken(soldier, olena)
        actions.keep_draft(case, Begun(WORDS), by=olena.operator)
        actions.release(case, by=olena.operator)
        case = actions.take(case, by=taras.operator)
        actions.keep_draft(case, Begun(WORDS), by=taras.operator)

        erases(case)

        assert not Draft.objects.exists()


def test_a_case_that_is_closed_keeps_no_draft(olena: Colleague, soldier: Writer) -> None:
    case = taken(soldier, olena)
    actions.keep_draft(case, Begun(WORDS), by=olena.operator)

    actions.close(case, reason="silent", by=olena.operator)

    assert not Draft.objects.exists()
    with pytest.raises(CaseClosed):
        actions.keep_draft(case, Begun(WORDS), by=olena.operator)


def test_a_letter_of_after_a_wipe_begins_a_case_without_the_draft_of_before(olena: Colleague, soldier: Writer) -> None:
    case = taken(soldier, olena)
    actions.keep_draft(case, Begun(WORDS), by=olena.operator)
    before = soldier.sealed(soldier.header("erasure"), None, at=case.opened_at)
    soldier.writes("after the wipe", at=timezone.now() + timedelta(minutes=5))

    soldier.wipes(at=before.arrived_at + timedelta(minutes=1))

    assert soldier.case.pk != case.pk
    assert not Draft.objects.exists()
    assert lookups.row_for(olena.operator, soldier.case.pk)
