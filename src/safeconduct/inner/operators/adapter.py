"""How are TOTP secrets kept? Sealed under a key from the secret file: the database alone gives no second factor."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter

from safeconduct.inner.operators.secret_file import key_for
from safeconduct.sealing.envelopes import lock, unlock

CONTEXT = b"safeconduct/totp/1"


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth calls these two around everything that it keeps of a second factor."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(lock(text.encode(), key=key_for("totp"), context=CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises `CannotOpen`."""
        return unlock(base64.b64decode(encrypted_text), key=key_for("totp"), context=CONTEXT).decode()
