"""What may be read with a code? The answers of its own thread, opened in the memory of this request."""

import logging
from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone

from safeconduct.front.web.models import Answer
from safeconduct.handover import letters
from safeconduct.sealing.envelopes import CannotOpen
from safeconduct.sealing.threads import Thread

log = logging.getLogger(__name__)


def answers_under(threads: Sequence[Thread]) -> list[letters.Answer]:
    """Our answers, newest last. The same one query for a code that is known and for one that is not."""
    seed_of = {thread.lookup: thread.seed for thread in threads}
    still_kept = Q(forget_at=None) | Q(forget_at__gt=timezone.now())
    rows = Answer.objects.filter(still_kept, lookup__in=list(seed_of)).order_by("pk")
    return [answer for row in rows if (answer := _opened(row, seed_of[bytes(row.lookup)]))]


def _opened(row: Answer, seed: bytes) -> letters.Answer | None:
    try:
        return letters.open_answer(
            bytes(row.blob), seed=seed, store=row.store, lookup=bytes(row.lookup), dispatch_id=bytes(row.dispatch_id)
        )
    except CannotOpen:
        # The others must still be read; the desk learns of it by the person's silence only, so the log says it.
        log.error("an answer does not open under its own thread")
        return None
