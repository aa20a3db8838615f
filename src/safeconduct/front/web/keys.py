"""What does the front close letters with, and what does a code become here? Public keys, salt and peppers."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from safeconduct.front.web import epochs
from safeconduct.front.web.errors import Busy
from safeconduct.sealing.threads import CodeCost, Thread, root_of, threads_of

STORE = "appeals"
# The hash is slow on purpose; whoever waits longer is told that very many are writing.
WAIT_SECONDS = 20

_turns = threading.BoundedSemaphore(os.cpu_count() or 1)


@dataclass(frozen=True)
class FrontKeys:
    store: str
    epoch: int
    store_key: bytes
    intake_key: bytes
    salt: bytes
    peppers: tuple[bytes, ...]
    cost: CodeCost


def front_keys() -> FrontKeys:
    """As they are now: inner may have sent a new epoch. All else is read once, at the start."""
    return keys_with(epochs.newest(STORE))


@lru_cache(maxsize=1)
def keys_with(epoch: epochs.StoreEpoch) -> FrontKeys:
    """That two holders have signed the epoch's key is checked where the front is started, or where it comes in."""
    peppers = json.loads(Path(settings.FRONT_PEPPERS).read_text("ascii"))
    return FrontKeys(
        store=STORE,
        epoch=epoch.number,
        store_key=epoch.public_key,
        intake_key=settings.FRONT_INTAKE_KEY,
        salt=settings.FRONT_SALT,
        peppers=tuple(map(bytes.fromhex, peppers)),
        cost=CodeCost(memory_kib=settings.FRONT_CODE_MEMORY_KIB),
    )


def root_from(code: str) -> bytes:
    """The slow part, at most as many at once as there are cores. Call it outside any transaction. Raises `Busy`."""
    keys = front_keys()
    with _turn():
        return root_of(code, salt=keys.salt, cost=keys.cost)


def threads_from(root: bytes) -> list[Thread]:
    """One for each pepper, newest first."""
    return threads_of(root, front_keys().peppers)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        yield
    finally:
        _turns.release()
