"""Where are an operator's keys between two requests? Locked in the session's row; its key is in a second cookie.

Neither the rows nor the cookie opens anything alone. Both end with the last deed (INNER_IDLE_MINUTES), at the latest
after twelve hours, or at log-out.
"""

import base64
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import cast

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from safeconduct.inner.operators import rules
from safeconduct.inner.operators.errors import KeysClosed
from safeconduct.inner.operators.keys import OpenedKeys
from safeconduct.inner.operators.models import Operator
from safeconduct.inner.operators.seats import SEAT_COOKIE
from safeconduct.sealing.envelopes import CannotOpen, lock, unlock
from safeconduct.sealing.stores import OperatorKeys

KEY_COOKIE = "__Host-key"
# A page that re-fetches itself says so with this header; such a request is no deed and keeps no session awake.
LIVE_HEADER = "Live"
# Deeds closer together than this are counted as one, so that not every request writes.
DEED_EVERY = timedelta(seconds=20)

_LOCKED = "operator_keys"
_SEEN = "seen_at"
_CAME = "came_at"


class OperatorRequest(HttpRequest):
    """A request as views of the desk see it, once `KeysMiddleware` has run."""

    operator: Operator | None
    key_cookie: bytes | None
    seat_cookie: str


class KeysMiddleware:
    """Sets `request.operator`; carries the second cookie out and away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, plain: HttpRequest) -> HttpResponse:
        request = cast(OperatorRequest, plain)
        if request.user.is_authenticated and timezone.now() >= came_at(request) + rules.SESSION_AT_MOST:
            logout(request)
        request.operator = request.user if isinstance(request.user, Operator) else None
        request.key_cookie = None
        request.seat_cookie = ""
        if request.operator is not None and LIVE_HEADER not in request.headers:
            _note_deed(request, request.operator)
        response = self.get_response(request)
        if request.key_cookie is not None:
            value = base64.urlsafe_b64encode(request.key_cookie).decode()
            response.set_cookie(KEY_COOKIE, value, secure=True, httponly=True, samesite="Strict")
        elif KEY_COOKIE in request.COOKIES and not request.user.is_authenticated:
            response.delete_cookie(KEY_COOKIE, samesite="Strict")
        if request.seat_cookie:
            age = int(rules.SEAT_KNOWN_FOR.total_seconds())
            response.set_cookie(
                SEAT_COOKIE, request.seat_cookie, max_age=age, secure=True, httponly=True, samesite="Strict"
            )
        return response


def session_ends_at(request: HttpRequest) -> datetime | None:
    """When this session ends unless there is another deed, or in any case; None where nobody is logged in."""
    seen = request.session.get(_SEEN)
    if seen is None:
        return None
    idle = datetime.fromtimestamp(seen, UTC) + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return min(idle, came_at(request) + rules.SESSION_AT_MOST)


def came_at(request: HttpRequest) -> datetime:
    """When the operator of this request logged in."""
    return datetime.fromtimestamp(request.session.get(_CAME, 0), UTC)


def put_keys(request: HttpRequest, operator: Operator, keys: OperatorKeys) -> None:
    """Lock the keys into the session under a new random key, which leaves in the second cookie and is kept nowhere."""
    cookie = os.urandom(32)
    locked = lock(keys.to_bytes(), key=cookie, context=_context(operator))
    request.session[_LOCKED] = base64.b64encode(locked).decode()
    request.session[_SEEN] = request.session[_CAME] = timezone.now().timestamp()
    opened = cast(OperatorRequest, request)
    opened.key_cookie = cookie
    opened.operator = operator


def put_seat(request: HttpRequest, slip: str) -> None:
    """The seat is known from now on; that cookie outlives the session and opens nothing."""
    cast(OperatorRequest, request).seat_cookie = slip


def forget_keys(request: HttpRequest) -> None:
    """The session is gone already; so is the answer's cookie when the middleware sees that nobody is logged in."""
    closed = cast(OperatorRequest, request)
    closed.key_cookie = None
    closed.operator = None


def keys_of(request: HttpRequest) -> OpenedKeys:
    """The keys of the operator of this request. Raises `KeysClosed`."""
    operator = getattr(request, "operator", None)
    if operator is None:
        raise KeysClosed
    try:
        cookie = base64.urlsafe_b64decode(request.COOKIES[KEY_COOKIE])
        locked = base64.b64decode(request.session[_LOCKED])
        keys = OperatorKeys.from_bytes(unlock(locked, key=cookie, context=_context(operator)))
    except (KeyError, ValueError, CannotOpen):
        raise KeysClosed from None
    return OpenedKeys(operator, keys)


def _note_deed(request: HttpRequest, operator: Operator) -> None:
    now = timezone.now()
    if now.timestamp() - request.session.get(_SEEN, 0) < DEED_EVERY.total_seconds():
        return
    # Saving the session moves its end; see SESSION_COOKIE_AGE.
    request.session[_SEEN] = now.timestamp()
    Operator.objects.filter(pk=operator.pk).update(seen_at=now)


def _context(operator: Operator) -> bytes:
    return b"safeconduct/session-keys/1/" + str(operator.pk).encode()
