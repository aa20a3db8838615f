"""Where the front's two databases lie in a test."""

from pathlib import Path

from django.core.management import call_command
from django.db import connections

from safeconduct.handover.serving.databases import MAIN, SPOOL, main_rests
from tests.databases import Places, in_file, on_server


def files_in(folder: Path) -> Places:
    """As in the front's settings."""
    return {
        MAIN: in_file(folder / "front.sqlite3", wait_seconds=2),
        SPOOL: in_file(folder / "spool.sqlite3", journal="PERSIST", wait_seconds=1),
    }


def server_and_file(url: str, folder: Path) -> Places:
    return {**files_in(folder), MAIN: on_server(url, wait_seconds=2)}


def migrated() -> None:
    for alias in (MAIN, SPOOL):
        call_command("migrate", "serving", database=alias, verbosity=0, skip_checks=True)


def as_a_new_process() -> None:
    """Nothing is open, and nothing is known of earlier failures."""
    main_rests.end()
    for alias in (MAIN, SPOOL):
        connections[alias].close()
