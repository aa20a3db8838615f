"""How does a resident key come to the worker? Over a socket on this machine, from an account that is the worker's own.

One request a connection: the number of the key and its 32 bytes. The answer is one byte, whatever became of it: who is
not let in learns nothing by asking. Whether the worker has the key now, the database says (`resident_keys.standing`).
"""

import logging
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from safeconduct.inner.operators import lock_file
from safeconduct.inner.operators.errors import NobodyListens
from safeconduct.inner.operators.resident_memory import KEY_BYTES

log = logging.getLogger(__name__)

REQUEST = struct.Struct(f">16sQ{KEY_BYTES}s")
MARK = b"safeconduct/1\0\0\0"
ANSWER = b"."
PATIENCE_SECONDS = 2.0
LOOKS_FOR_END_SECONDS = 0.25
_PEER = struct.Struct("3i")  # pid, uid, gid


def folder() -> Path:
    return lock_file.folder() / "run"


def hand_over(number: int, key: bytes) -> None:
    """Raises `NobodyListens`."""
    try:
        with _at(folder()) as place, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(PATIENCE_SECONDS)
            line.connect(place)
            # Somebody else's socket in this place would be a trap.
            if not _is_us(line):
                raise NobodyListens
            line.sendall(REQUEST.pack(MARK, number, key))
            line.recv(len(ANSWER))
    except OSError:
        raise NobodyListens from None


def serve(take: Callable[[int, bytes], object], stop: threading.Event) -> None:
    """Listen until `stop` is set. `take(number, key)` gets what somebody of our own account hands over."""
    with _listening(folder()) as door:
        while not stop.is_set():
            try:
                line, _ = door.accept()
            except TimeoutError:
                continue
            with line:
                _hear(line, take)


def _hear(line: socket.socket, take: Callable[[int, bytes], object]) -> None:
    try:
        given = _read(line)
        mark, number, key = REQUEST.unpack(given) if len(given) == REQUEST.size else (b"", 0, b"")
        if _is_us(line) and mark == MARK and not lock_file.is_locked():
            take(number, key)
    except Exception as error:
        log.error("What was handed over could not be taken: %s.", type(error).__name__)
    try:
        line.sendall(ANSWER)
    except OSError:
        return  # nobody waits for it


def _read(line: socket.socket) -> bytes:
    """One request and not a byte more, within two seconds."""
    until, given = time.monotonic() + PATIENCE_SECONDS, b""
    while len(given) < REQUEST.size and (left := until - time.monotonic()) > 0:
        line.settimeout(left)
        more = line.recv(REQUEST.size - len(given))
        if not more:
            break
        given += more
    return given


def _is_us(line: socket.socket) -> bool:
    """Is at the other end a process of our own account?"""
    _, uid, _ = _PEER.unpack(line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return bool(uid == os.geteuid())


@contextmanager
def _listening(place: Path) -> Iterator[socket.socket]:
    place.mkdir(mode=0o700, exist_ok=True)
    place.chmod(0o700)
    with _at(place) as address, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        Path(address).unlink(missing_ok=True)  # of a worker that was killed
        door.bind(address)
        os.chmod(address, 0o600)
        door.listen(4)
        door.settimeout(LOOKS_FOR_END_SECONDS)
        yield door


@contextmanager
def _at(place: Path) -> Iterator[str]:
    """The socket's address by way of its open folder: a path of a socket ends at 107 bytes, a folder's does not."""
    opened = os.open(place, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{opened}/worker.sock"
    finally:
        os.close(opened)
