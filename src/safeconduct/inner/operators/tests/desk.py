"""A browser at a seat, in the words of the tests."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import cast
from unittest.mock import patch

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from safeconduct.inner.operators.passkeys import Answer
from safeconduct.inner.operators.session import KEY_COOKIE, LIVE_HEADER
from tests.people import Colleague

SESSION_COOKIE = "__Host-session"


def _fields(answer: Answer) -> dict[str, str]:
    return {"slip": answer.slip, "signed": answer.signed, "prf": answer.prf.hex()}


class Seat:
    """One browser. `later` moves the clock of what it does from then on."""

    def __init__(self) -> None:
        self.browser = Client()
        self._ahead = timedelta()

    def later(self, **time: float) -> None:
        self._ahead += timedelta(**time)

    def log_in(self, colleague: Colleague, *, passphrase: str | None = None, code: str | None = None) -> bool:
        answer = self._at(
            "/log-in",
            username=colleague.operator.username,
            passphrase=passphrase or colleague.passphrase,
            totp_code=code or colleague.totp_code,
        )
        return answer.status_code == 204

    def log_in_by(self, answer: Answer, username: str = "olena", **more: str) -> bool:
        """With a passkey, and whatever else is given."""
        return self._at("/log-in", username=username, **_fields(answer), **more).status_code == 204

    def shows_again(self, *, code: str = "", answer: Answer | None = None) -> bool:
        return self._at("/again", code=code, **(_fields(answer) if answer else {})).status_code == 204

    def may_do_key_work(self) -> bool:
        return self._at("/key-work").status_code == 204

    @property
    def clock(self) -> AbstractContextManager[None]:
        """For what is done beside this seat at its time."""
        return self._clock()

    def log_out(self) -> None:
        self._at("/log-out")

    def who(self, *, is_live: bool = False) -> dict[str, object]:
        headers = {LIVE_HEADER: "1"} if is_live else {}
        with self._clock():
            content: dict[str, object] = self.browser.get("/who", secure=True, headers=headers).json()
        return content

    def cookie(self, name: str) -> str:
        morsel = self.browser.cookies.get(name)
        return morsel.value if morsel and morsel["max-age"] != 0 else ""

    @property
    def key_cookie(self) -> str:
        return self.cookie(KEY_COOKIE)

    @property
    def session_cookie(self) -> str:
        return self.cookie(SESSION_COOKIE)

    def _at(self, path: str, **fields: str) -> HttpResponse:
        with self._clock():
            return cast(HttpResponse, self.browser.post(path, fields, secure=True))

    @contextmanager
    def _clock(self) -> Iterator[None]:
        """Django's clock, that of its cache, and the one that the telephone's codes are held against."""
        really_now, really_seconds, ahead = timezone.now, time.time, self._ahead

        def now() -> datetime:
            return really_now() + ahead

        def seconds() -> float:
            return really_seconds() + ahead.total_seconds()

        clocks = {"django.utils.timezone.now": now, "django.core.cache.backends.db.tz_now": now, "time.time": seconds}
        with ExitStack() as patches:
            for name, clock in clocks.items():
                patches.enter_context(patch(name, clock))
            yield
