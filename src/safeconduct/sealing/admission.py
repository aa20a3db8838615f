"""Whose signatures count for a store? Two holders sign for each who comes after them, and so on from the first two.

Both wings ask: inner before it wraps or opens, the front before it seals to a new epoch.
"""

import struct
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from safeconduct.sealing.signing import has_two_signatures


@dataclass(frozen=True)
class Candidate:
    """Keys of one operator, and who is said to have signed for them."""

    public_key: bytes
    verifying_key: bytes
    signatures: tuple[tuple[bytes, bytes], ...]


def admission_statement(store: str, public_key: bytes, verifying_key: bytes) -> bytes:
    """What two holders sign so that `store` is wrapped for the owner of these keys."""
    parts = (store.encode(), public_key, verifying_key)
    return b"safeconduct/admission/1" + b"".join(struct.pack(">H", len(part)) + part for part in parts)


def is_admitted(
    store: str,
    public_key: bytes,
    verifying_key: bytes,
    *,
    signatures: Iterable[tuple[bytes, bytes]],
    holders: Collection[bytes],
) -> bool:
    """Have two different ones of `holders` (verifying keys) signed the admission?

    `signatures`: pairs of the signer's verifying key and the signature.
    """
    statement = admission_statement(store, public_key, verifying_key)
    return has_two_signatures(statement, signatures, holders=holders)


def admitted(store: str, *, founders: Collection[bytes], candidates: Iterable[Candidate]) -> frozenset[Candidate]:
    """Those whose keys count: signed by two holders, each of whom is a founder or was admitted before.

    A founder's own X-Wing key needs the two signatures as well, else it could be exchanged in the database.
    """
    holders, waiting, counted = set(founders), set(candidates), set[Candidate]()
    while True:
        new = {one for one in waiting if _is_signed_for(store, one, holders)}
        if not new:
            return frozenset(counted)
        waiting -= new
        counted |= new
        holders |= {one.verifying_key for one in new}


def _is_signed_for(store: str, one: Candidate, holders: Collection[bytes]) -> bool:
    return is_admitted(store, one.public_key, one.verifying_key, signatures=one.signatures, holders=holders)
