"""Durable before "thank you": whatever happens to the main database, the letter is kept or the truth is told."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from safeconduct.handover.letters import Envelope
from safeconduct.handover.serving import actions, lookups
from safeconduct.handover.serving.actions import keep
from safeconduct.handover.serving.databases import MAIN, MAIN_RESTS, SPOOL, main_rests
from safeconduct.handover.serving.errors import NotStored
from safeconduct.handover.serving.models import KeptEnvelope, SeenNonce
from safeconduct.handover.serving.tests.places import (
    as_a_new_process,
    files_in,
    migrated,
    server_and_file,
)
from tests.databases import connected_to
from tests.envelopes import an_envelope
from tests.postgres import Cluster

# How long a person may have to wait for both databases together; the machine of the tests may be slow.
BEARABLE_SECONDS = 3.5


def kept(alias: str) -> set[bytes]:
    return {bytes(id) for id in KeptEnvelope.objects.using(alias).values_list("envelope_id", flat=True)}


@contextmanager
def held_by_another_process(file: Path) -> Iterator[None]:
    """Another process has begun to write and does not come to an end."""
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('BEGIN EXCLUSIVE'); print('held', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    try:
        yield
    finally:
        process.communicate()


def spoiled(file: Path) -> None:
    file.write_bytes(os.urandom(file.stat().st_size))


def test_letters_are_kept_in_the_main_database_as_they_are(files: Path) -> None:
    letter, photo = an_envelope(), an_envelope(file=b"\xff\xd8" + os.urandom(100_000))

    keep([letter, photo])

    assert lookups.waiting(MAIN, but_not=()) == [letter, photo]
    assert kept(SPOOL) == set()


def test_the_same_letter_again_changes_nothing(files: Path) -> None:
    first, again = an_envelope("once", id=b"i" * 16), an_envelope("twice", id=b"i" * 16)

    keep([first])
    keep([again])

    assert lookups.waiting(MAIN, but_not=()) == [first]


def test_what_is_written_with_a_letter_stands_or_falls_with_it(files: Path) -> None:
    def wipe_answers(alias: str) -> None:
        SeenNonce.objects.using(alias).create(nonce=b"n" * 16, seen_at="2026-03-01T00:00Z")
        raise KeyError

    with pytest.raises(KeyError):
        keep([an_envelope()], and_also=wipe_answers)

    assert not kept(MAIN)
    assert not SeenNonce.objects.using(MAIN).exists()


def test_another_process_holds_the_main_database_and_the_letter_goes_into_the_spool(files: Path) -> None:
    letter = an_envelope()
    wrote_to: list[str] = []

    with held_by_another_process(files / "front.sqlite3"):
        began = time.monotonic()
        keep([letter], and_also=wrote_to.append)
        waited = time.monotonic() - began

    assert kept(SPOOL) == {letter.id}
    assert wrote_to == [SPOOL]
    assert waited < BEARABLE_SECONDS


def test_while_the_main_database_rests_nobody_waits_for_it_and_then_it_is_asked_again(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with held_by_another_process(files / "front.sqlite3"):
        keep([an_envelope()])
        began = time.monotonic()
        keep([an_envelope()])
        assert time.monotonic() - began < 0.5
    assert len(kept(SPOOL)) == 2

    monkeypatch.setattr(time, "monotonic", lambda: began + MAIN_RESTS.total_seconds() + 1)
    later = an_envelope()
    keep([later])

    assert kept(MAIN) == {later.id}


def test_the_main_file_is_spoiled_and_the_letter_goes_into_the_spool(files: Path) -> None:
    as_a_new_process()
    spoiled(files / "front.sqlite3")
    letter = an_envelope()

    keep([letter])

    assert kept(SPOOL) == {letter.id}


def test_the_main_file_has_gone_and_the_letter_goes_into_the_spool(files: Path) -> None:
    as_a_new_process()
    (files / "front.sqlite3").unlink()
    letter = an_envelope()

    keep([letter])

    assert kept(SPOOL) == {letter.id}


def test_both_files_are_spoiled_and_the_truth_is_told(files: Path) -> None:
    as_a_new_process()
    spoiled(files / "front.sqlite3")
    spoiled(files / "spool.sqlite3")

    with pytest.raises(NotStored):
        keep([an_envelope()])


def test_what_may_not_go_into_the_spool_is_refused_when_the_main_database_is_held(files: Path) -> None:
    with held_by_another_process(files / "front.sqlite3"), pytest.raises(NotStored):
        keep([an_envelope()], spool=False)

    assert kept(SPOOL) == set()


def test_the_spool_is_held_as_well_and_the_truth_is_told_in_time(files: Path) -> None:
    with held_by_another_process(files / "front.sqlite3"), held_by_another_process(files / "spool.sqlite3"):
        began = time.monotonic()
        with pytest.raises(NotStored):
            keep([an_envelope()])
        assert time.monotonic() - began < BEARABLE_SECONDS


def test_a_letter_in_the_spool_is_pulled_acknowledged_and_forgotten_like_any_other(files: Path) -> None:
    with held_by_another_process(files / "front.sqlite3"):
        keep([letter := an_envelope()])
    main_rests.end()

    assert lookups.waiting(SPOOL, but_not=()) == [letter]
    actions.acknowledge([letter.id], now=letter.arrived_at)
    assert not lookups.is_waiting(SPOOL, but_not=())
    actions.forget([letter.id])

    assert kept(SPOOL) == set()
    # No trace of it stays in the file.
    assert letter.body not in (files / "spool.sqlite3").read_bytes()


def test_many_write_at_once_and_every_letter_is_kept(files: Path) -> None:
    """SQLite has one writer; the others wait for their turn, and none goes astray."""
    letters = [an_envelope() for _ in range(64)]

    def write(own: list[Envelope]) -> None:
        with connected_to(files_in(files)):
            for letter in own:
                keep([letter])

    threads = [threading.Thread(target=write, args=[letters[start::8]]) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert kept(MAIN) | kept(SPOOL) == {letter.id for letter in letters}


def test_keeping_a_letter_costs_little(files: Path) -> None:
    """The whole visit may cost 4 ms; a machine under load is given room."""
    letters = [an_envelope() for _ in range(200)]
    keep(letters[:1])

    began = time.process_time()
    for letter in letters[1:]:
        keep([letter])
    milliseconds = (time.process_time() - began) * 1000 / len(letters[1:])

    assert milliseconds < 1.0


@pytest.fixture
def server(postgres: Cluster, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Cluster]:
    """The main database is on a PostgreSQL server, migrated; this thread is connected to it."""
    places = server_and_file(postgres.new_database(), tmp_path)
    with django_db_blocker.unblock(), connected_to(places):
        migrated()
        yield postgres


def test_postgresql_keeps_letters_as_they_are(server: Cluster) -> None:
    letter = an_envelope()

    keep([letter])
    keep([letter])

    assert lookups.waiting(MAIN, but_not=()) == [letter]


def test_postgresql_is_stopped_the_spool_takes_over_and_it_comes_back(server: Cluster) -> None:
    before, meanwhile, after = an_envelope(), an_envelope(), an_envelope()
    keep([before])

    server.stop()
    try:
        keep([meanwhile])
    finally:
        server.start()
    main_rests.end()
    keep([after])

    assert kept(SPOOL) == {meanwhile.id}
    assert kept(MAIN) == {before.id, after.id}


def test_postgresql_is_frozen_and_nobody_waits_for_ever(server: Cluster) -> None:
    """Neither its own limits nor the system's help: it does not say a word."""
    keep([an_envelope()])
    letter = an_envelope()

    with frozen(server.server_pid):
        began = time.monotonic()
        keep([letter])
        waited = time.monotonic() - began

    assert kept(SPOOL) == {letter.id}
    assert waited < BEARABLE_SECONDS


@contextmanager
def frozen(server: int) -> Iterator[None]:
    """Stop the server and each of its processes, and let them go on afterwards."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    pids = [server, *map(int, children)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
