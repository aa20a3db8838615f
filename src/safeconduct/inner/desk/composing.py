"""An answer under way: what stands in the composer. The server keeps nothing of it; the page carries it along."""

import secrets

from django.core.cache import cache
from django.db import transaction

from safeconduct.inner.cases import actions, rules
from safeconduct.inner.cases.models import Case
from safeconduct.inner.desk import shelf
from safeconduct.inner.desk.errors import SentAlready
from safeconduct.inner.desk.shown import Composer, Inserted
from safeconduct.inner.operators.models import Operator

_REMEMBER_SENT_SECONDS = 24 * 60 * 60


def empty_composer(*, sent: bool = False) -> Composer:
    return Composer("write", "", (), secrets.token_hex(16), rules.MOST_CHARACTERS, sent=sent)


@transaction.atomic
def send(case: Case, text: str, inserted: tuple[Inserted, ...], *, once: str, by: Operator) -> None:
    """Answer the person, at most once for one composer.

    `once`: made with the composer. Raises `SentAlready` the second time, and what `cases.actions.answer` raises.
    """
    # In the transaction of the answer: a mark without an answer would call sent what never left.
    if not cache.add(f"answer-{case.number}-{once}", 1, _REMEMBER_SENT_SECONDS):
        raise SentAlready
    actions.answer(case, text, statements=shelf.as_said(inserted), by=by)
