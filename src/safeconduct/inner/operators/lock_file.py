"""Is inner locked, and since when? A file beside inner's configuration says it, and nothing else does.

Plain Python that asks no database: it is seen at once by every process, also while the database is away, and a
database that was stolen or brought back neither locks nor unlocks (decision 13).
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

NAME = "locked"
# A file of which nothing can be read locks as well; since when, nobody knows then.
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


def folder() -> Path:
    """Where inner's configuration lies."""
    return Path(os.environ.get("INNER_CONFIG", "")).resolve().parent


def locked_since() -> datetime | None:
    """None where it is not locked. What keeps us from looking counts as locked."""
    try:
        written = (folder() / NAME).read_text("ascii")
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return UNKNOWN
    try:
        since = datetime.fromisoformat(written.strip())
    except ValueError:
        return UNKNOWN
    return since if since.tzinfo else UNKNOWN


def is_locked() -> bool:
    return locked_since() is not None


def as_said(since: datetime) -> str:
    """ " since …" for the terminal, or nothing where nobody knows."""
    return "" if since == UNKNOWN else f" since {since:%Y-%m-%d %H:%M:%S} UTC"


def lock(since: datetime | None = None) -> datetime:
    """Lock from now on, or as from `since`; where it is locked already, that stands. Raises `OSError`."""
    place, since = folder(), since or datetime.now(UTC).replace(microsecond=0)
    made = place / f"{NAME}.{os.urandom(8).hex()}"
    try:
        _write(made, f"{since.isoformat()}\n")
        # It appears whole, and never in place of one that is there.
        os.link(made, place / NAME)
    except FileExistsError:
        pass
    except OSError:
        # No room for a single line, or a disk that knows no links: an empty file locks as well.
        os.close(os.open(place / NAME, os.O_WRONLY | os.O_CREAT, 0o644))
    finally:
        made.unlink(missing_ok=True)
    _keep(place)
    return locked_since() or since


def unlock() -> None:
    """For the end of the ceremony alone."""
    (folder() / NAME).unlink(missing_ok=True)
    _keep(folder())


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Nobody else on this machine compares file and database, or ends the lock, meanwhile."""
    opened = os.open(folder(), os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def _write(made: Path, line: str) -> None:
    with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        # It may be root who locks, and the service must be able to read since when.
        os.fchmod(file.fileno(), 0o644)
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _keep(place: Path) -> None:
    """A name lies safely on disk only when its folder does."""
    opened = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
