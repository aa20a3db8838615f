"""What is saved, and how? All that inner cannot be without, sealed to the recovery key as it is read.

The front's database is never among it: a new front is made from inner.
"""

import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from safeconduct.audit.actions import record
from safeconduct.handover.reaching.actions import mark_backed_up
from safeconduct.handover.reaching.models import ReceivedEnvelope
from safeconduct.inner.operators import epochs
from safeconduct.inner.operators.actions import SITE
from safeconduct.inner.site.errors import CannotBackUp
from safeconduct.inner.site.rows import as_line, lines_of_rows, one_moment
from safeconduct.inner.site.sealed_file import SealedWriter

BESIDE_FRONT_CONFIG = ("peppers.json", "confirmations.jsonl", "confirmations.jsonl.sig", "pages.pub")
MUST_BE = ("inner/inner.json", "inner/recovery.pub", "front/front.json")


@dataclass(frozen=True)
class BackupSummary:
    """What a backup holds. `envelope_ids`, `epochs`: those that no earlier backup held."""

    file: Path
    files: int
    rows: int
    envelope_ids: tuple[bytes, ...]
    epochs: tuple[int, ...]


def write_backup(out: Path) -> BackupSummary:
    """Save inner into `out`, a new file that two recovery shares open; nothing of it ever lies on disk open.

    Once it lies safely on disk, the envelopes in it are marked, so that the front may forget them, and the epochs, so
    that the front may seal to them; where that cannot be noted, Django's `Error` rises and the file stays.
    Raises `CannotBackUp` or `OSError`; no file is left then.
    """
    try:
        summary = _save(out)
    except Error:
        raise CannotBackUp("Inner's database does not answer: start it, or mend INNER_DATABASE_URL.") from None
    with transaction.atomic():
        now = datetime.now(UTC)
        mark_backed_up(summary.envelope_ids, now=now)
        epochs.mark_backed_up(summary.epochs, now=now)
        record(SITE, "site.backed_up", by=None)
    return summary


def _save(out: Path) -> BackupSummary:
    contents = {name: file.read_bytes() for name, file in site_files().items()}
    rows = 0
    with _safely_written(out) as file, one_moment():
        sealed = _sealed_writer(file, contents["inner/recovery.pub"])
        sealed.write(as_line(_description(files=len(contents))))
        for name, content in contents.items():
            sealed.write(as_line({"file": name, "content": b64encode(content).decode()}))
        for line in lines_of_rows():
            sealed.write(line)
            rows += line.startswith(b"[")
        sealed.end()
        envelope_ids, new_epochs = _not_yet_backed_up(), epochs.not_in_a_backup()
    return BackupSummary(out, len(contents), rows, envelope_ids, new_epochs)


def _sealed_writer(file: BinaryIO, recovery_key: bytes) -> SealedWriter:
    try:
        return SealedWriter(file, to=recovery_key)
    except ValueError:
        raise CannotBackUp("inner/recovery.pub holds no recovery key: bring it back from an older backup.") from None


def site_files() -> dict[str, Path]:
    """Where each file lies that is saved, by its place in a site (docs/architecture.md). Raises `CannotBackUp`."""
    confirmations, front = settings.INNER_CONFIRMATIONS, settings.INNER_FRONT_CONFIG
    places = {
        "inner/inner.json": Path(os.environ.get("INNER_CONFIG", "")),
        "inner/recovery.pub": settings.INNER_RECOVERY_KEY,
        "inner/confirmations.jsonl": confirmations,
        "inner/confirmations.jsonl.sig": confirmations.with_name(f"{confirmations.name}.sig"),
        "front/front.json": front,
    }
    places |= {f"front/{name}": front.with_name(name) for name in BESIDE_FRONT_CONFIG}
    places |= {f"inner/secrets/{file.name}": file for file in sorted(settings.INNER_SECRETS_DIR.iterdir())}
    for name in MUST_BE:
        if not places[name].is_file():
            raise CannotBackUp(f"There is no {name}, and without it no site can be brought back: see docs/settings.md.")
    return {name: file for name, file in places.items() if file.is_file()}


def _description(*, files: int) -> dict[str, object]:
    """The first line: what `restore` must know before it begins."""
    return {
        "package": version("safeconduct"),
        "made_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "migrations": _migrations(),
        "files": files,
    }


def _migrations() -> list[tuple[str, str]]:
    """Every migration that the database has gone through."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        # Rows are read as this version knows them, so the tables must be those of this version.
        raise CannotBackUp("The database is from an older version: run safeconduct inner --migrate first.")
    return sorted(executor.loader.applied_migrations)


def _not_yet_backed_up() -> tuple[bytes, ...]:
    ids = ReceivedEnvelope.objects.filter(backed_up_at=None).values_list("envelope_id", flat=True)
    return tuple(bytes(id) for id in ids)


@contextmanager
def _safely_written(out: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name when all of it lies on the disk, and not at all where that fails."""
    if out.exists():
        raise CannotBackUp("There is a file of this name already: choose another name.")
    unfinished = out.with_name(f"{out.name}.unfinished")
    if unfinished.exists():
        raise CannotBackUp(f"Another backup is writing {unfinished.name}, or was broken off: delete it if none runs.")
    opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(opened, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(out)
        _keep_name(out.parent)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _keep_name(folder: Path) -> None:
    """A new name lies safely on disk only when its folder does."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
