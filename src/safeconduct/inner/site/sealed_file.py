"""How does a backup lie on disk? A random key, sealed to the recovery key, then chunks that open only as a whole.

Each chunk of 1 MiB is closed under its number and whether it is the last (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár, 2015, as in age). Neither writing nor reading holds more than a few chunks.
"""

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from safeconduct.sealing.envelopes import Binding, CannotOpen, open_sealed, seal

PREFIX = b"safeconduct backup "
VERSION_LINE = PREFIX + b"1\n"
KEY_PLACE = Binding("backup", "site")
KEY_LENGTH = struct.Struct(">I")
LONGEST_SEALED_KEY = 64 * 1024
CHUNK = 1024 * 1024
TAG = 16


class NotABackup(Exception):
    """The file begins with other words."""


class FromNewerVersion(Exception):
    """A backup in a format that this version does not know."""


class NotWhole(Exception):
    """Changed, cut short, put into another order, or made for another recovery key. It never says which."""


class SealedWriter:
    """What is written is closed for the owner of the seed of `to`; only what was ended can be read."""

    def __init__(self, file: BinaryIO, *, to: bytes) -> None:
        key = os.urandom(32)
        sealed_key = seal(key, to=to, binding=KEY_PLACE)
        file.write(VERSION_LINE + KEY_LENGTH.pack(len(sealed_key)) + sealed_key)
        self._file, self._cipher = file, ChaCha20Poly1305(key)
        self._number, self._waiting = 0, bytearray()

    def write(self, content: bytes) -> None:
        self._waiting += content
        # The last chunk is marked, so one is held back until there is more or the end.
        while len(self._waiting) > CHUNK:
            self._close_chunk(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]

    def end(self) -> None:
        self._close_chunk(bytes(self._waiting), is_last=True)

    def _close_chunk(self, content: bytes, *, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, is_last), content, None))
        self._number += 1


def opened_lines(file: BinaryIO, *, seed: bytes) -> Iterator[bytes]:
    """The lines of a sealed file, without their ends, each as soon as its chunk has proved whole.

    Raises `NotABackup`, `FromNewerVersion` or `NotWhole`; the last one also after many good lines.
    """
    parts: list[bytes] = []
    for chunk in _opened_chunks(file, _opened_key(file, seed)):
        first, *others = chunk.split(b"\n")
        parts.append(first)
        for other in others:
            yield b"".join(parts)
            parts = [other]
    if any(parts):
        raise NotWhole


def _opened_key(file: BinaryIO, seed: bytes) -> ChaCha20Poly1305:
    version = file.readline(len(VERSION_LINE))
    if version != VERSION_LINE:
        raise FromNewerVersion if version.startswith(PREFIX) else NotABackup
    length = file.read(KEY_LENGTH.size)
    if len(length) != KEY_LENGTH.size or KEY_LENGTH.unpack(length)[0] > LONGEST_SEALED_KEY:
        raise NotWhole
    try:
        return ChaCha20Poly1305(open_sealed(file.read(KEY_LENGTH.unpack(length)[0]), seed=seed, binding=KEY_PLACE))
    except (CannotOpen, ValueError):
        raise NotWhole from None


def _opened_chunks(file: BinaryIO, cipher: ChaCha20Poly1305) -> Iterator[bytes]:
    number, closed = 0, file.read(CHUNK + TAG)
    while True:
        following = file.read(CHUNK + TAG)
        try:
            yield cipher.decrypt(_nonce(number, not following), closed, None)
        except InvalidTag:
            raise NotWhole from None
        if not following:
            return
        number, closed = number + 1, following


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
