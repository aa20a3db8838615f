"""People who write, many at once: raw sockets and no library, because the generator shares the cores with the server.

Each visit has a connection of its own, opened for it and kept for its few requests, as a browser's is.
"""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

EDGE = b"----formboundary7MA4YWxkTrZu0gW"
MULTIPART = b"multipart/form-data; boundary=" + EDGE
URLENCODED = b"application/x-www-form-urlencoded"


class Refused(Exception):
    """The server answered something else than a person would be glad of."""


class Connection:
    """One connection of one visit."""

    def __init__(self, port: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._port = port
        self._socket = socket.socket()
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def __aenter__(self) -> "Connection":
        await self._loop.sock_connect(self._socket, ("127.0.0.1", self._port))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._socket.close()

    async def get(self, path: bytes) -> bytes:
        return await self._ask(b"GET %b HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n" % path)

    async def post(self, path: bytes, body: bytes, kind: bytes) -> bytes:
        head = b"POST %b HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n" % path
        return await self._ask(head + b"Content-Type: %b\r\nContent-Length: %d\r\n\r\n" % (kind, len(body)) + body)

    async def _ask(self, request: bytes) -> bytes:
        await self._loop.sock_sendall(self._socket, request)
        answer = await self._loop.sock_recv(self._socket, 65536)
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += await self._more()
        length = _length_in(answer[:end])
        while len(answer) < end + 4 + length:
            answer += await self._more()
        if not answer.startswith(b"HTTP/1.1 200"):
            raise Refused(answer[:30].decode("latin-1"))
        return answer[end + 4 :]

    async def _more(self) -> bytes:
        more = await self._loop.sock_recv(self._socket, 65536)
        if not more:
            raise Refused("closed in the middle of an answer")
        return more


def _length_in(head: bytes) -> int:
    lowered = head.lower()
    start = lowered.index(b"content-length:") + len(b"content-length:")
    return int(lowered[start:].split(b"\r\n", 1)[0])


def multipart(fields: Mapping[bytes, bytes], *, files: Sequence[bytes] = ()) -> bytes:
    """A form as a browser sends it; of each of `files` nothing was chosen."""
    parts = [
        b'--%b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (EDGE, name, value)
        for name, value in fields.items()
    ]
    parts += [
        b'--%b\r\nContent-Disposition: form-data; name="%b"; filename=""\r\n' % (EDGE, name)
        + b"Content-Type: application/octet-stream\r\n\r\n\r\n"
        for name in files
    ]
    return b"".join(parts) + b"--%b--\r\n" % EDGE


Visit = Callable[[Connection], Awaitable[None]]


@dataclass
class Outcome:
    """`sent`: visits that ended with the page that thanks. `refused`: the others, by what was answered."""

    sent: int = 0
    refused: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return self.sent / self.seconds

    def percentile(self, percent: int) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


def visit_often(visit: Visit, *, port: int, visits: int, clients: int) -> Outcome:
    """`visits` in all, by `clients` people at a time."""
    return asyncio.run(_visit_often(visit, port, visits, clients))


async def _visit_often(visit: Visit, port: int, visits: int, clients: int) -> Outcome:
    outcome, left = Outcome(), iter(range(visits))

    async def client() -> None:
        for _ in left:
            began = time.perf_counter()
            try:
                async with Connection(port) as connection:
                    await visit(connection)
            except (Refused, OSError, ValueError) as refusal:
                outcome.refused.append(f"{type(refusal).__name__}: {refusal}")
            else:
                outcome.sent += 1
                outcome.milliseconds.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    outcome.seconds = time.perf_counter() - began
    return outcome
