"""A disk that is full to the last byte still takes letters, because room was taken for them beforehand."""

import fcntl
import logging
import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from safeconduct.handover.serving import actions, lookups, spool
from safeconduct.handover.serving.actions import keep
from safeconduct.handover.serving.databases import MAIN, SPOOL
from safeconduct.handover.serving.errors import NotStored, SpoolNotReady
from safeconduct.handover.serving.models import KeptEnvelope
from safeconduct.handover.serving.tests.places import as_a_new_process, files_in, migrated
from tests.databases import connected_to
from tests.envelopes import an_envelope

MIB = 1024 * 1024
SPOOL_MIB = 24
VOLUME_MIB = 40


@pytest.fixture(autouse=True)
def small_spool(settings: Settings) -> None:
    settings.FRONT_SPOOL_MIB = SPOOL_MIB


@pytest.fixture
def volume(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """A small volume of its own, with both files on it."""
    if os.geteuid() != 0:
        pytest.fail("This test mounts a small volume and fills it: run it as root.")
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={VOLUME_MIB}m", "tmpfs", tmp_path], check=True)
    try:
        with django_db_blocker.unblock(), connected_to(files_in(tmp_path)):
            migrated()
            yield tmp_path
    finally:
        # Lazily: a cursor that Python has not yet collected may still hold a file open.
        subprocess.run(["umount", "--lazy", tmp_path], check=True)


def fill(volume: Path) -> None:
    """To the last byte."""
    with (volume / "ballast").open("wb", buffering=0) as ballast:
        for piece in (MIB, 4096, 1):
            try:
                while ballast.write(bytes(piece)):
                    pass
            except OSError:
                continue
    assert os.statvfs(volume).f_bavail == 0


def keep_photos_for_ever(kept: list[bytes]) -> None:
    while True:
        photo = an_envelope(file=os.urandom(5 * MIB))
        keep([photo])
        kept.append(photo.id)


def test_the_spool_is_as_large_as_it_should_be_before_anything_is_in_it(files: Path) -> None:
    spool.prepare()

    assert (files / "spool.sqlite3").stat().st_size >= SPOOL_MIB * MIB
    assert (files / "spool.sqlite3-journal").stat().st_size >= spool.PIECE_BYTES


def test_making_it_ready_again_changes_nothing_and_mends_a_lost_journal(files: Path) -> None:
    spool.prepare()
    size = (files / "spool.sqlite3").stat().st_size
    as_a_new_process()
    (files / "spool.sqlite3-journal").unlink()

    spool.prepare()

    assert (files / "spool.sqlite3").stat().st_size == size
    assert (files / "spool.sqlite3-journal").stat().st_size >= spool.PIECE_BYTES


def test_a_process_that_never_finishes_the_spool_holds_up_the_others_for_a_while_only(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "OTHERS_WAIT", timedelta(seconds=0.2))
    another = os.open(files, os.O_RDONLY)
    fcntl.flock(another, fcntl.LOCK_EX)

    with pytest.raises(SpoolNotReady):
        spool.prepare()
    os.close(another)  # it was ended

    spool.prepare()


def test_a_spool_that_was_cut_off_while_it_was_made_is_made_ready(files: Path) -> None:
    with connections[SPOOL].cursor() as cursor:
        cursor.execute("CREATE TABLE spool_room (piece INTEGER PRIMARY KEY, content BLOB)")
        cursor.execute("INSERT INTO spool_room (content) VALUES (zeroblob(1000000))")

    spool.prepare()

    assert (files / "spool.sqlite3").stat().st_size >= SPOOL_MIB * MIB


def test_on_a_full_volume_letters_and_files_go_into_the_spool(volume: Path) -> None:
    spool.prepare()
    as_a_new_process()
    fill(volume)
    letters = [an_envelope() for _ in range(50)]
    with_photo = [an_envelope(), an_envelope(file=os.urandom(10 * MIB))]

    for letter in letters:
        keep([letter])
    keep(with_photo)

    assert KeptEnvelope.objects.using(SPOOL).count() == 52
    found = {one.id for one in lookups.waiting(SPOOL, but_not=())}
    assert found >= {letter.id for letter in letters}


def test_on_a_full_volume_what_was_pulled_is_acknowledged_and_makes_room(volume: Path) -> None:
    """Acknowledging a photo must not need a journal of its size."""
    spool.prepare()
    as_a_new_process()
    fill(volume)
    photo = an_envelope(file=os.urandom(10 * MIB))
    keep([photo])

    actions.acknowledge([photo.id], now=photo.arrived_at)

    assert not lookups.is_waiting(SPOOL, but_not=())


def test_a_main_file_that_is_open_when_the_volume_fills_up_gives_way_to_the_spool(volume: Path) -> None:
    spool.prepare()
    keep([an_envelope()])
    fill(volume)
    later = [an_envelope(file=os.urandom(MIB)) for _ in range(3)]

    for letter in later:
        keep([letter])

    assert KeptEnvelope.objects.using(MAIN).count() + KeptEnvelope.objects.using(SPOOL).count() == 4
    assert KeptEnvelope.objects.using(SPOOL).exists()


def test_a_spool_that_is_full_as_well_tells_the_truth_and_keeps_what_it_has(volume: Path) -> None:
    spool.prepare()
    as_a_new_process()
    fill(volume)
    kept: list[bytes] = []

    with pytest.raises(NotStored):
        keep_photos_for_ever(kept)

    assert len(kept) >= 3
    assert {bytes(id) for id in KeptEnvelope.objects.using(SPOOL).values_list("envelope_id", flat=True)} == set(kept)


def test_without_room_for_the_spool_it_is_said_and_the_front_goes_on(
    volume: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fill(volume)

    with pytest.raises(SpoolNotReady):
        spool.prepare()
    with caplog.at_level(logging.ERROR):
        spool.prepare_or_warn()

    assert "The spool has not the 24 MiB it should have" in caplog.text
