"""What travels inside a page between two requests? One sealed field, in place of a session or a cookie."""

import base64
import json
import os
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from safeconduct.front.web.errors import FormTooOld
from safeconduct.front.web.form_keys import form_keys
from safeconduct.sealing.envelopes import CannotOpen, lock, padded, unlock, unpadded

FORM_LIFE = timedelta(days=1)
_CONTEXT = b"safeconduct/form/1"


@dataclass(frozen=True, repr=False)
class Form:
    """One form under way, from its first page to its last.

    A form for a new appeal carries the `code` and the words that will be shown once it is stored. A form that was
    reached with a code carries its `root`, never the code. `interview` is the state of the guided questions. `kept` is
    the danger with which the letter was kept; empty before.
    """

    language: str
    code: str = ""
    our_word: str = ""
    your_word: str = ""
    root: bytes = b""
    interview: dict[str, Any] | None = None
    kept: str = ""
    id: bytes = field(default_factory=lambda: os.urandom(32))
    made_at: int = field(default_factory=lambda: int(time.time()))

    def closed(self) -> str:
        """The value of the hidden field. Its length tells nothing but how long the answers are, in steps."""
        content = vars(self) | {"root": self.root.hex(), "id": self.id.hex()}
        plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(lock(padded(plain), key=form_keys().newest(), context=_CONTEXT)).decode()


def opened(value: str) -> Form:
    """The form that was closed. Raises `FormTooOld` for every reason alike."""
    try:
        blob = base64.b64decode(value, altchars=b"-_", validate=True)
    except ValueError:
        raise FormTooOld from None
    for key in form_keys().all():
        try:
            content = json.loads(unpadded(unlock(blob, key=key, context=_CONTEXT)))
        except CannotOpen:
            continue
        return _form_of(content)
    raise FormTooOld


def _form_of(content: dict[str, Any]) -> Form:
    try:
        form = Form(**content | {name: bytes.fromhex(content[name]) for name in ("root", "id")})
    except (TypeError, KeyError):
        # Ours, but made by another release.
        raise FormTooOld from None
    if time.time() - form.made_at > FORM_LIFE.total_seconds():
        raise FormTooOld
    return form
