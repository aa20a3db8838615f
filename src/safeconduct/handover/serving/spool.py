"""How can a letter be written on a full disk? Into room that was taken while there still was some."""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from django.conf import settings
from django.db import Error, connections
from django.db.backends.utils import CursorWrapper

from safeconduct.handover.serving.databases import SPOOL
from safeconduct.handover.serving.errors import SpoolNotReady

log = logging.getLogger(__name__)

MIB = 1024 * 1024
# A commit writes the old content of each page that it changes into the journal: some index pages for a letter.
# Deleting a full piece of this size makes the journal as large, and it stays (journal_mode=PERSIST).
PIECE_BYTES = 4 * MIB
# At the start of several processes the first takes the room, and nobody else gets at the file meanwhile.
OTHERS_WAIT = timedelta(seconds=30)


def prepare() -> None:
    """Make the spool as large as FRONT_SPOOL_MIB, free inside, with a journal to match. Doing it again is harmless.

    The tables must have been migrated. Waits while another process does it. Raises `SpoolNotReady` where the volume
    has no room for it.
    """
    try:
        with _one_at_a_time(), connections[SPOOL].cursor() as cursor:
            _give_back(cursor)
            missing = _missing_bytes(cursor)
            if missing:
                cursor.execute("CREATE TABLE spool_room (piece INTEGER PRIMARY KEY, content BLOB)")
                for _piece in range(-(-missing // PIECE_BYTES)):
                    cursor.execute("INSERT INTO spool_room (content) VALUES (zeroblob(%s))", [PIECE_BYTES])
                _give_back(cursor)
    except (Error, OSError):
        raise SpoolNotReady from None


def prepare_or_warn() -> None:
    """At the start of a process, which goes on in any case: a small spool is better than a front that is not there."""
    try:
        prepare()
    except SpoolNotReady:
        log.error("The spool has not the %d MiB it should have: make room on its volume.", settings.FRONT_SPOOL_MIB)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """The folder is locked and not the file, whose closing would take SQLite's own locks away."""
    folder = os.open(_file().parent, os.O_RDONLY)
    try:
        _lock(folder)
        yield
    finally:
        os.close(folder)


def _lock(folder: int) -> None:
    """Raises `BlockingIOError` where another process does not come to an end."""
    until = time.monotonic() + OTHERS_WAIT.total_seconds()
    while True:
        try:
            return flock(folder, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
        time.sleep(0.05)


def _file() -> Path:
    return Path(connections[SPOOL].settings_dict["NAME"])


def _missing_bytes(cursor: CursorWrapper) -> int:
    """How much must be taken in; one piece at least where the journal is too small."""
    page, pages, free = (_pragma(cursor, name) for name in ("page_size", "page_count", "freelist_count"))
    if (short := settings.FRONT_SPOOL_MIB * MIB - pages * page) > 0:
        return short + free * page
    return 0 if _journal_bytes() >= PIECE_BYTES else PIECE_BYTES


def _journal_bytes() -> int:
    try:
        return _file().with_name(f"{_file().name}-journal").stat().st_size
    except FileNotFoundError:
        return 0


def _give_back(cursor: CursorWrapper) -> None:
    """Free the room inside the file: piece by piece, because the journal grows as large as one deletion."""
    cursor.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'spool_room'")
    if not cursor.fetchone()[0]:
        return
    cursor.execute("SELECT piece FROM spool_room")
    for (piece,) in cursor.fetchall():
        cursor.execute("DELETE FROM spool_room WHERE piece = %s", [piece])
    cursor.execute("DROP TABLE spool_room")


def _pragma(cursor: CursorWrapper, name: str) -> int:
    cursor.execute(f"PRAGMA {name}")
    value: int = cursor.fetchone()[0]
    return value
