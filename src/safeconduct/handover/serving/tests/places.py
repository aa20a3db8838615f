"""Where the front's two databases lie in a test."""

from pathlib import Path
from urllib.parse import urlsplit

from django.core.management import call_command
from django.db import connections

from safeconduct.handover.serving.databases import MAIN, SPOOL, main_rests
from safeconduct.settings.values import postgresql_at, sqlite_at
from tests.databases import Places


def files_in(folder: Path) -> Places:
    """As in the front's settings."""
    return {
        MAIN: sqlite_at(folder / "front.sqlite3", wait_seconds=2),
        SPOOL: sqlite_at(folder / "spool.sqlite3", journal="PERSIST", wait_seconds=1),
    }


def server_and_file(url: str, folder: Path) -> Places:
    return {**files_in(folder), MAIN: postgresql_at(urlsplit(url), wait_seconds=2)}


def migrated() -> None:
    for alias in (MAIN, SPOOL):
        call_command("migrate", "serving", database=alias, verbosity=0, skip_checks=True)


def as_a_new_process() -> None:
    """Nothing is open, and nothing is known of earlier failures."""
    main_rests.end()
    for alias in (MAIN, SPOOL):
        connections[alias].close()
