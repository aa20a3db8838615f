"""How is a site brought back? Two shares open the backup, and all of it comes into an empty place, or nothing."""

import json
import os
import re
import shutil
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import django
from django.apps.registry import Apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import Error, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from safeconduct.inner.site.errors import CannotRestore
from safeconduct.inner.site.rows import load_rows, reserve_numbers
from safeconduct.inner.site.sealed_file import FromNewerVersion, NotABackup, NotWhole, opened_lines
from safeconduct.sealing.stores import SharesDoNotFit, join_recovery

UNFINISHED = ".restoring"
PARTS = ("front", "inner")
PLACE = re.compile(r"(inner|front)(/secrets)?/[A-Za-z0-9_-][A-Za-z0-9._-]*")
# Where files lay on the old machine says nothing about the new one.
OLD_PLACES = (
    *("INNER_SECRETS_DIR", "INNER_RECOVERY_KEY", "INNER_CONFIRMATIONS", "INNER_FRONT_CONFIG"),
    "INNER_ERASURES",
)
JOURNAL = "erasures.journal"
DATABASE = "INNER_DATABASE_URL"


@dataclass(frozen=True)
class RestoreSummary:
    """What came back. `package` and `made_at`: the version that wrote the backup, and when (UTC).

    `erased_again`: cases that were in the backup and erased after it; `unread`: lines of the journal that do not open.
    """

    package: str
    made_at: str
    files: int
    rows: int
    erased_again: int
    unread: int


def read_backup(file: Path, shares: Sequence[str], into: Path, *, journal: bytes = b"") -> RestoreSummary:
    """Bring the site in `file` back into the empty folder `into`: `into/inner`, and `into/front` without its database.

    The rows go into the database that INNER_DATABASE_URL names, in the environment or else in the backup, where that
    is PostgreSQL, and else into SQLite beside the configuration. It must be empty. `journal`: the content of
    the journal of erasures; what was erased after the backup is erased again before anybody can see it. Runs in a
    process of its own: it loads inner's settings from the place it has just filled.
    Raises `CannotRestore` or `OSError`; nothing of the site is left then.
    """
    if settings.configured:
        raise RuntimeError("a restore needs a process of its own")
    if os.environ.get(DATABASE, "").startswith("sqlite"):
        raise CannotRestore("INNER_DATABASE_URL names a SQLite file: unset it, a restore makes its own in the folder.")
    seed = joined(shares)
    with file.open("rb") as opened, _filled_at_once(into) as place:
        try:
            return _restore(opened_lines(opened, seed=seed), place, journal)
        except NotABackup:
            raise CannotRestore("This file is not a backup of Safeconduct.") from None
        except FromNewerVersion:
            raise CannotRestore("This backup is from a newer version of Safeconduct: install that version.") from None
        except NotWhole:
            raise CannotRestore(
                "The backup was changed or cut short, or these are the shares of another site: try another copy."
            ) from None
        except (LookupError, TypeError, ValueError, ValidationError):
            raise CannotRestore(
                "The backup holds what this version does not know: install the version that made it."
            ) from None
        except Error:
            # The database's own words may hold a row.
            raise CannotRestore(
                "The database refused or does not answer, or the disk is full: see INNER_DATABASE_URL."
            ) from None


def joined(shares: Sequence[str]) -> bytes:
    """The recovery key's seed. Raises `CannotRestore` with a sentence for whoever typed them."""
    try:
        return join_recovery(shares)
    except SharesDoNotFit as slip:
        if slip.share:
            raise CannotRestore(f"Share {slip.share} has a slip: compare it with the paper word by word.") from None
        raise CannotRestore("Two different shares of the same site are needed.") from None


@contextmanager
def _filled_at_once(into: Path) -> Iterator[Path]:
    """A folder whose content moves into `into` when all went well; else `into` is as it was."""
    was_there = into.exists()
    if was_there and (not into.is_dir() or any(into.iterdir())):
        raise CannotRestore("A site comes back into an empty folder only: name another one.")
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = into / UNFINISHED
    try:
        place.mkdir(mode=0o700)
        yield place
        os.sync()
        # Nothing of inner runs without its configuration, so that comes last.
        for part in PARTS:
            (place / part).rename(into / part)
        place.rmdir()
    except BaseException:
        for part in (UNFINISHED, *PARTS):
            shutil.rmtree(into / part, ignore_errors=True)
        if not was_there:
            into.rmdir()
        raise


def _restore(lines: Iterator[bytes], place: Path, journal: bytes) -> RestoreSummary:
    description = json.loads(next(lines, b""))
    for line in islice(lines, description["files"]):
        _write_file(place, **json.loads(line))
    _load_settings(place / "inner" / "inner.json")
    try:
        with _all_or_nothing():
            rows = _fill_database(lines, {(app, name) for app, name in description["migrations"]})
            erased_again, unread = _erase_again(journal)
            _note_it()
            _renew_front(place / "front")
    finally:
        connections.close_all()
    if journal:
        # The next restore needs it as well.
        _write_new(place / "inner" / JOURNAL, journal)
    return RestoreSummary(
        description["package"], description["made_at"], description["files"], rows, erased_again, unread
    )


def _write_file(place: Path, *, file: str, content: str) -> None:
    if not PLACE.fullmatch(file):
        raise ValueError("not a place in a site")
    path, written = place / file, b64decode(content)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_new(path, _for_this_place(written) if file == "inner/inner.json" else written)


def _write_new(path: Path, content: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)


def _for_this_place(configuration: bytes) -> bytes:
    """Inner's configuration without the paths of the old machine, and with the database that takes the rows."""
    kept = json.loads(configuration)
    for name in OLD_PLACES:
        kept.pop(name, None)
    database = os.environ.get(DATABASE) or kept.pop(DATABASE, "")
    if database.startswith("postgres"):
        kept[DATABASE] = database
    return json.dumps(kept, ensure_ascii=False, indent=2).encode() + b"\n"


def _load_settings(configuration: Path) -> None:
    # The environment wins over the file, and here the file is right.
    for name in (*OLD_PLACES, DATABASE):
        os.environ.pop(name, None)
    os.environ["INNER_CONFIG"] = str(configuration)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safeconduct.settings.inner")
    django.setup()


def _all_or_nothing() -> AbstractContextManager[object]:
    """PostgreSQL takes back tables and rows alike; a SQLite file is deleted with its folder."""
    return transaction.atomic() if connection.vendor == "postgresql" else nullcontext()


def _fill_database(lines: Iterator[bytes], migrations: set[tuple[str, str]]) -> int:
    """First the tables as they were when the backup was made, then its rows, then on to the tables of today."""
    if connection.introspection.table_names():
        raise CannotRestore("The database that INNER_DATABASE_URL names is not empty: name another one.")
    if connection.vendor == "postgresql":
        # The limit is meant for the desk; the rows of years are checked in one statement.
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
    apps = _tables_of_then(migrations)
    with transaction.atomic():
        rows = load_rows(lines, apps)
        connection.check_constraints()
    call_command("migrate", interactive=False, verbosity=0)
    return rows


def _erase_again(content: bytes) -> tuple[int, int]:
    """Erased stays erased: how many cases the backup had brought back, and how many lines of the journal do not open.

    Raises `CannotRestore` where none of them opens.
    """
    # Models can be named only after the settings are loaded.
    from safeconduct.inner.cases import erasing, journal
    from safeconduct.inner.cases.models import Case

    erasures, unread = journal.read(content)
    if unread and not erasures:
        raise CannotRestore("No line of the journal of erasures opens: find that of this site.")
    erased_again = sum(erasing.erase_again(erasure) for erasure in erasures)
    reserve_numbers(Case, max((erasure.case for erasure in erasures), default=0))
    return erased_again, unread


def _tables_of_then(migrations: set[tuple[str, str]]) -> Apps:
    executor = MigrationExecutor(connection)
    known = executor.loader.disk_migrations
    if migrations - set(known) - {old for migration in known.values() for old in migration.replaces}:
        raise FromNewerVersion
    graph = executor.loader.graph
    last = [name for name in migrations if name in graph.nodes and migrations.isdisjoint(graph.node_map[name].children)]
    return executor.migrate(sorted(last)).apps


def _renew_front(front: Path) -> None:
    """What lay beside inner may be older than the rows: a front that is started from it seals to a key that is here."""
    # Models can be named only after the settings are loaded.
    from safeconduct.inner.operators.errors import NoEpoch
    from safeconduct.inner.site.ceremony import renew_epoch

    with suppress(NoEpoch):
        renew_epoch(front)


@transaction.atomic
def _note_it() -> None:
    """In the audit; and for the worker, which asks the front for what came after the backup."""
    from safeconduct.audit.actions import record
    from safeconduct.handover.reaching.actions import after_restore
    from safeconduct.inner.operators.actions import SITE

    record(SITE, "site.restored", by=None)
    after_restore()
