"""The six digits that an authenticator shows (RFC 6238, SHA-1, thirty seconds), for those who have none at hand."""

import base64
import hashlib
import hmac
import struct
import time

STEP_SECONDS = 30


def code_now(secret: str, *, moment: float | None = None) -> str:
    """`secret` in base32 as it is typed into an authenticator; `moment` in seconds since 1970, left out: now."""
    count = int(time.time() if moment is None else moment) // STEP_SECONDS
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", count), hashlib.sha1)
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 0x0F)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06d}"
