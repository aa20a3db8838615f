"""What if somebody is forced to log in? With other six words he comes to an empty shift, and his keys open nothing.

Every operator's row has the hash of such words. Where none were given it is that of a random value, so that nobody sees
in the database who has them, and a log-in does the same work either way.

From the moment when they are used the operator holds no store, at any seat and with any words, until two holders admit
him again: who then forces the right words out of him sees the same empty desk, and cannot tell which were which.
"""

import hmac
import os
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from safeconduct.inner.operators import rules
from safeconduct.inner.operators.models import EpochWrap, Operator, ResidentWrap
from safeconduct.sealing.stores import Halves, OperatorKeys

_told: list[Callable[[Operator], None]] = []


def register(tell: Callable[[Operator], None]) -> None:
    """Also to happen, in the same transaction. By the room of duty, in `AppConfig.ready()`."""
    _told[:] = [tell]


def hash_of_no_words() -> str:
    return rules.login_hash(os.urandom(32))


def is_meant(operator: Operator, halves: Halves) -> bool:
    """Are these the words for duress?"""
    return hmac.compare_digest(operator.duress_hash, rules.login_hash(halves.login))


def keys_of_nobody() -> OperatorKeys:
    """As long as real ones, for the session of who gave the words for duress: they open and sign nothing."""
    return OperatorKeys(os.urandom(32), os.urandom(32))


@transaction.atomic
def begin(operator: Operator) -> None:
    """Every key of a store is taken from the operator, every session ends, and those whom it concerns are told.

    Also where a store is left with one holder: two recovery papers bring it back, and nothing brings back what was
    read. Again at each log-in of who is not admitted again yet.
    """
    rows = Operator.objects.filter(pk=operator.pk)
    rows.filter(forced_at=None).update(forced_at=timezone.now())
    rows.update(session_round=F("session_round") + 1)
    EpochWrap.objects.filter(operator=operator).delete()
    ResidentWrap.objects.filter(operator=operator).delete()
    for tell in _told:
        tell(operator)
    operator.refresh_from_db()


@transaction.atomic
def end(operator: Operator) -> None:
    """Two holders admit the operator again. What was added meanwhile, or read from a paper, may be another's: passkeys
    and recovery codes count no more, and a session from then has the right keys in it where the right words were given.
    """
    others = (Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES)
    Authenticator.objects.filter(user=operator, type__in=others).delete()
    Operator.objects.filter(pk=operator.pk).update(forced_at=None, session_round=F("session_round") + 1)
    operator.refresh_from_db()
