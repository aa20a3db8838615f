"""Which seats do we know? One from which an operator has logged in has tries of its own.

Strangers who try a name use up the tries of that name, and never those of a seat: else whoever reaches the log-in page
could keep ten operators from their work. Source: OWASP, "Device cookies".
"""

import secrets

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from safeconduct.inner.operators import rules
from safeconduct.inner.operators.models import Operator
from safeconduct.inner.operators.slips import read_slip, write_slip

SEAT_COOKIE = "__Host-seat"
_PURPOSE = "seat"


def has_tries_left(request: HttpRequest, name: str, operator: Operator | None) -> bool:
    """Counts this try. `operator`: who has the name, if anybody."""
    return ratelimit.consume(request, limit_get=True, **_tries(_whose(request, name, operator))) is not None


def has_questions_left(request: HttpRequest, name: str, operator: Operator | None) -> bool:
    """For a passkey, before log-in. Counts this question, by itself: questions use up no tries."""
    counted = _tries(f"question/{_whose(request, name, operator)}", rules.PASSKEY_QUESTIONS)
    return ratelimit.consume(request, limit_get=True, **counted) is not None


def forget_tries(request: HttpRequest, name: str, operator: Operator) -> None:
    """After a success; what strangers tried meanwhile goes on counting where the seat is known."""
    ratelimit.clear(request, **_tries(_whose(request, name, operator)))


def remembered(request: HttpRequest, operator: Operator) -> str:
    """What the seat is to carry from now on: whoever logged in here before, and `operator` under a new number."""
    known = _known(request)
    known.pop(str(operator.pk), None)
    latest = list(known.items())[1 - rules.OPERATORS_OF_A_SEAT :]
    return write_slip(_PURPOSE, {"known": dict([*latest, (str(operator.pk), secrets.token_hex(16))])})


def has_factor_tries_left(request: HttpRequest, operator: Operator) -> bool:
    """For a second factor that is asked again within a session. Counts this try."""
    return ratelimit.consume(request, limit_get=True, **_tries(f"again/{operator.pk}")) is not None


def forget_factor_tries(request: HttpRequest, operator: Operator) -> None:
    ratelimit.clear(request, **_tries(f"again/{operator.pk}"))


def _whose(request: HttpRequest, name: str, operator: Operator | None) -> str:
    seat = _known(request).get(str(operator.pk)) if operator else None
    return f"seat/{seat}" if seat else f"name/{name}"


def _known(request: HttpRequest) -> dict[str, str]:
    """Operator's number to the number under which this seat is known to be his."""
    known: dict[str, str] = read_slip(_PURPOSE, request.COOKIES.get(SEAT_COOKIE, ""), within=rules.SEAT_KNOWN_FOR).get(
        "known", {}
    )
    return known


def _tries(key: str, at_most: str = rules.LOG_IN_TRIES) -> dict[str, object]:
    # allauth keeps only a hash of the key.
    return {"app": "safeconduct", "action": "log_in", "config": {"log_in": at_most}, "key": key}
