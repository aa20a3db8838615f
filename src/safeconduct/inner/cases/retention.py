"""Whose term is over? Erased a few at a time, as the headquarters decided; nothing where it decided nothing."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from safeconduct.inner.cases import erasing, rules, second_codes
from safeconduct.inner.cases.models import Case

# So that a worker that was down for a month catches up without keeping others from writing.
AT_ONCE = 100


def terms() -> rules.Retention | None:
    """None: nothing is erased by a term."""
    days = settings.INNER_RETENTION
    if not days:
        return None
    return rules.Retention(*(timedelta(days=days[f"{kind}_days"]) for kind in ("question", "waiting", "closed")))


def end_of(case: Case) -> datetime | None:
    """From when on its term is over; None where no terms are set."""
    kept = terms()
    return rules.ends_at(case, kept) if kept else None


def sweep() -> int:
    """Erase what is over its term, each case in a transaction of its own; how many.

    To be called only when all that waited at the front has come in: a visit or a letter that is still there would
    have put off the end.
    """
    kept, now = terms(), timezone.now()
    if kept is None:
        return 0
    # Only what the shortest of the terms leaves: the rule itself decides.
    quiet = Case.objects.filter(last_word_at__lte=now - min(kept.question, kept.waiting, kept.closed))
    over = [case.pk for case in quiet.order_by("last_word_at", "pk") if rules.is_over(case, kept, now=now)]
    second_codes.drop_those_without_a_case(kept.waiting, now=now)
    return sum(_erased(number, kept, now) for number in over[:AT_ONCE])


@transaction.atomic
def _erased(number: int, kept: rules.Retention, now: datetime) -> bool:
    """Unless the person wrote or somebody took the case a moment ago."""
    case = Case.objects.select_for_update().filter(pk=number).first()
    if case is None or not rules.is_over(case, kept, now=now):
        return False
    erasing.erase_rows(case, by=None, verb="case.ended")
    return True
