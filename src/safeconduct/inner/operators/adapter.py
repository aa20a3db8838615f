"""What do we do otherwise than allauth about second factors?

TOTP secrets and the seed of recovery codes are sealed under a key from the secret file: the database alone gives no
second factor (passkeys: `passkeys`). A code counts once.
"""

import base64
from urllib.parse import urlsplit

from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core.cache import cache

from safeconduct.inner.operators.models import Operator
from safeconduct.inner.operators.secret_file import drawn_for, key_for
from safeconduct.sealing.envelopes import lock, unlock

CONTEXT = b"safeconduct/totp/1"


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth calls these two around everything that it keeps of a second factor."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(lock(text.encode(), key=key_for("totp"), context=CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises `CannotOpen`."""
        return unlock(base64.b64decode(encrypted_text), key=key_for("totp"), context=CONTEXT).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """To whom a passkey belongs: the host of the desk's own address, whatever name a request came by."""
        return {"id": urlsplit(settings.INNER_URL).hostname or "localhost", "name": "Desk"}

    def get_public_key_credential_user_entity(self, operator: Operator) -> dict[str, object]:
        return {
            "id": drawn_for("handle of passkeys", operator.username)[:32],
            "name": operator.username,
            "display_name": operator.name,
        }


class CountedOnce(TOTP):  # type: ignore[misc]
    """allauth remembers a used code for one period; with a tolerance the clock takes it for longer than that."""

    def _mark_code_used(self, code: str) -> bool:
        periods = 2 * app_settings.TOTP_TOLERANCE + 1
        is_new: bool = cache.add(self._get_used_cache_key(code), "y", timeout=periods * app_settings.TOTP_PERIOD)
        return is_new
