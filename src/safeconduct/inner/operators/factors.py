"""Who shows a second factor, and how long ago was that? Six digits, a recovery code, or a passkey.

`check_fresh_second_factor` stands before everything that takes words out of the house or changes keys.
"""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from safeconduct.audit.actions import record
from safeconduct.inner.operators import passkeys, rules, seats
from safeconduct.inner.operators.adapter import CountedOnce
from safeconduct.inner.operators.errors import SecondFactorNeeded, SecondFactorRefused
from safeconduct.inner.operators.models import Operator
from safeconduct.sealing.envelopes import CannotOpen

TOTP, RECOVERY, PASSKEY = "totp", "recovery", "passkey"
RECOVERY_DIGITS = 8  # as in the settings
_SHOWN = "second_factor"


# --- within a session


def check_fresh_second_factor(request: HttpRequest) -> None:
    """Raises `SecondFactorNeeded` unless it was shown within the last minutes; log-in counts."""
    _kind, at = request.session.get(_SHOWN, ("", 0))
    age = timezone.now().timestamp() - at
    if age > rules.FACTOR_FRESH_FOR.total_seconds():
        raise SecondFactorNeeded


def show_again(
    request: HttpRequest, operator: Operator, *, code: str = "", answer: passkeys.Answer | None = None
) -> None:
    """Raises `SecondFactorRefused`, whatever the reason; each refusal is a line in the audit."""
    if not seats.has_factor_tries_left(request, operator):
        raise SecondFactorRefused
    kind = PASSKEY if answer and passkeys.shown_again(operator, answer) else kind_of_code(operator, code)
    if not kind or (kind == RECOVERY and not spend_recovery_code(operator, code)):
        note_refusal(operator)
        raise SecondFactorRefused
    seats.forget_factor_tries(request, operator)
    note_shown(request, kind)


def note_shown(request: HttpRequest, kind: str) -> None:
    request.session[_SHOWN] = (kind, timezone.now().timestamp())


def came_by_recovery_code(request: HttpRequest) -> bool:
    """Was the last factor that this session showed one of the ten?"""
    return bool(request.session.get(_SHOWN, ("", 0))[0] == RECOVERY)


@transaction.atomic
def note_refusal(operator: Operator | None) -> None:
    record(rules.SITE, "operator.refused", by=None, about=("operator", operator.pk) if operator else None)


# --- codes


def kind_of_code(operator: Operator, code: str) -> str:
    """Which factor this code is, or none. Six digits count once, also here; a recovery code is not spent yet."""
    try:
        if len(code) == RECOVERY_DIGITS:
            return RECOVERY if code in unused_recovery_codes(operator) else ""
        row = _row(operator, Authenticator.Type.TOTP)
        return TOTP if row is not None and CountedOnce(row).validate_code(code) else ""
    except CannotOpen:
        return ""


@transaction.atomic
def spend_recovery_code(operator: Operator, code: str) -> bool:
    """False where it was spent a moment ago."""
    row = _row(operator, Authenticator.Type.RECOVERY_CODES)
    if row is None or not RecoveryCodes(row).validate_code(code):
        return False
    record(rules.SITE, "operator.recovery_code_used", by=operator.pk, about=("operator", operator.pk))
    return True


@transaction.atomic
def new_recovery_codes(operator: Operator) -> list[str]:
    """Ten, to be shown once; those from before count no more."""
    Authenticator.objects.filter(user=operator, type=Authenticator.Type.RECOVERY_CODES).delete()
    record(rules.SITE, "operator.recovery_codes_made", by=operator.pk, about=("operator", operator.pk))
    return first_recovery_codes(operator)


def first_recovery_codes(operator: Operator) -> list[str]:
    """With the enrolment, whose line in the audit says it."""
    codes: list[str] = RecoveryCodes.activate(operator).generate_codes()
    return codes


def unused_recovery_codes(operator: Operator) -> list[str]:
    """Raises `CannotOpen`."""
    row = _row(operator, Authenticator.Type.RECOVERY_CODES)
    unused: list[str] = RecoveryCodes(row).get_unused_codes() if row else []
    return unused


def _row(operator: Operator, kind: str) -> Authenticator | None:
    return Authenticator.objects.filter(user=operator, type=kind).first()
