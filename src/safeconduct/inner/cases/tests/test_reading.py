"""Who sees which row, who reads which words; and that a list never shows what the object would refuse."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from safeconduct.audit.models import Line
from safeconduct.handover.letters import FileNote, FilePart
from safeconduct.inner.cases import actions, lookups, opening, rules
from safeconduct.inner.cases.errors import NoSuchCase
from safeconduct.inner.cases.models import Case, Message
from safeconduct.inner.operators import actions as operators
from safeconduct.inner.operators.errors import NotAdmitted
from safeconduct.sealing.envelopes import CannotOpen
from tests.people import Colleague, Headquarters, Writer, arrives, minutes_ago


def may_open(colleague: Colleague, number: int) -> bool:
    try:
        return lookups.case_for(colleague.operator, number).number == number
    except NoSuchCase:
        return False


def test_a_case_is_read_by_its_owner_alone_and_missing_looks_like_forbidden(
    headquarters: Headquarters, soldier: Writer
) -> None:
    soldier.opens()
    number = soldier.case.number
    assert not may_open(headquarters.olena, number), "before it is taken it is a row of the queue and no more"

    actions.take_next(by=headquarters.olena.operator)

    assert may_open(headquarters.olena, number)
    refusals = []
    for who, asked in ((headquarters.taras, number), (headquarters.marta, number), (headquarters.olena, number + 1)):
        with pytest.raises(NoSuchCase) as refused:
            lookups.case_for(who.operator, asked)
        refusals.append(refused.value)
    assert [refusal.args for refusal in refusals] == [(number,), (number,), (number + 1,)]


def test_a_suspended_operator_reads_nothing(olena: Colleague, nadia: Colleague, soldier: Writer) -> None:
    soldier.opens()
    case = actions.take_next(by=olena.operator)

    operators.suspend(olena.operator, by=None)

    assert not may_open(olena, case.number)
    assert lookups.queue(olena.operator).waiting_for_us.rows == []


def test_the_queue_has_four_groups_ranked_by_danger_and_waiting(olena: Colleague) -> None:
    def waits(minutes: float, **told: str) -> int:
        person = Writer()
        person.opens(at=minutes_ago(minutes), **told)
        return person.case.number

    calm, soon, now = waits(90), waits(10, danger="soon"), waits(1, danger="now")
    answered, asleep = waits(50, danger="now"), waits(60)
    for number in (answered, asleep):
        case = actions.take(lookups.row_for(olena.operator, number), by=olena.operator)
        actions.answer(case, "Yes.", by=olena.operator)
    Case.objects.filter(pk=asleep).update(last_word_at=timezone.now() - rules.ASLEEP_AFTER - timedelta(minutes=1))

    queue = lookups.queue(olena.operator)

    groups = (queue.danger_now, queue.waiting_for_us, queue.waiting_for_person, queue.asleep)
    assert [[case.number for case in group.rows] for group in groups] == [[now], [soon, calm], [answered], [asleep]]
    assert [group.count for group in groups] == [1, 2, 1, 1]
    assert queue.waiting_for_person.rows[0].owner == olena.operator


def test_a_long_list_is_cut_and_its_length_is_told(olena: Colleague, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "MOST_ROWS", 2)
    for _ in range(3):
        Writer().opens()

    group = lookups.queue(olena.operator).waiting_for_us

    assert (len(group.rows), group.count) == (2, 3)


def test_the_queue_costs_the_same_few_questions_however_long_it_is(
    olena: Colleague, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        Writer().opens()
    olena.operator.may_hold("appeals")

    with django_assert_num_queries(8):
        marks = [case.is_code_ours for case in lookups.queue(olena.operator).waiting_for_us.rows]

    assert marks == [True] * 5


@pytest.mark.parametrize(
    ("danger", "minutes", "is_late"),
    [
        ("now", 14, False),
        ("now", 16, True),
        ("soon", 59, False),
        ("soon", 61, True),
        ("none", 479, False),
        ("none", 481, True),
    ],
)
def test_a_row_is_late_when_its_danger_says_so(
    olena: Colleague, soldier: Writer, danger: str, minutes: int, is_late: bool
) -> None:
    soldier.opens(at=minutes_ago(minutes), danger=danger)

    assert soldier.case.is_late is is_late
    actions.answer(actions.take_next(by=olena.operator), "Yes.", by=olena.operator)
    assert not soldier.case.is_late


def test_what_changed_is_told_once_and_readings_are_no_change(
    olena: Colleague, taras: Colleague, marta: Colleague, soldier: Writer
) -> None:
    cursor = lookups.queue(olena.operator).cursor
    assert lookups.changed_since(olena.operator, cursor) == lookups.Changes(cursor, frozenset())

    soldier.opens()
    other = Writer()
    other.opens()
    changes = lookups.changed_since(olena.operator, cursor)
    assert changes.numbers == {soldier.case.number, other.case.number}
    assert changes.cursor == lookups.queue(olena.operator).cursor

    case = actions.take(soldier.case, by=taras.operator)
    taken = lookups.changed_since(olena.operator, changes.cursor)
    assert taken.numbers == {case.number}

    opening.open_conversation(case, keys=taras.keys)
    assert lookups.changed_since(olena.operator, taken.cursor) == lookups.Changes(taken.cursor, frozenset())

    soldier.wipes()
    assert lookups.changed_since(olena.operator, taken.cursor).numbers == {case.number}
    assert lookups.changed_since(marta.operator, 0) == lookups.Changes(0, frozenset())


def test_a_conversation_is_opened_whole_and_leaves_one_line(olena: Colleague, soldier: Writer) -> None:
    picture = FilePart("brother.jpg", "image/jpeg", b"\xff\xd8 picture")
    file_id, late_id = b"\x01" * 16, b"\x02" * 16
    files = (FileNote(file_id, "brother.jpg", "image/jpeg", 10), FileNote(late_id, "late.pdf", "application/pdf", 9))
    letter = soldier.opens("May I come?", files=files, at=minutes_ago(5))
    soldier.sends_file(letter, picture, id=file_id)
    case = actions.take_next(by=olena.operator)
    actions.answer(case, "Yes.", by=olena.operator)
    actions.note(case, "Kind.", by=olena.operator)
    before = Line.objects.count()

    conversation = opening.open_conversation(case, keys=olena.keys)

    assert Line.objects.count() == before + 1
    line = Line.objects.latest("seq")
    assert (line.verb, line.actor, line.about_id) == ("case.read", olena.operator.pk, case.number)
    letter_entry, answer_entry = conversation.entries
    assert letter_entry.letter is not None
    assert letter_entry.letter.words == "May I come?"
    assert letter_entry.letter.answers == {"where": "home"}
    there, on_its_way = letter_entry.files
    assert there.attachment is not None
    assert (there.note.name, on_its_way.attachment) == ("brother.jpg", None)
    assert answer_entry.answer is not None
    assert answer_entry.answer.text == "Yes."
    assert [note.text for note in conversation.notes] == ["Kind."]
    assert conversation.words == opening.Words("ластівка", None)
    assert opening.open_attachment(there.attachment, keys=olena.keys) == picture
    assert Line.objects.latest("seq").verb == "case.file_read"


def test_nobody_opens_what_he_may_not_read_and_nothing_is_noted(headquarters: Headquarters, soldier: Writer) -> None:
    soldier.opens()
    case = actions.take_next(by=headquarters.olena.operator)
    message = lookups.message_for(case, bytes(case.messages.get().envelope_id).hex())
    before = Line.objects.count()

    with pytest.raises(NoSuchCase):
        opening.open_conversation(case, keys=headquarters.taras.keys)
    with pytest.raises(NoSuchCase):
        opening.open_message(message, keys=headquarters.taras.keys)
    with pytest.raises(NoSuchCase):
        opening.words_of(case, keys=headquarters.marta.keys)

    assert Line.objects.count() == before


def test_who_is_not_admitted_any_more_opens_nothing(olena: Colleague, soldier: Writer) -> None:
    soldier.opens()
    case = actions.take_next(by=olena.operator)
    olena.operator.admissions.all().delete()

    with pytest.raises(NotAdmitted):
        opening.open_conversation(case, keys=olena.keys)


def test_the_reading_is_recorded_even_if_nothing_opens(olena: Colleague, soldier: Writer) -> None:
    soldier.opens()
    case = actions.take_next(by=olena.operator)
    Message.objects.update(sealed=b"\x01 damaged")

    (entry,) = opening.open_conversation(case, keys=olena.keys).entries

    assert entry.is_closed
    assert Line.objects.latest("seq").verb == "case.read"


def test_one_damaged_letter_hides_no_other(olena: Colleague, soldier: Writer) -> None:
    first = soldier.opens("First.", at=minutes_ago(9))
    soldier.writes("Second.")
    Message.objects.filter(envelope_id=first.id).update(sealed=b"\x01 damaged")

    conversation = opening.open_conversation(actions.take_next(by=olena.operator), keys=olena.keys)

    letters = [entry.letter.words if entry.letter else None for entry in conversation.entries]
    assert letters == [None, "Second."]


def test_a_letter_moved_into_another_case_does_not_open_there(olena: Colleague, soldier: Writer) -> None:
    soldier.opens("Mine.")
    other = Writer()
    other.opens("Other.")
    Message.objects.filter(case=other.case).update(case=soldier.case, thread=soldier.case.threads.get())
    case = actions.take(soldier.case, by=olena.operator)

    entries = opening.open_conversation(case, keys=olena.keys).entries

    assert sorted(entry.letter.words if entry.letter else "" for entry in entries) == ["", "Mine."]


def test_letters_of_an_older_epoch_still_open(olena: Colleague, taras: Colleague, soldier: Writer) -> None:
    soldier.opens("Before.", at=minutes_ago(9))
    operators.open_epoch("appeals", by=(olena.keys, taras.keys))
    soldier.writes("After.")

    conversation = opening.open_conversation(actions.take_next(by=olena.operator), keys=olena.keys)

    assert [entry.letter.words for entry in conversation.entries if entry.letter] == ["Before.", "After."]
    assert [entry.message.epoch for entry in conversation.entries] == [1, 2]


def test_a_damaged_file_is_one_refusal(olena: Colleague, soldier: Writer) -> None:
    letter = soldier.opens()
    file = soldier.sends_file(letter, FilePart("a", "b", b"c"))
    case = actions.take_next(by=olena.operator)
    attachment = lookups.attachment_for(case, file.id.hex())
    attachment.sealed = bytes(attachment.sealed)[:-1]

    with pytest.raises(CannotOpen):
        opening.open_attachment(attachment, keys=olena.keys)


@pytest.mark.parametrize("id", ["", "zz", "00" * 16, "я"])
def test_a_part_that_is_not_of_this_case_is_no_part(olena: Colleague, soldier: Writer, id: str) -> None:
    soldier.opens()
    case = actions.take_next(by=olena.operator)

    with pytest.raises(NoSuchCase):
        lookups.message_for(case, id)
    with pytest.raises(NoSuchCase):
        lookups.attachment_for(case, id)


def test_files_without_their_letter_are_shown_apart(olena: Colleague, soldier: Writer) -> None:
    letter = soldier.sealed_letter("Later.", act="opening")
    file = soldier.sends_file(letter, FilePart("a", "b", b"c"))
    case = actions.take_next(by=olena.operator)
    assert [bytes(one.envelope_id) for one in opening.open_conversation(case, keys=olena.keys).loose_files] == [file.id]

    arrives(letter)

    assert opening.open_conversation(case, keys=olena.keys).loose_files == ()
