"""How is something closed so that only one key opens it, and only in the place it was made for?

HPKE (RFC 9180) with X-Wing (ML-KEM-768 + X25519), HKDF-SHA256 and ChaCha20-Poly1305; post-quantum, because a
letter recorded today must still be closed in twenty years. Where both sides hold one key, ChaCha20-Poly1305 alone.
"""

import hashlib
import os
import struct
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

VERSION = b"\x01"
SEED_BYTES = 32
MLKEM_PUBLIC_BYTES = 1184
PUBLIC_KEY_BYTES = MLKEM_PUBLIC_BYTES + 32
NONCE_BYTES = 12
KIB = 1024
# Short messages would tell yes from no by their size.
BUCKETS = (1 * KIB, 4 * KIB, 16 * KIB, 64 * KIB)
LENGTH = struct.Struct(">Q")

_suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class CannotOpen(Exception):
    """The blob is not for this key, not for this place, or not whole. It never says which."""


class SealingBroken(Exception):
    """What this machine seals, it does not open: nothing may be accepted."""


@dataclass(frozen=True)
class KeyPair:
    """An X-Wing key pair, kept as its 32-byte seed (draft-connolly-cfrg-xwing-kem, section 5.2)."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        # SHAKE would expand a shorter seed without complaint.
        if len(self.seed) != SEED_BYTES:
            raise ValueError("an X-Wing seed has 32 bytes")

    @cached_property
    def public_key(self) -> bytes:
        """1216 bytes: ML-KEM-768 encapsulation key, then X25519 public key."""
        mlkem, x25519 = _halves(self)
        return mlkem.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) + x25519.public_key().public_bytes_raw()


@dataclass(frozen=True)
class Binding:
    """Where a blob belongs. Moved to any other place it does not open."""

    purpose: str
    store: str
    thread: bytes = b""
    envelope_id: bytes = b""

    def encoded(self) -> bytes:
        """Unambiguous bytes: each part with its length before it."""
        parts = (b"safeconduct", self.purpose.encode(), self.store.encode(), self.thread, self.envelope_id)
        return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def new_key_pair() -> KeyPair:
    return KeyPair(os.urandom(SEED_BYTES))


def key_pair_of(seed: bytes) -> KeyPair:
    """Raises `ValueError` where `seed` has not 32 bytes."""
    return KeyPair(seed)


def seal(plaintext: bytes, *, to: bytes, binding: Binding) -> bytes:
    """Close `plaintext` for the holder of the seed of `to`; the length is hidden in a bucket.

    Raises `ValueError` where `to` is no X-Wing public key.
    """
    return VERSION + _suite.encrypt(padded(plaintext), _public(to), binding.encoded())


def open_sealed(blob: bytes, *, seed: bytes, binding: Binding) -> bytes:
    """What was sealed. Raises `CannotOpen` for every reason alike."""
    if blob[:1] != VERSION:
        raise CannotOpen
    try:
        return unpadded(_suite.decrypt(blob[1:], _private(key_pair_of(seed)), binding.encoded()))
    except (InvalidTag, ValueError):
        raise CannotOpen from None


def lock(plaintext: bytes, *, key: bytes, context: bytes) -> bytes:
    """Close under a key that both sides hold (32 bytes); `context` is bound and not stored."""
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + ChaCha20Poly1305(key).encrypt(nonce, plaintext, context)


def unlock(blob: bytes, *, key: bytes, context: bytes) -> bytes:
    """What was locked. Raises `CannotOpen` for every reason alike."""
    if blob[:1] != VERSION or len(blob) <= NONCE_BYTES:
        raise CannotOpen
    try:
        return ChaCha20Poly1305(key).decrypt(blob[1 : NONCE_BYTES + 1], blob[NONCE_BYTES + 1 :], context)
    except (InvalidTag, ValueError):
        raise CannotOpen from None


def padded(plaintext: bytes) -> bytes:
    """Length, plaintext and zeros up to 1, 4, 16 or 64 KiB, above that up to the next step of 5 %."""
    needed = LENGTH.size + len(plaintext)
    return LENGTH.pack(len(plaintext)) + plaintext + bytes(bucket_for(needed) - needed)


def unpadded(content: bytes) -> bytes:
    if len(content) < LENGTH.size:
        raise CannotOpen
    (length,) = LENGTH.unpack_from(content)
    end = LENGTH.size + length
    if end > len(content) or bucket_for(end) != len(content) or any(content[end:]):
        raise CannotOpen
    return content[LENGTH.size : end]


def bucket_for(length: int) -> int:
    """The size that `length` bytes are padded to."""
    for bucket in BUCKETS:
        if length <= bucket:
            return bucket
    size = BUCKETS[-1]
    while size < length:
        size += -(-size // 20)
    return size


def self_test() -> None:
    """Seal and open one blob; a broken build of the library must stop the start, not the first letter.

    Raises `SealingBroken`, whatever the library's own error was.
    """
    try:
        pair = new_key_pair()
        blob = seal(b"whole", to=pair.public_key, binding=Binding("self-test", "here"))
        is_whole = open_sealed(blob, seed=pair.seed, binding=Binding("self-test", "here")) == b"whole"
    except Exception:
        raise SealingBroken from None
    if not is_whole or _opens(blob, pair, Binding("self-test", "elsewhere")):
        raise SealingBroken


def _opens(blob: bytes, pair: KeyPair, binding: Binding) -> bool:
    try:
        open_sealed(blob, seed=pair.seed, binding=binding)
    except CannotOpen:
        return False
    return True


def _halves(pair: KeyPair) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    expanded = hashlib.shake_256(pair.seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])


def _private(pair: KeyPair) -> MLKEM768X25519PrivateKey:
    return MLKEM768X25519PrivateKey(*_halves(pair))


@lru_cache(maxsize=64)
def _public(key: bytes) -> MLKEM768X25519PublicKey:
    if len(key) != PUBLIC_KEY_BYTES:
        raise ValueError("an X-Wing public key has 1216 bytes")
    return MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(key[:MLKEM_PUBLIC_BYTES]),
        X25519PublicKey.from_public_bytes(key[MLKEM_PUBLIC_BYTES:]),
    )
