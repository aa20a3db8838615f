"""Who waits for a slow line? Nobody else: a request takes a thread only when there is something to do for it.

granian's WSGI interface takes one of a few threads when the head of a request is there and keeps it until the last
byte of the body has come; a few slow bodies would stop everything. So a WSGI application is served through its other
interface, RSGI: words are read whole before a thread looks at them, and files have threads of their own.
"""

import asyncio
import logging
import re
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import suppress
from io import BytesIO, RawIOBase
from queue import SimpleQueue
from typing import Any

from granian._granian import RSGIHTTPProtocol as HTTPProtocol
from granian._granian import RSGIProtocolClosed as ProtocolClosed
from granian.rsgi import Scope

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Served = Callable[[Scope, HTTPProtocol], Coroutine[Any, Any, None]]
Answer = tuple[int, list[tuple[str, str]], bytes]

WORDS_BYTES = 64 * 1024
WORDS_SECONDS = 300
WORDS_AT_ONCE = 4
# What one request with files may hold in memory, times this. When all of these wait for slow lines, only files wait.
FILES_AT_ONCE = 8
SILENT_SECONDS = 60
FILES_SECONDS = 3600
# Who waits for one of these threads and hangs up is not noticed before his turn, and keeps a connection.
MOST_WAITING = 64
# A field of a form that names a file; where none was chosen, browsers write the name empty, and then the line ends.
_NAMES_A_FILE = re.compile(rb'filename(?!=""\r\n)', re.IGNORECASE)
# In place of the name of the program that serves.
_NO_NAME = ("server", "")

log = logging.getLogger(__name__)


class Refused(Exception):
    """Answered here, without a word and without the application."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def by_rsgi(application: Application) -> Served:
    """The same application, for `granian --interface rsgi`. Bodies must say how long they are."""
    words = Threads(application, WORDS_AT_ONCE, "words")
    files = Threads(application, FILES_AT_ONCE, "files", most_waiting=MOST_WAITING)

    async def answer(scope: Scope, proto: HTTPProtocol) -> None:
        environ = _environ_of(scope)
        try:
            threads = files if await _take_body(environ, proto) else words
            await threads.answer(environ, proto)
        except Refused as refusal:
            proto.response_empty(refusal.status, [_NO_NAME, ("cache-control", "no-store")])

    return answer


class Threads:
    """A few threads that run one application. With the standard library's pool a page would cost a tenth more."""

    def __init__(self, application: Application, at_once: int, name: str, *, most_waiting: int | None = None) -> None:
        self._application, self._most_waiting = application, most_waiting
        self._waiting: SimpleQueue[tuple[Environ, HTTPProtocol, asyncio.Future[None]]] = SimpleQueue()
        for number in range(at_once):
            threading.Thread(target=self._answer_all, name=f"{name} {number}", daemon=True).start()

    def answer(self, environ: Environ, proto: HTTPProtocol) -> "asyncio.Future[None]":
        """Raises `Refused` where too many wait."""
        if self._most_waiting is not None and self._waiting.qsize() > self._most_waiting:
            raise Refused(503)
        answered = asyncio.get_running_loop().create_future()
        self._waiting.put((environ, proto, answered))
        return answered

    def _answer_all(self) -> None:
        while True:
            with suppress(BaseException):  # nothing may end this thread
                self._answer(*self._waiting.get())

    def _answer(self, environ: Environ, proto: HTTPProtocol, answered: "asyncio.Future[None]") -> None:
        try:
            answer = _said_by(self._application, environ)
        except BaseException as error:  # it must not be printed: it may say words
            log.error("A request was ended by %s.", type(error).__name__)
            answer = (500, [_NO_NAME], b"")
        with suppress(Exception):  # he may have hung up
            proto.response_bytes(*answer)
        with suppress(RuntimeError):  # the server may have ended
            answered.get_loop().call_soon_threadsafe(_end, answered)


def _end(answered: "asyncio.Future[None]") -> None:
    if not answered.done():  # else the server ended it, because it ends itself
        answered.set_result(None)


async def _take_body(environ: Environ, proto: HTTPProtocol) -> bool:
    """Put what is to be read into `environ`. Whether it is, or has in it, more than words. Raises `Refused`."""
    if "HTTP_TRANSFER_ENCODING" in environ:
        raise Refused(411)
    declared = environ.get("CONTENT_LENGTH", "")
    length = int(declared) if declared.isdecimal() else 0
    if length > WORDS_BYTES:
        environ["wsgi.input"] = ArrivingBody(proto, length, asyncio.get_running_loop())
        return True
    body = await _words(proto) if length else b""
    environ["wsgi.input"] = BytesIO(body)
    return _NAMES_A_FILE.search(body) is not None


async def _words(proto: HTTPProtocol) -> bytes:
    try:
        async with asyncio.timeout(WORDS_SECONDS):
            return await proto()
    except TimeoutError:
        raise Refused(408) from None
    except ProtocolClosed:
        raise Refused(400) from None


def _said_by(application: Application, environ: Environ) -> Answer:
    told: list[tuple[int, list[tuple[str, str]]]] = []
    parts = application(environ, lambda status, headers, _error=None: told.append((int(status[:3]), headers)))
    try:
        body = b"".join(parts)
    finally:
        if close := getattr(parts, "close", None):
            close()
    status, headers = told[-1]
    has_name = any(name.lower() == "server" for name, _value in headers)
    return status, headers if has_name else [*headers, _NO_NAME], body


def _environ_of(scope: Scope) -> Environ:
    """What PEP 3333 asks for. Nothing of this process's own environment: it is nobody's business."""
    server, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    said: dict[str, list[str]] = {}
    for name, value in scope.headers.items():
        if "_" not in name:  # it would pass as the header of the same name with a hyphen
            said.setdefault(name.upper().replace("-", "_"), []).append(value)
    for name, values in said.items():
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        environ[key] = ("; " if name == "COOKIE" else ",").join(values)
    return environ


class ArrivingBody(RawIOBase):
    """A body of a known length, read in a thread while it arrives."""

    def __init__(self, proto: HTTPProtocol, length: int, loop: asyncio.AbstractEventLoop) -> None:
        self._parts: AsyncIterator[bytes] = aiter(proto)
        self._missing, self._loop, self._part = length, loop, BytesIO()
        self._end = loop.time() + FILES_SECONDS

    def read(self, size: int = -1) -> bytes:
        """As many bytes as asked for. Raises `ConnectionResetError` where the line ends or falls silent before."""
        wanted = self._missing if size < 0 else min(size, self._missing)
        read = []
        while wanted:
            piece = self._part.read(wanted) or self._next_part().read(wanted)
            read.append(piece)
            wanted -= len(piece)
            self._missing -= len(piece)
        return b"".join(read)

    def _next_part(self) -> BytesIO:
        try:
            part = asyncio.run_coroutine_threadsafe(self._arriving(), self._loop).result()
        except (TimeoutError, ProtocolClosed):
            part = b""
        if not part:
            raise ConnectionResetError
        self._part = BytesIO(part)
        return self._part

    async def _arriving(self) -> bytes:
        now = self._loop.time()
        async with asyncio.timeout_at(min(now + SILENT_SECONDS, self._end)):
            try:
                # Not `anext` with a default: asyncio would hold what that gives, and with it each part, for ever.
                return await self._parts.__anext__()
            except StopAsyncIteration:
                return b""
