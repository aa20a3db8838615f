"""An answer under way: what stands in the composer. The server keeps nothing of it; the page carries it along."""

import secrets

from django.core.cache import cache
from django.db import transaction

from safeconduct.inner.cases import actions, rules
from safeconduct.inner.cases.models import Case, Message
from safeconduct.inner.desk import shelf
from safeconduct.inner.desk.errors import NotRead, SentAlready
from safeconduct.inner.desk.shown import Composer
from safeconduct.inner.operators.models import Operator

_REMEMBER_SENT_SECONDS = 24 * 60 * 60


def empty_composer(*, seen: int, sent: bool = False) -> Composer:
    """`seen`: what `heard` said when the conversation was shown."""
    return Composer("write", "", (), secrets.token_hex(16), seen, rules.MOST_CHARACTERS, sent=sent)


def heard(case: Case) -> int:
    """How much the person has sent so far, letters and files: what a page shows, and what an operator has seen."""
    return case.messages.filter(direction=Message.IN).count() + case.attachments.count()


@transaction.atomic
def send(case: Case, composer: Composer, *, by: Operator) -> None:
    """Answer the person, at most once for one composer, and not past a letter that nobody has read.

    Raises `SentAlready` the second time, `NotRead`, and what `cases.actions.answer` raises.
    """
    # In the transaction of the answer: a mark without an answer would call sent what never left.
    if not cache.add(f"answer-{case.number}-{composer.once}", 1, _REMEMBER_SENT_SECONDS):
        raise SentAlready
    _check_all_is_read(case, composer.seen)
    actions.answer(case, composer.text, statements=shelf.as_said(composer.inserted), by=by)


@transaction.atomic
def close(case: Case, *, reason: str, seen: int, by: Operator) -> None:
    """End the case. Raises `NotRead`, and what `cases.actions.close` raises."""
    _check_all_is_read(case, seen)
    actions.close(case, reason=reason, by=by)


def _check_all_is_read(case: Case, seen: int) -> None:
    # An answer stops our clock: for a letter that came while it was written, too, and nobody would look again.
    # The lock holds back what is arriving at this moment.
    Case.objects.select_for_update().filter(pk=case.pk).first()
    if heard(case) > seen:
        raise NotRead(case.pk)
