"""What a process of its own does for the tests of backup and restore: `python -m … ERRAND DATA`, JSON in and out."""

import json
import os
import resource
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import django

LETTERS = ["Можно ли прийти с братом?", "Чекаю на відповідь.", "Is anybody there?"]
FILE_BYTES = 3 * 1024 * 1024
# Long enough not to turn up by chance in a file written as base64.
LATE_NUMBER = 900_719_925_474_099


def make(data: Path, _given: Any) -> object:
    """A site with two holders, three letters, a file of 3 MiB, an answer, an erased case and an open session."""
    from safeconduct.inner.site.files import write_files

    url = "http://localhost:1"
    shares = write_files(data, purpose="bench", public_url=url, inner_url=url, handover_url=url)
    django.setup()
    from safeconduct.inner.site.ceremony import Holder, open_stores

    open_stores(data, holders=[Holder(name, name.title(), frozenset({"senior"}), "uk") for name in ("olena", "taras")])
    fill()
    return shares


def fill() -> None:
    from django.contrib.sessions.backends.db import SessionStore

    from safeconduct.handover.letters import FilePart
    from safeconduct.handover.reaching.models import ReceivedEnvelope
    from safeconduct.inner.cases import actions
    from safeconduct.inner.duty.alarms import break_glass
    from safeconduct.inner.operators.models import Operator
    from tests.people import Writer, put_on_shift

    olena = Operator.objects.get(username="olena")
    put_on_shift(olena)
    writers = [Writer() for _ in (*LETTERS, "erased")]
    letters = [writer.opens(words) for writer, words in zip(writers, (*LETTERS, "erased"), strict=True)]
    file = writers[0].sends_file(letters[0], FilePart("справка.pdf", "application/pdf", os.urandom(FILE_BYTES)))
    for envelope in (*letters, file):
        ReceivedEnvelope.objects.create(envelope_id=envelope.id, received_at=datetime.now(UTC))
    actions.answer(actions.take(writers[0].case, by=olena), "Так, обидва.", by=olena)
    actions.erase(actions.take(writers[-1].case, by=olena), by=olena)
    break_glass(writers[1].case.number, reason="checked", by=olena)
    session = SessionStore()
    session["seen"] = True
    session.save()


def back_up(_data: Path, given: Any) -> object:
    django.setup()
    from safeconduct.inner.site.backup import write_backup

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    summary = write_backup(Path(given))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return [summary.files, summary.rows, [id.hex() for id in summary.envelope_ids], grown]


def restore(data: Path, given: Any) -> object:
    from safeconduct.inner.site.errors import CannotRestore
    from safeconduct.inner.site.restore import read_backup

    file, shares, *journal = given
    try:
        summary = read_backup(Path(file), shares, data, journal="".join(journal).encode())
    except CannotRestore as refusal:
        return str(refusal)
    return [summary.files, summary.rows]


def lay_stones(_data: Path, given: Any) -> object:
    django.setup()
    from safeconduct.inner.site.tests.ageing.models import Stone

    for name in given:
        Stone(name=name, weight=-1).save()
    return None


def rows(_data: Path, _given: Any) -> object:
    """Every row of every table but the sessions, column by column, as Django reads it."""
    django.setup()
    from django.apps import apps

    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.label != "sessions.Session"]
    return {
        model._meta.db_table: [
            {column: plain(value) for column, value in row.items()}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in models
    }


def plain(value: Any) -> Any:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def letters(_data: Path, given: Any) -> object:
    """What the recovery shares alone can read."""
    django.setup()
    from safeconduct.handover.letters import open_letter
    from safeconduct.inner.cases.models import Message
    from safeconduct.inner.operators.models import EpochWrap
    from safeconduct.sealing.stores import join_recovery, unwrap_epoch

    wrap = EpochWrap.objects.get(operator=None)
    recovery = join_recovery(given)
    seed = unwrap_epoch(bytes(wrap.blob), store=wrap.epoch.store, epoch=wrap.epoch.number, seed=recovery)
    return [
        open_letter(
            bytes(message.sealed),
            epoch_seed=seed,
            store=wrap.epoch.store,
            lookup=bytes(message.thread.lookup),
            envelope_id=bytes(message.envelope_id),
        ).words
        for message in Message.objects.filter(direction=Message.IN).select_related("thread")
    ]


def next_case(_data: Path, _given: Any) -> object:
    """The number that the next case gets."""
    django.setup()
    from tests.people import Writer

    writer = Writer()
    writer.opens("after")
    return writer.case.number


def verify_audit(_data: Path, _given: Any) -> object:
    """What is wrong with the chains, and whether a line can be deleted."""
    django.setup()
    from django.db import Error

    from safeconduct.audit.models import Line
    from safeconduct.audit.verifying import verify

    problems = [problem.what for problem in verify()]
    try:
        Line.objects.all().delete()
    except Error:
        return [problems, "append-only"]
    return [problems, "open"]


def read_while_others_write(_data: Path, _given: Any) -> object:
    """Tombstones seen by a reading that began before another thread wrote one; and whether that thread could."""
    django.setup()
    from django.db import connection

    from safeconduct.inner.cases.models import Tombstone
    from safeconduct.inner.site.rows import lines_of_rows, one_moment

    def write() -> None:
        now = datetime.now(UTC)
        Tombstone.objects.create(case_number=LATE_NUMBER, erased_at=now, backups_gone_on=now.date())
        connection.close()

    other = threading.Thread(target=write)
    with one_moment():
        lines = lines_of_rows()
        first = next(lines)
        other.start()
        other.join()
        seen = b"".join([first, *lines])
    return [str(LATE_NUMBER).encode() in seen, Tombstone.objects.filter(case_number=LATE_NUMBER).exists()]


def tables(_data: Path, _given: Any) -> object:
    django.setup()
    from django.db import connection

    return connection.introspection.table_names()


if __name__ == "__main__":
    errand, data = sys.argv[1:]
    json.dump(globals()[errand](Path(data), json.loads(sys.stdin.read() or "null")), sys.stdout)
