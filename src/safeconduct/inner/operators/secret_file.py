"""Keys from the secret file, which lies outside the database: what they close, a stolen database does not open."""

import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def key_for(purpose: str) -> bytes:
    """32 bytes, another for each purpose."""
    return HKDF(SHA256(), 32, salt=None, info=b"safeconduct/secret-file/1/" + purpose.encode()).derive(_secret())


def founding_mark(store: str, first: bytes, second: bytes) -> bytes:
    """Proof that the ceremony of this site named these two as the first holders of `store`."""
    named = b"|".join((store.encode(), first.hex().encode(), second.hex().encode()))
    return hmac.digest(key_for("founding"), named, "sha256")


def decoy_salt(username: str) -> bytes:
    """For a name that nobody has: always the same one, so that the work is the same as for a real name."""
    return hmac.digest(key_for("decoy"), username.encode(), "sha256")[:16]


def drawn_for(what: str, username: str) -> bytes:
    """64 bytes that look drawn at random and are always the same for this name."""
    return hmac.digest(key_for("decoy"), f"{what}/{username}".encode(), "sha512")


def _secret() -> bytes:
    secret: bytes = settings.INNER_SECRET
    return secret
