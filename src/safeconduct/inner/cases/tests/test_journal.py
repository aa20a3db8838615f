"""The journal of erasures: sealed, whole after a torn line, and what it does to what an old backup brought back."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import Settings

from safeconduct.handover.reaching.models import OutboxRow, ReceivedEnvelope
from safeconduct.inner.cases import actions, erasing, journal, lookups
from safeconduct.inner.cases.journal import Erasure
from safeconduct.inner.cases.models import Case, JournalLine, Message, Tombstone, Wipe
from tests.people import Colleague, Writer, minutes_ago


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> Path:
    settings.INNER_ERASURES = tmp_path / "erasures.journal"
    return tmp_path / "erasures.journal"


def written(file: Path) -> list[Erasure]:
    journal.write_down()
    erasures, unread = journal.read(file.read_bytes())
    assert unread == 0
    return erasures


def erased_and_back(soldier: Writer, file: Path) -> tuple[Erasure, int]:
    """Wiped, and then an older backup came back with the case in it."""
    number = soldier.case.number
    with transaction.atomic():
        soldier.wipes(at=minutes_ago(1))
        (erasure,) = written(file)
        transaction.set_rollback(True)
    assert Case.objects.filter(pk=number).exists()
    return erasure, number


def test_a_line_goes_into_the_file_once_and_its_row_goes(soldier: Writer, file: Path) -> None:
    letter = soldier.opens("May I come?")
    number = soldier.case.number
    soldier.wipes()
    assert JournalLine.objects.count() == 1

    assert [journal.write_down(), journal.write_down()] == [1, 0]

    (erasure,) = written(file)
    assert not JournalLine.objects.exists()
    assert (erasure.case, erasure.letters, erasure.envelopes) == (number, 1, (letter.id.hex(),))
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_file_alone_says_nothing_about_a_person(soldier: Writer, file: Path) -> None:
    letter = soldier.opens("May I come?")
    soldier.wipes()
    written(file)

    content = file.read_bytes()
    for told in (letter.id, *(thread.lookup for thread in soldier.threads)):
        assert told not in content
        assert told.hex().encode() not in content
    assert b"case" not in content


def test_an_erasure_that_was_taken_back_is_not_in_the_journal(soldier: Writer, file: Path) -> None:
    soldier.opens()

    with transaction.atomic():
        soldier.wipes()
        transaction.set_rollback(True)

    assert journal.write_down() == 0
    assert not file.exists()


def test_while_the_other_disk_is_away_lines_wait(soldier: Writer, settings: Settings, tmp_path: Path) -> None:
    settings.INNER_ERASURES = tmp_path / "away" / "erasures.journal"
    soldier.opens()
    soldier.wipes()

    with pytest.raises(OSError, match="away"):
        journal.write_down()

    (tmp_path / "away").mkdir()
    assert journal.write_down() == 1


def test_after_a_torn_line_the_next_one_is_whole(soldier: Writer, file: Path) -> None:
    Writer().wipes()
    journal.write_down()
    file.write_bytes(file.read_bytes()[:-40])
    soldier.opens()
    soldier.wipes()
    journal.write_down()

    erasures, unread = journal.read(file.read_bytes())

    assert unread == 1
    assert len(erasures) == 1
    assert erasures[0].letters == 1


def test_the_journal_of_another_site_does_not_open(soldier: Writer, file: Path, settings: Settings) -> None:
    soldier.wipes()
    journal.write_down()

    settings.INNER_SECRET = b"\x77" * 32

    assert journal.read(file.read_bytes()) == ([], 1)


def test_what_an_old_backup_brought_back_is_erased_again(olena: Colleague, soldier: Writer, file: Path) -> None:
    letter, other = soldier.opens("May I come?", at=minutes_ago(30)), Writer()
    other.opens("Somebody else.")
    actions.answer(actions.take(soldier.case, by=olena.operator), "Yes.", by=olena.operator)
    erasure, number = erased_and_back(soldier, file)

    assert erasing.erase_again(erasure)

    assert [case.number for case in Case.objects.all()] == [other.case.number]
    stone = Tombstone.objects.get(pk=number)
    assert (stone.erased_at.isoformat(), stone.letters, stone.answers) == (erasure.erased_at, 1, 1)
    proof = lookups.proof_of(number)
    assert proof.line is not None
    assert (proof.line.verb, proof.line.about_id) == ("case.erased_again", number)
    assert [(row.kind, bytes(row.dispatch_id).hex()) for row in OutboxRow.objects.all()] == [
        ("forget_answers", erasure.forgetting)
    ]
    assert ReceivedEnvelope.objects.filter(envelope_id=letter.id).exists(), "the front may hand it over once more"
    assert not erasing.erase_again(erasure), "twice is once"
    assert not JournalLine.objects.exists(), "it stands in the journal already"


def test_the_same_number_with_another_person_is_left_alone(soldier: Writer, file: Path) -> None:
    soldier.opens()
    erasure, _number = erased_and_back(soldier, file)
    other = Writer()
    other.opens("Somebody else.")
    theirs = replace(erasure, case=other.case.number)

    assert not erasing.erase_again(theirs)

    assert other.case.messages.count() == 1
    assert not Tombstone.objects.exists()


def test_a_case_that_the_backup_never_held_leaves_its_tombstone(soldier: Writer, file: Path) -> None:
    soldier.opens()
    erasure, number = erased_and_back(soldier, file)
    Case.objects.all().delete()

    assert not erasing.erase_again(erasure)

    assert Tombstone.objects.get().case_number == number


def test_a_repeated_wipe_spares_what_was_written_after_it_and_is_remembered(soldier: Writer, file: Path) -> None:
    soldier.opens("Gone.", at=minutes_ago(30))
    erasure, number = erased_and_back(soldier, file)
    later = soldier.writes("Kept.")

    assert erasing.erase_again(erasure)

    assert [bytes(message.envelope_id) for message in Message.objects.all()] == [later.id]
    assert soldier.case.number != number
    assert Wipe.objects.count() == len(soldier.threads)
