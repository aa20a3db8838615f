"""How does each line hold the one before it? By a SHA-256 hash over all its fields and that line's hash.

And what is signed of a chain's head, so that whoever writes the whole chain anew cannot write the signed days anew?
"""

import hashlib
from datetime import date
from typing import NamedTuple

START = b"\x00" * 32


class Fields(NamedTuple):
    """A line as it is hashed. `at` in microseconds since 1970: one form on both engines, so one hash."""

    store: str
    seq: int
    at: int
    actor: int | None
    verb: str
    about_kind: str
    about_id: int | None


def hash_of(fields: Fields, previous: bytes) -> bytes:
    """32 bytes. No field can hold the separator: each is a number or a word from a closed list."""
    store, seq, at, actor, verb, about_kind, about_id = fields
    written = f"{store}|{seq}|{at}|{actor}|{verb}|{about_kind}|{about_id}|"
    return hashlib.sha256(written.encode() + previous).digest()


def head_message(store: str, number: int, on: date, seq: int, hash: bytes) -> bytes:
    """What is signed of a head on a day. `number` runs within the store, so that a signed head that is gone shows."""
    return (
        f"safeconduct audit head 1\nstore {store}\nnumber {number}\non {on}\nline {seq}\nhash {hash.hex()}\n".encode()
    )
