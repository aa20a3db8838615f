"""An answer under way: what stands in the composer. The page carries it along; a sealed draft outlives the page."""

import secrets
from collections.abc import Iterable
from dataclasses import replace

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from safeconduct.inner.cases import actions, rules
from safeconduct.inner.cases.drafts import Begun, OpenedDraft
from safeconduct.inner.cases.models import Case, Draft, Message
from safeconduct.inner.cases.opening import Conversation
from safeconduct.inner.desk import shelf
from safeconduct.inner.desk.errors import NotRead, SentAlready
from safeconduct.inner.desk.shown import Composer
from safeconduct.inner.operators.models import Operator

_REMEMBER_SENT_SECONDS = 24 * 60 * 60


def empty_composer(*, seen: int, sent: bool = False) -> Composer:
    """`seen`: what `heard` said when the conversation was shown."""
    return Composer("write", "", (), secrets.token_hex(16), seen, rules.MOST_CHARACTERS, sent=sent)


def composer_with(begun: Begun, *, theirs: str, ours: str, seen: int) -> Composer:
    """What was begun, as it is shown again. `theirs`, `ours`: the languages of the person and of the operator."""
    left = shelf.take_those_left(begun.statements, theirs=theirs, ours=ours)
    refusal = "" if len(left) == len(set(begun.statements)) else not_on_the_shelf()
    return replace(empty_composer(seen=seen), text=begun.text, inserted=left, refusal=refusal)


def own_draft(drafts: Iterable[OpenedDraft], *, kind: str, of: Operator) -> Begun:
    """What `of` has begun; nothing where there is none, or where it does not open."""
    own = [one.begun for one in drafts if one.draft.kind == kind and one.draft.by_id == of.pk and one.begun]
    return own[0] if own else Begun("")


def not_on_the_shelf() -> str:
    return _("A statement may not be sent now: it was changed, or its confirmation is missing. It was taken out.")


def heard(case: Case) -> int:
    """How much the person has sent so far, letters and files."""
    return case.messages.filter(direction=Message.IN).count() + case.attachments.count()


def heard_in(conversation: Conversation) -> int:
    """How much of it the operator sees: what came while it was opened, and is not in it, does not count."""
    letters = [entry.message for entry in conversation.entries if entry.message.direction == Message.IN]
    files = sum(len(letter.attachments.all()) for letter in letters)
    return len(letters) + files + len(conversation.loose_files)


@transaction.atomic
def send(case: Case, composer: Composer, *, by: Operator) -> None:
    """Answer the person, at most once for one composer, and not past a letter that nobody has read.

    Raises `SentAlready` the second time, `NotRead`, and what `cases.actions.answer` raises.
    """
    # In the transaction of the answer: a mark without an answer would call sent what never left.
    if not cache.add(_sent_mark(case, composer.once), 1, _REMEMBER_SENT_SECONDS):
        raise SentAlready
    _check_all_is_read(case, composer.seen)
    actions.answer(case, composer.text, statements=shelf.as_said(composer.inserted), by=by)


@transaction.atomic
def keep(case: Case, begun: Begun, *, kind: str = Draft.ANSWER, once: str = "", by: Operator) -> None:
    """Keep a draft, unless its answer left a moment ago: what a page saves may come after what it sends.

    Raises what `cases.actions.keep_draft` raises.
    """
    _hold(case)
    if not (once and cache.get(_sent_mark(case, once))):
        actions.keep_draft(case, begun, kind=kind, by=by)


@transaction.atomic
def close(case: Case, *, reason: str, seen: int, by: Operator) -> None:
    """End the case. Raises `NotRead`, and what `cases.actions.close` raises."""
    _check_all_is_read(case, seen)
    actions.close(case, reason=reason, by=by)


def _check_all_is_read(case: Case, seen: int) -> None:
    # An answer stops our clock: for a letter that came while it was written, too, and nobody would look again.
    # The lock holds back what is arriving at this moment.
    _hold(case)
    if heard(case) > seen:
        raise NotRead(case.pk)


def _hold(case: Case) -> None:
    Case.objects.select_for_update().filter(pk=case.pk).first()


def _sent_mark(case: Case, once: str) -> str:
    return f"answer-{case.number}-{once}"
