"""What is erased is gone: rows, answers on the front, answers on the way, and what the files still held."""

import itertools
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from safeconduct.audit.models import Line
from safeconduct.handover.letters import FilePart
from safeconduct.handover.reaching.models import OutboxRow
from safeconduct.handover.wire import fields_of
from safeconduct.inner.cases import actions, erasing, lookups, opening
from safeconduct.inner.cases.models import Attachment, Case, Message, Note, Thread, Tombstone, Wipe
from tests.people import Colleague, Writer, arrives, minutes_ago
from tests.postgres import Cluster

# On a server: which limit of time stands while each table is cleared, and which one afterwards.
ON_SERVER = """
import json, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.db import connection
from safeconduct.inner.cases import actions, erasing
from tests.people import Writer, new_headquarters

def limit():
    with connection.connection.cursor() as cursor:
        return cursor.execute("SHOW statement_timeout").fetchone()[0]

def watch(execute, statement, *rest):
    if statement.startswith("VACUUM"):
        limits.append(limit())
    return execute(statement, *rest)

new_headquarters()
limits, soldier = [], Writer()
soldier.opens()
soldier.wipes()
with connection.execute_wrapper(watch):
    swept = erasing.sweep()
print(json.dumps({"swept": swept, "limits": sorted(set(limits)), "after": limit()}))
"""
EVERYTHING = (Case, Thread, Message, Attachment, Note)
# The same in a process of its own, with a database in a file: what stands in the file is the question.
ON_DISK = """
import json, sys, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from pathlib import Path
from unittest.mock import patch
from django.conf import settings
from safeconduct.handover.letters import FilePart
from safeconduct.handover.reaching.models import OutboxRow
from safeconduct.inner.cases import actions, erasing
from safeconduct.inner.cases.models import Attachment, Message, Note
from tests.people import Writer, new_headquarters

olena, soldier = new_headquarters().olena.operator, Writer()
letter = soldier.opens("May I come?")
file = soldier.sends_file(letter, FilePart("a.jpg", "image/jpeg", bytes(200_000)))
case = actions.take_next(by=olena)
actions.note(case, "A note.", by=olena)
actions.answer(case, "Yes.", by=olena)
needles = [bytes(row.sealed)[64:128] for kept in (Message, Attachment, Note) for row in kept.objects.all()]
needles += [thread.lookup for thread in soldier.threads]
folder = Path(settings.DATABASES["default"]["NAME"]).parent

def on_disk():
    content = b"".join(file.read_bytes() for file in folder.iterdir())
    return [needle in content for needle in needles]

before = on_disk()
(actions.erase(case, by=olena) if sys.argv[1] == "operator" else soldier.wipes())
# What the front is to forget names the threads until it is told; then the worker empties the row.
OutboxRow.objects.update(payload=b"")
swept = erasing.sweep()
print(json.dumps({"before": before, "swept": swept, "after": on_disk()}))
"""


def full_case(olena: Colleague, soldier: Writer) -> Case:
    letter = soldier.opens("May I come?")
    soldier.sends_file(letter, FilePart("a.jpg", "image/jpeg", b"picture"))
    case = actions.take_next(by=olena.operator)
    actions.note(case, "A note.", by=olena.operator)
    actions.answer(case, "Yes.", by=olena.operator)
    return case


def test_when_the_person_wipes_everything_of_the_case_goes(
    olena: Colleague, soldier: Writer, settings: Settings
) -> None:
    settings.INNER_BACKUP_TERM_DAYS = 30
    other = Writer()
    number = full_case(olena, soldier).number
    other.opens("Somebody else.")

    soldier.wipes()

    assert not Case.objects.filter(pk=number).exists()
    for kept in (Thread, Message, Attachment, Note):
        assert set(kept._default_manager.values_list("case", flat=True)) <= {other.case.number}
    grave = Tombstone.objects.get()
    assert (grave.case_number, grave.swept_at) == (number, None)
    assert grave.backups_gone_on == (timezone.localtime(grave.erased_at) + timedelta(days=30)).date()
    line = Line.objects.get(verb="case.erased")
    assert (line.actor, line.about_id) == (None, number)


def test_the_front_is_told_to_forget_and_an_answer_on_its_way_is_taken_back(olena: Colleague, soldier: Writer) -> None:
    full_case(olena, soldier)
    assert [row.kind for row in OutboxRow.objects.all()] == ["answer"]

    soldier.wipes()

    (row,) = OutboxRow.objects.all()
    assert row.kind == "forget_answers"
    assert fields_of(bytes(row.payload)) == {"lookups": b"".join(thread.lookup for thread in soldier.threads)}


def test_the_front_is_told_every_thread_of_the_case(olena: Colleague, soldier: Writer) -> None:
    soldier.opens()
    soldier.peppers = (b"\x0c" * 32, *soldier.peppers)
    soldier.writes()

    soldier.wipes()

    lookups_told = fields_of(bytes(OutboxRow.objects.get().payload))["lookups"]
    assert isinstance(lookups_told, bytes)
    assert {lookups_told[:32], lookups_told[32:]} == {thread.lookup for thread in soldier.threads}


def test_an_erasure_under_an_unknown_code_does_nothing(soldier: Writer) -> None:
    soldier.wipes()

    assert not Tombstone.objects.exists()
    assert not OutboxRow.objects.exists()
    assert not Line.objects.filter(about_kind="case").exists()


def test_an_operator_erases_a_case(olena: Colleague, soldier: Writer) -> None:
    case = full_case(olena, soldier)

    actions.erase(case, by=olena.operator)

    assert all(not kept._default_manager.exists() for kept in EVERYTHING)
    assert Line.objects.get(verb="case.erased").actor == olena.operator.pk


def test_the_number_of_an_erased_case_is_never_given_again(olena: Colleague, soldier: Writer) -> None:
    number = full_case(olena, soldier).number
    soldier.wipes()

    soldier.opens("From the beginning.")

    assert soldier.case.number > number


def test_who_writes_again_after_wiping_begins_a_case_that_is_not_ours(olena: Colleague, soldier: Writer) -> None:
    full_case(olena, soldier)
    soldier.wipes()

    soldier.writes("I changed my mind.")

    assert not soldier.case.is_code_ours
    assert lookups.queue(olena.operator).waiting_for_us.rows == [soldier.case]


def test_a_letter_from_before_the_wipe_that_comes_late_is_not_kept(soldier: Writer) -> None:
    held_up = soldier.sealed_letter("What I want gone.", act="opening", at=minutes_ago(30))
    file = soldier.sealed_file(held_up.id, FilePart("a.jpg", "image/jpeg", b"picture"))
    file = replace(file, arrived_at=held_up.arrived_at)

    soldier.wipes(at=minutes_ago(10))
    arrives(held_up)
    arrives(file)

    assert all(not kept._default_manager.exists() for kept in EVERYTHING)
    assert [line.verb for line in Line.objects.filter(store="appeals").order_by("seq")][-2:] == ["envelope.refused"] * 2


def test_a_letter_from_after_the_wipe_is_kept(soldier: Writer) -> None:
    soldier.wipes(at=minutes_ago(10))

    soldier.writes("From the beginning.", at=minutes_ago(9))

    assert soldier.case.messages.count() == 1


def test_a_letter_of_the_same_minute_as_the_wipe_is_kept_since_nobody_knows(soldier: Writer) -> None:
    soldier.wipes()

    soldier.writes("Perhaps afterwards.")

    assert soldier.case.messages.count() == 1


def test_one_persons_wipe_touches_no_other_person(soldier: Writer) -> None:
    other = Writer()
    held_up = other.sealed_letter("Mine.", act="opening", at=minutes_ago(30))

    soldier.wipes()
    arrives(held_up)

    assert other.case.messages.count() == 1


def test_a_wipe_that_comes_late_spares_what_was_written_after_it(olena: Colleague, soldier: Writer) -> None:
    number = full_case(olena, soldier).number
    Message.objects.update(at=minutes_ago(30))
    Attachment.objects.update(at=minutes_ago(30))
    later = soldier.writes("I write again.", at=minutes_ago(5))

    soldier.wipes(at=minutes_ago(20))

    begun = soldier.case
    assert begun.number > number
    assert (begun.owner, begun.clock, begun.is_code_ours) == (None, "first_answer", False)
    assert begun.clock_since == later.arrived_at
    assert [bytes(message.envelope_id) for message in Message.objects.all()] == [later.id]
    assert not Attachment.objects.exists()
    assert not Note.objects.exists()
    assert Tombstone.objects.get().case_number == number
    case = actions.take_next(by=olena.operator)
    (entry,) = opening.open_conversation(case, keys=olena.keys).entries
    assert entry.letter is not None
    assert entry.letter.words == "I write again."


def test_in_whatever_order_letters_and_a_wipe_come_what_was_written_after_it_is_left(soldier: Writer) -> None:
    first = soldier.sealed_letter("Gone.", act="opening", at=minutes_ago(40))
    picture = replace(
        soldier.sealed_file(first.id, FilePart("a.jpg", "image/jpeg", b"picture")), arrived_at=first.arrived_at
    )
    second = soldier.sealed_letter("Gone, too.", act="writing", at=minutes_ago(30))
    wipe = soldier.sealed(soldier.header("erasure"), None, at=minutes_ago(20))
    last = soldier.sealed_letter("Kept.", act="writing", at=minutes_ago(10))

    for order in itertools.permutations((first, second, wipe, last)):
        with transaction.atomic():
            for envelope in (*order, picture):
                arrives(envelope)
            case = Case.objects.get()
            assert [bytes(message.envelope_id) for message in Message.objects.all()] == [last.id]
            assert not Attachment.objects.exists()
            assert (case.clock_since, case.last_word_at) == (last.arrived_at, last.arrived_at)
            assert not case.is_code_ours
            transaction.set_rollback(True)


def test_a_wipe_is_remembered_without_naming_the_thread_and_not_for_ever(soldier: Writer) -> None:
    newer, older = (soldier.sealed(soldier.header("erasure"), None, at=minutes_ago(ago)) for ago in (10, 20))
    arrives(newer)
    arrives(older)

    remembered = Wipe.objects.get()

    assert remembered.wiped_at == newer.arrived_at
    assert bytes(remembered.mark) not in {thread.lookup for thread in soldier.threads}
    Wipe.objects.update(wiped_at=timezone.now() - timedelta(days=61))
    erasing.sweep()
    assert not Wipe.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_sweep_is_done_once_for_each_case(olena: Colleague, soldier: Writer) -> None:
    assert erasing.sweep() == 0
    full_case(olena, soldier)
    soldier.wipes()

    assert erasing.sweep() == 1

    assert Tombstone.objects.get().swept_at is not None
    assert erasing.sweep() == 0


@pytest.mark.django_db(transaction=True)
def test_files_that_could_not_be_cleared_are_cleared_the_next_time(
    olena: Colleague, soldier: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_case(olena, soldier)
    soldier.wipes()
    monkeypatch.setattr(erasing, "clear_files", lambda *_tables: False)
    assert erasing.sweep() == 0
    monkeypatch.undo()

    assert erasing.sweep() == 1


@pytest.mark.parametrize("who", ["operator", "person"])
def test_nothing_of_an_erased_case_is_left_in_the_files(tmp_path: Path, who: str) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings_inner",
        "INNER_DATABASE_URL": f"sqlite:///{tmp_path / 'inner.sqlite3'}",
    }

    done = subprocess.run([sys.executable, "-c", ON_DISK, who], env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["swept"] == 1
    assert told["before"] == [True] * len(told["before"]), "the search finds what is there"
    assert told["after"] == [False] * len(told["after"])


def test_a_server_has_the_time_it_takes_to_clear_large_tables() -> None:
    cluster = Cluster()
    try:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings_inner",
            "INNER_DATABASE_URL": cluster.new_database(),
        }
        done = subprocess.run([sys.executable, "-c", ON_SERVER], env=environment, capture_output=True, text=True)
    finally:
        cluster.remove()

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"swept": 1, "limits": ["0"], "after": "9s"}


def test_a_backup_term_is_counted_in_days_from_the_erasure(soldier: Writer, settings: Settings) -> None:
    settings.INNER_BACKUP_TERM_DAYS = 7
    soldier.opens()

    soldier.wipes()

    assert Tombstone.objects.get().backups_gone_on == timezone.localdate() + timedelta(days=7)


def test_the_day_is_counted_by_the_clock_of_the_headquarters(soldier: Writer) -> None:
    """Half past midnight in Kyiv is still yesterday in Greenwich: a backup would outlive the day that was named."""
    half_past_midnight = datetime(2026, 6, 1, 21, 30, tzinfo=UTC)

    soldier.opens()

    with patch("django.utils.timezone.now", lambda: half_past_midnight):
        soldier.wipes()

    assert Tombstone.objects.get().backups_gone_on == date(2026, 7, 2)
