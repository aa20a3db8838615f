"""Who said this? Ed25519 signatures, and the exact bytes of what is signed."""

import os
import struct
from collections.abc import Collection, Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

VERIFYING_KEY_BYTES = 32
SIGNATURE_BYTES = 64


def new_signing_seed() -> bytes:
    return os.urandom(32)


def verifying_key_of(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(message: bytes, *, seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def is_signed(message: bytes, signature: bytes, *, by: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(by).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def has_two_signatures(
    message: bytes, signatures: Iterable[tuple[bytes, bytes]], *, holders: Collection[bytes]
) -> bool:
    """Have two different ones of `holders` (verifying keys) signed `message`?

    `signatures`: pairs of the signer's verifying key and the signature. Others than `holders` do not count.
    """
    signers = {by for by, signature in signatures if by in holders and is_signed(message, signature, by=by)}
    return len(signers) >= 2


def epoch_statement(store: str, epoch: int, public_key: bytes) -> bytes:
    """What two holders sign so that the front seals to this key and to no other."""
    name = store.encode()
    return b"safeconduct/epoch/1" + struct.pack(">HI", len(name), epoch) + name + public_key


def resident_statement(store: str, name: str, number: int, fingerprint: bytes) -> bytes:
    """What two holders sign so that a worker works with this resident key and with no other."""
    names = store.encode(), name.encode()
    return b"safeconduct/resident/1" + struct.pack(">HHI", *map(len, names), number) + b"".join(names) + fingerprint
