"""What an application is told of a request, and what its answer becomes: served by the tests of `patience`."""

import gc
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from safeconduct.roles import patience

patience.WORDS_SECONDS = patience.SILENT_SECONDS = 1
closed = 0


class Parts:
    """An answer in parts, whose end must be told."""

    def __init__(self, *parts: bytes) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._parts)

    def close(self) -> None:
        global closed
        closed += 1


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Parts:
    path = environ["PATH_INFO"]
    if path == "/fails":
        raise ValueError("words that nobody may read")
    start("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    if path == "/closed":
        return Parts(str(closed).encode())
    if path == "/held":
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return Parts(str(pages * os.sysconf("SC_PAGE_SIZE")).encode())
    if path == "/thread":
        return Parts(threading.current_thread().name.encode())
    if path == "/body":
        body = environ["wsgi.input"].read()
        return Parts(str(len(body)).encode(), b" ", hashlib.sha256(body).hexdigest().encode())
    if path == "/pieces":
        sizes = iter(lambda: len(environ["wsgi.input"].read(100_000)), 0)
        return Parts(b" ".join(str(size).encode() for size in sizes))
    told = {name: value for name, value in environ.items() if isinstance(value, str)}
    return Parts(*(f"{name}={value}\n".encode() for name, value in sorted(told.items())))


served = patience.by_rsgi(application)
