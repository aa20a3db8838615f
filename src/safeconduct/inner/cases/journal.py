"""What of an erasure outlives this database? One sealed line in a file on another disk, for the day of a restore.

A backup that is older than an erasure brings the case back; the journal is what erases it again. Each line is closed
with a key of the secret file, which every backup holds: alone, the file tells how many erasures there were.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from safeconduct.inner.cases.models import JournalLine
from safeconduct.inner.operators.secret_file import key_for
from safeconduct.sealing.envelopes import CannotOpen, lock, unlock

_CONTEXT = b"safeconduct/erasures/1"
# A line tells by its length how much was erased, but only so finely.
_PADDED_TO = 512
AT_ONCE = 500


@dataclass(frozen=True)
class Erasure:
    """`case` is 0 where a code was wiped that had no case here. Moments in ISO form, bytes in hexadecimal digits.

    `marks`: keyed hashes of the threads; `envelopes`: what must not be taken in once more; `forgetting`: the dispatch
    that lets the front forget the answers; `wiped_at`: of a person's own wipe, which spares what came after it.
    """

    case: int
    marks: tuple[str, ...]
    wiped_at: str = ""
    erased_at: str = ""
    backups_gone_on: str = ""
    forgetting: str = ""
    envelopes: tuple[str, ...] = ()
    letters: int = 0
    answers: int = 0
    files: int = 0
    notes: int = 0


def note(erasure: Erasure) -> None:
    """Within the transaction that erases; the worker carries it into the file."""
    written = json.dumps(asdict(erasure), separators=(",", ":")).encode()
    padded = written.ljust(-(-len(written) // _PADDED_TO) * _PADDED_TO)
    JournalLine.objects.create(line=b64encode(lock(padded, key=_key(), context=_CONTEXT)))


def write_down() -> int:
    """Carry what waits into the file, and let the rows go once it lies on the disk; how many. Raises `OSError`.

    Broken off in between, a line is written twice: to erase twice is to erase.
    """
    rows = list(JournalLine.objects.order_by("pk")[:AT_ONCE])
    if rows:
        _append(settings.INNER_ERASURES, (bytes(row.line) for row in rows))
        JournalLine.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def read(content: bytes) -> tuple[list[Erasure], int]:
    """All that a journal says, oldest first, and how many lines do not open: torn, changed or of another site."""
    erasures, unread = [], 0
    for line in content.split():
        try:
            fields = json.loads(unlock(b64decode(line), key=_key(), context=_CONTEXT))
        except (CannotOpen, ValueError):
            unread += 1
        else:
            erasures.append(_erasure(fields))
    return erasures, unread


def _append(file: Path, lines: Iterable[bytes]) -> None:
    is_new = not file.exists()
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as opened:
        # Begun on a line of its own: the last one may have been torn by a power cut.
        opened.write(b"\n" + b"\n".join(lines) + b"\n")
        opened.flush()
        os.fsync(opened.fileno())
    if is_new:
        os.sync()  # a new name lies safely on disk only when its folder does


def _erasure(fields: dict[str, Any]) -> Erasure:
    return Erasure(**fields | {name: tuple(fields[name]) for name in ("marks", "envelopes")})


def _key() -> bytes:
    return key_for("erasures")
