"""What do we hand to a browser and believe when it comes back? A slip: sealed under a key from the secret file.

So nothing has to be kept of strangers who have not logged in yet. A slip is good for one purpose and for some time.
"""

import base64
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from safeconduct.inner.operators.secret_file import key_for
from safeconduct.sealing.envelopes import CannotOpen, lock, unlock


def write_slip(purpose: str, content: Mapping[str, Any]) -> str:
    written = json.dumps({"at": timezone.now().timestamp(), **content})
    return base64.urlsafe_b64encode(lock(written.encode(), key=_key(purpose), context=_context(purpose))).decode()


def read_slip(purpose: str, slip: str, *, within: timedelta) -> dict[str, Any]:
    """What was written; empty where the slip is not ours, is for something else, or is older than `within`."""
    try:
        opened = unlock(base64.urlsafe_b64decode(slip), key=_key(purpose), context=_context(purpose))
    except (ValueError, CannotOpen):
        return {}
    content: dict[str, Any] = json.loads(opened)
    age = timezone.now().timestamp() - content["at"]
    return content if age <= within.total_seconds() else {}


def _key(purpose: str) -> bytes:
    return key_for(f"slip/{purpose}")


def _context(purpose: str) -> bytes:
    return b"safeconduct/slip/1/" + purpose.encode()
