"""Who may open a store? Operators' keys, the wrapped key of each epoch, recovery on paper.

Inner only: the front runs without this file.
"""

import secrets
import struct
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from shamir_mnemonic import MnemonicError, Share, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.wordlist import WORDLIST

from safeconduct.sealing.envelopes import (
    SEED_BYTES,
    Binding,
    CannotOpen,
    key_pair_of,
    lock,
    new_key_pair,
    open_sealed,
    seal,
    unlock,
)
from safeconduct.sealing.signing import new_signing_seed, verifying_key_of

PASSPHRASE_WORDS = 6
KEYS_CONTEXT = b"safeconduct/operator-keys/1"
RECOVERY_SHARES = 3
RECOVERY_NEEDED = 2


class SharesDoNotFit(ValueError):
    """The recovery shares give no key. `share` (1, 2, 3 in the order given) has a slip; None: they do not belong
    together, or are too few. No message holds a word of them."""

    def __init__(self, share: int | None) -> None:
        super().__init__(share)
        self.share = share


@dataclass(frozen=True)
class OperatorKeys:
    """What an operator opens and signs with: an X-Wing seed and an Ed25519 seed, 32 bytes each."""

    seed: bytes = field(repr=False)
    signing_seed: bytes = field(repr=False)

    @property
    def public_key(self) -> bytes:
        return key_pair_of(self.seed).public_key

    @property
    def verifying_key(self) -> bytes:
        return verifying_key_of(self.signing_seed)

    def to_bytes(self) -> bytes:
        return self.seed + self.signing_seed

    @classmethod
    def from_bytes(cls, content: bytes) -> "OperatorKeys":
        if len(content) != 2 * SEED_BYTES:
            raise ValueError("an operator's keys are 64 bytes")
        return cls(content[:SEED_BYTES], content[SEED_BYTES:])


def new_operator_keys() -> OperatorKeys:
    return OperatorKeys(new_key_pair().seed, new_signing_seed())


@dataclass(frozen=True)
class PassphraseCost:
    """What one guess at a passphrase costs. Source: RFC 9106, section 4, second choice of memory; one lane."""

    memory_kib: int = 65536
    time: int = 3


@dataclass(frozen=True)
class Halves:
    """`login` is compared by the server, `key` opens the operator's keys; neither tells anything of the other."""

    login: bytes = field(repr=False)
    key: bytes = field(repr=False)


def new_passphrase() -> str:
    """Six words of 10 bits each."""
    return " ".join(secrets.choice(WORDLIST) for _ in range(PASSPHRASE_WORDS))


def halves_of(passphrase: str, *, salt: bytes, secret: bytes, cost: PassphraseCost) -> Halves:
    """The two halves, 32 bytes each, of a passphrase as it was typed; case and surplus spaces do not matter.

    `salt`: the operator's, 16 bytes. `secret`: the 32 bytes of the secret file; without them a stolen database
    tests no guess.
    """
    typed = " ".join(unicodedata.normalize("NFKC", passphrase).casefold().split())
    root = hash_secret_raw(typed.encode(), salt, cost.time, cost.memory_kib, 1, 32, Type.ID)
    return Halves(_half(root, secret, b"login"), _half(root, secret, b"key"))


def key_of_prf(prf: bytes, *, secret: bytes) -> bytes:
    """The key, 32 bytes, under which a passkey's owner closes his keys a second time.

    `prf`: what the authenticator answers to the salt of this passkey (WebAuthn level 3, extension `prf`), 32 bytes.
    `secret`: the 32 bytes of the secret file. Neither gives the key alone.
    """
    return HKDF(SHA256(), 32, salt=secret, info=b"safeconduct/passkey/1").derive(prf)


def lock_keys(keys: OperatorKeys, *, key: bytes) -> bytes:
    """Close an operator's keys under the key half of the passphrase, or under that of a passkey."""
    return lock(keys.to_bytes(), key=key, context=KEYS_CONTEXT)


def unlock_keys(blob: bytes, *, key: bytes) -> OperatorKeys:
    """Raises `CannotOpen`."""
    try:
        return OperatorKeys.from_bytes(unlock(blob, key=key, context=KEYS_CONTEXT))
    except ValueError:
        raise CannotOpen from None


def wrap_epoch(seed: bytes, *, store: str, epoch: int, to: bytes) -> bytes:
    """Close the private half of an epoch for one holder or for recovery (`to`: its X-Wing public key)."""
    return seal(key_pair_of(seed).seed, to=to, binding=_epoch_binding(store, epoch))


def unwrap_epoch(blob: bytes, *, store: str, epoch: int, seed: bytes) -> bytes:
    """The seed of the epoch's key pair, with the holder's own `seed`. Raises `CannotOpen`."""
    try:
        return key_pair_of(open_sealed(blob, seed=seed, binding=_epoch_binding(store, epoch))).seed
    except ValueError:
        raise CannotOpen from None


def wrap_resident(key: bytes, *, store: str, name: str, number: int, to: bytes) -> bytes:
    """Close a resident key (32 bytes) for one holder or for recovery (`to`: its X-Wing public key)."""
    return seal(key_pair_of(key).seed, to=to, binding=_resident_binding(store, name, number))


def unwrap_resident(blob: bytes, *, store: str, name: str, number: int, seed: bytes) -> bytes:
    """The resident key, with the holder's own `seed`. Raises `CannotOpen`."""
    try:
        return key_pair_of(open_sealed(blob, seed=seed, binding=_resident_binding(store, name, number))).seed
    except ValueError:
        raise CannotOpen from None


def split_recovery(seed: bytes) -> list[str]:
    """Three SLIP-39 shares of 33 words; any two give the seed back."""
    (shares,) = generate_mnemonics(1, [(RECOVERY_NEEDED, RECOVERY_SHARES)], key_pair_of(seed).seed)
    return list(shares)


def join_recovery(shares: Sequence[str]) -> bytes:
    """The recovery seed from two of the three shares, or from all. Raises `SharesDoNotFit`."""
    for number, share in enumerate(shares, start=1):
        if not _is_whole(share):
            raise SharesDoNotFit(number)
    different = list(dict.fromkeys(" ".join(share.lower().split()) for share in shares))
    try:
        return key_pair_of(combine_mnemonics(different[:RECOVERY_NEEDED])).seed
    except (MnemonicError, ValueError):
        raise SharesDoNotFit(None) from None


def _is_whole(share: str) -> bool:
    """Every word is of the list and the checksum of the share fits."""
    try:
        Share.from_mnemonic(share)
    except (MnemonicError, ValueError):
        return False
    return True


def _half(root: bytes, secret: bytes, what: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=secret, info=b"safeconduct/passphrase/1/" + what).derive(root)


def _epoch_binding(store: str, epoch: int) -> Binding:
    return Binding("epoch", store, envelope_id=struct.pack(">I", epoch))


def _resident_binding(store: str, name: str, number: int) -> Binding:
    return Binding("resident", store, thread=name.encode(), envelope_id=struct.pack(">I", number))
