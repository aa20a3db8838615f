"""How does each wing know that the other one speaks? One line, signed with Ed25519, on each request and each answer.

A request is signed over method, path, body, audience, time and a nonce that counts once; an answer over the request's
nonce, status, body, audience and time. The audience is the verifying key of the one who is spoken to.
"""

import hashlib
import os
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from safeconduct.handover.errors import NotSigned
from safeconduct.sealing.signing import is_signed, sign

LINE = "Safeconduct-Signed"  # the name of the HTTP header
NONCE_BYTES = 16
CLOCKS_MAY_DIFFER = timedelta(minutes=10)
# Longer than a request can stay young enough on the slowest pair of clocks.
NONCE_KEPT = timedelta(minutes=25)


@dataclass(frozen=True)
class Line:
    """What stands in the header: time in whole seconds since 1970, nonce, audience, digest of the body, signature."""

    time: int
    nonce: bytes
    audience: bytes
    digest: bytes
    signature: bytes

    def __str__(self) -> str:
        parts = (self.nonce, self.audience, self.digest, self.signature)
        return " ".join([str(self.time), *(part.hex() for part in parts)])

    @classmethod
    def read(cls, text: str) -> "Line":
        """Raises `NotSigned`; only exactly what `str` gives is read."""
        try:
            time, *rest = text.split(" ")
            nonce, audience, digest, signature = (bytes.fromhex(part) for part in rest)
            line = cls(int(time), nonce, audience, digest, signature)
        except ValueError:
            raise NotSigned("signature") from None
        if str(line) != text or len(nonce) != NONCE_BYTES:
            raise NotSigned("signature")
        return line


def new_nonce() -> bytes:
    return os.urandom(NONCE_BYTES)


def sign_request(
    method: str, path: str, body: bytes, *, seed: bytes, audience: bytes, nonce: bytes, now: datetime
) -> str:
    time, digest = int(now.timestamp()), _digest(body)
    signature = sign(_request(method, path, digest, audience, time, nonce), seed=seed)
    return str(Line(time, nonce, audience, digest, signature))


def check_request(text: str, method: str, path: str, *, by: bytes, audience: bytes) -> Line:
    """The line, which the caller holds against the clock, then against the body (`check_body`) and nonces seen.

    The body is not needed: nobody but the other wing has it read. Raises `NotSigned`.
    """
    line = Line.read(text)
    if not is_signed(_request(method, path, line.digest, line.audience, line.time, line.nonce), line.signature, by=by):
        raise NotSigned("signature")
    if line.audience != audience:
        raise NotSigned("audience")
    return line


def check_body(line: Line, body: bytes) -> None:
    """Raises `NotSigned`."""
    if _digest(body) != line.digest:
        raise NotSigned("signature")


def check_clock(line: Line, *, now: datetime) -> None:
    """Raises `NotSigned`. After the signature only: nobody but the other wing learns what our clock says."""
    if abs(now.timestamp() - line.time) > CLOCKS_MAY_DIFFER.total_seconds():
        raise NotSigned("clock")


def sign_answer(status: int, body: bytes, *, nonce: bytes, seed: bytes, audience: bytes, now: datetime) -> str:
    time, digest = int(now.timestamp()), _digest(body)
    signature = sign(_answer(status, digest, audience, time, nonce), seed=seed)
    return str(Line(time, nonce, audience, digest, signature))


def check_answer(text: str, status: int, body: bytes, *, nonce: bytes, by: bytes, audience: bytes) -> datetime:
    """The other wing's clock. Raises `NotSigned`. The nonce is ours and new, so no clock is needed for freshness."""
    line = Line.read(text)
    if line.nonce != nonce:
        raise NotSigned("replayed")
    check_body(line, body)
    if not is_signed(_answer(status, line.digest, line.audience, line.time, nonce), line.signature, by=by):
        raise NotSigned("signature")
    if line.audience != audience:
        raise NotSigned("audience")
    return datetime.fromtimestamp(line.time, UTC)


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def _request(method: str, path: str, digest: bytes, audience: bytes, time: int, nonce: bytes) -> bytes:
    return _joined(b"request/1", method.encode(), path.encode(), digest, audience, time, nonce)


def _answer(status: int, digest: bytes, audience: bytes, time: int, nonce: bytes) -> bytes:
    return _joined(b"answer/1", str(status).encode(), b"", digest, audience, time, nonce)


def _joined(what: bytes, first: bytes, second: bytes, digest: bytes, audience: bytes, time: int, nonce: bytes) -> bytes:
    """Unambiguous: each part with its length before it."""
    parts = (b"safeconduct/handover", what, first, second, digest, audience, str(time).encode(), nonce)
    return b"".join(struct.pack(">H", len(part)) + part for part in parts)
