"""Which key closes a hidden field today, and which may still open one? Kept in memory and on tmpfs only.

All workers of this machine share one small file. A reboot forgets it: forms under way then count as too old.
"""

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from safeconduct.front.web.errors import CannotKeepFormKeys

NEW_AFTER = timedelta(days=1)
KEPT_AFTERWARDS = timedelta(days=1)
KEY_BYTES = 32


class FormKey(NamedTuple):
    made_at: int
    key: bytes


class FormKeys:
    """The form keys of this machine, newest first, as the file in `folder` has them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: tuple[FormKey, ...] = ()

    def newest(self) -> bytes:
        """The key for a form that is made now."""
        now = int(time.time())
        if not self._keys or not _is_fresh(self._keys[0], now):
            self._keys = self._renewed(now)
        return self._keys[0].key

    def all(self) -> list[bytes]:
        """Every key that a form still under way may have been closed with."""
        self.newest()
        return [made.key for made in self._keys]

    def _renewed(self, now: int) -> tuple[FormKey, ...]:
        """What the file holds, with a new key where even its newest is a day old. One worker at a time."""
        with self._locked() as file:
            kept = [made for made in _read(file) if _may_open(made, now)]
            if not kept or not _is_fresh(kept[0], now):
                kept.insert(0, FormKey(now, os.urandom(KEY_BYTES)))
            _write(file, kept)
            return tuple(kept)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        _own_folder(self._folder)
        file = os.open(self._folder / "form-keys", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)


@lru_cache(maxsize=1)
def form_keys() -> FormKeys:
    return FormKeys(Path(settings.FRONT_TMPFS_DIR))


def _is_fresh(made: FormKey, now: int) -> bool:
    # A clock that was set back must not keep one key in use for longer.
    return 0 <= now - made.made_at < NEW_AFTER.total_seconds()


def _may_open(made: FormKey, now: int) -> bool:
    return abs(now - made.made_at) < (NEW_AFTER + KEPT_AFTERWARDS).total_seconds()


def _own_folder(folder: Path) -> None:
    """tmpfs is open to everybody on the machine: a folder that somebody else made first is refused."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise CannotKeepFormKeys


def _read(file: int) -> list[FormKey]:
    lines = os.pread(file, 64 * 1024, 0).decode("ascii", "replace").splitlines()
    pairs = [line.split(" ") for line in lines]
    return [FormKey(int(made_at), bytes.fromhex(key)) for made_at, key in pairs]


def _write(file: int, keys: list[FormKey]) -> None:
    content = "".join(f"{made.made_at} {made.key.hex()}\n" for made in keys).encode()
    # Over what is there, and cut afterwards: where the room is full, the keys of forms under way must not be gone.
    os.pwrite(file, content, 0)
    os.ftruncate(file, len(content))
