"""How can anybody check our files without our program? OpenBSD signify's formats: two lines, Ed25519.

A file is one line of comment, one line of base64 and, where the signature is embedded, the message. The binary
layouts are those of signify.c: algorithm "Ed", an 8-byte key number, then key or signature; integers big-endian.
"""

import base64
import binascii
import hashlib
import os
import struct
from dataclasses import dataclass, field
from typing import Any

from safeconduct.sealing.signing import is_signed, new_signing_seed, sign, verifying_key_of

ALGORITHM = b"Ed"
COMMENT = "untrusted comment: "
# signify reads at most 1024 bytes of comment line.
COMMENT_CHARACTERS = 200
KEY_NUMBER_BYTES = 8
PUBLIC = struct.Struct(">2s8s32s")
SIGNATURE = struct.Struct(">2s8s64s")
# algorithm, kdf "BK", rounds (0: no passphrase), salt, first 8 bytes of SHA-512 of the key, number, seed ‖ public key
SECRET = struct.Struct(">2s2sI16s8s8s64s")


class NotSignifyFile(ValueError):
    """The content is not what signify would have written, or the key is locked with a passphrase."""


class NotVerified(Exception):
    """The signature is not by this key over this message."""


@dataclass(frozen=True)
class PublicKey:
    """What others check with. `number` tells apart keys, proves nothing."""

    number: bytes
    verifying_key: bytes


@dataclass(frozen=True)
class SecretKey:
    number: bytes
    seed: bytes = field(repr=False)

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.number, verifying_key_of(self.seed))


def new_key() -> SecretKey:
    return SecretKey(os.urandom(KEY_NUMBER_BYTES), new_signing_seed())


def public_file(key: PublicKey, *, comment: str = "signify public key") -> bytes:
    return _file(comment, PUBLIC.pack(ALGORITHM, key.number, key.verifying_key))


def secret_file(key: SecretKey, *, comment: str = "signify secret key") -> bytes:
    """Without a passphrase: the folder that it lies in is what guards it."""
    both = key.seed + key.public.verifying_key
    checksum = hashlib.sha512(both).digest()[:8]
    return _file(comment, SECRET.pack(ALGORITHM, b"BK", 0, os.urandom(16), checksum, key.number, both))


def read_public_file(content: bytes) -> PublicKey:
    """Raises `NotSignifyFile`."""
    _, number, verifying_key = _fields(PUBLIC, content)
    return PublicKey(number, verifying_key)


def read_secret_file(content: bytes) -> SecretKey:
    """Raises `NotSignifyFile`, also for a key that is locked with a passphrase or is damaged."""
    _, kdf, rounds, _, checksum, number, both = _fields(SECRET, content)
    key = SecretKey(number, both[:32])
    is_whole = checksum == hashlib.sha512(both).digest()[:8] and both[32:] == key.public.verifying_key
    if kdf != b"BK" or rounds != 0 or not is_whole:
        raise NotSignifyFile
    return key


def sign_detached(message: bytes, *, key: SecretKey, comment: str = "signature") -> bytes:
    """The signature file alone, as `signify -S -m MESSAGE -x FILE` writes it."""
    return _file(comment, SIGNATURE.pack(ALGORITHM, key.number, sign(message, seed=key.seed)))


def verify_detached(message: bytes, signature: bytes, *, by: PublicKey) -> None:
    """Raises `NotVerified`, or `NotSignifyFile` where `signature` is no signature file."""
    _, number, signed = _fields(SIGNATURE, signature)
    if number != by.number or not is_signed(message, signed, by=by.verifying_key):
        raise NotVerified


def sign_embedded(message: bytes, *, key: SecretKey, comment: str = "signature") -> bytes:
    """Signature file and message in one, as `signify -S -e` writes it."""
    return sign_detached(message, key=key, comment=comment) + message


def verify_embedded(signed: bytes, *, by: PublicKey) -> bytes:
    """The message. Raises `NotVerified`, or `NotSignifyFile` where the two first lines are no signature."""
    head, message = _split(signed)
    verify_detached(message, head, by=by)
    return message


def _file(comment: str, content: bytes) -> bytes:
    if not comment.isprintable() or len(comment) > COMMENT_CHARACTERS:
        raise ValueError("a comment is one printable line of at most 200 characters")
    return f"{COMMENT}{comment}\n".encode() + base64.b64encode(content) + b"\n"


def _split(content: bytes) -> tuple[bytes, bytes]:
    """The two first lines, and what follows them."""
    comment_end = content.find(b"\n")
    end = content.find(b"\n", comment_end + 1)
    if comment_end < 0 or end < 0 or not content.startswith(COMMENT.encode()):
        raise NotSignifyFile
    return content[: end + 1], content[end + 1 :]


def _fields(layout: struct.Struct, content: bytes) -> tuple[Any, ...]:
    head, rest = _split(content)
    encoded = head.split(b"\n")[1]
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise NotSignifyFile from None
    # One key or signature has one spelling: base64 would let unused bits vary.
    if rest or len(decoded) != layout.size or decoded[:2] != ALGORITHM or base64.b64encode(decoded) != encoded:
        raise NotSignifyFile
    return layout.unpack(decoded)
