"""What is erased is gone: rows, answers on the front, answers on the way, and what the files still held."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from safeconduct.audit.models import Line
from safeconduct.handover.letters import FilePart
from safeconduct.handover.reaching.models import OutboxRow
from safeconduct.handover.wire import fields_of
from safeconduct.inner.cases import actions, erasing, lookups
from safeconduct.inner.cases.models import Attachment, Case, Message, Note, Thread, Tombstone
from tests.people import Colleague, Writer

EVERYTHING = (Case, Thread, Message, Attachment, Note)
# The same in a process of its own, with a database in a file: what stands in the file is the question.
ON_DISK = """
import json, sys, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from pathlib import Path
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
    assert grave.backups_gone_on == (grave.erased_at + timedelta(days=30)).date()
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
    monkeypatch.setattr(erasing, "_files_cleared", lambda: False)
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


def test_a_backup_term_is_counted_in_days_from_the_erasure(soldier: Writer, settings: Settings) -> None:
    settings.INNER_BACKUP_TERM_DAYS = 7
    soldier.opens()

    soldier.wipes()

    assert Tombstone.objects.get().backups_gone_on == timezone.now().date() + timedelta(days=7)
