"""Envelopes as the front seals them, to the fixed keys; for tests of either wing and of neither."""

import os
from datetime import UTC, datetime

from safeconduct.handover.letters import Envelope, FilePart, Header, Letter, ThreadName, seal_envelope
from safeconduct.sealing.envelopes import KeyPair
from tests.keys import INTAKE_KEY, STORE, STORE_KEY

LOOKUP = b"\x20" * 32
THREAD_KEY = KeyPair(b"\x21" * 32)
SIGNING_SEED = b"\x22" * 32
THREAD = ThreadName(LOOKUP, THREAD_KEY.public_key)


def a_header(act: str = "opening", **changes: object) -> Header:
    usual = {"kind": "appeal", "act": act, "channel": "web", "language": "uk", "about": "oneself", "danger": "none"}
    return Header(**(usual | {"window": "never", "threads": (THREAD,)} | changes))  # type: ignore[arg-type]


def a_letter(words: str = "Можна прийти з братом?") -> Letter:
    return Letter(words, {"stance": "front", "adult": "yes"}, "appeal", 1, "ліс", "річка")


def an_envelope(
    words: str = "Можна прийти з братом?", *, id: bytes | None = None, file: bytes | None = None, lookup: bytes = LOOKUP
) -> Envelope:
    """A sealed first letter; or, with `file`, a file of that content. Each `lookup` is a person."""
    header = a_header("opening" if file is None else "file", threads=(ThreadName(lookup, THREAD_KEY.public_key),))
    return seal_envelope(
        header,
        a_letter(words) if file is None else FilePart("photo.jpg", "image/jpeg", file),
        id=id or os.urandom(16),
        store=STORE,
        epoch=1,
        store_key=STORE_KEY.public_key,
        intake_key=INTAKE_KEY.public_key,
        arrived_at=datetime.now(UTC),
        signed_by=[SIGNING_SEED],
    )
