"""Was a second code used? Looked up in the audit, so that a worker that was down rings when it is back."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from safeconduct.audit.lookups import first_line_since, lines_after
from safeconduct.audit.models import Line
from safeconduct.inner.duty.alarms import ring
from safeconduct.inner.duty.models import Alarm
from safeconduct.inner.duty.rules import STORE

KIND, VERB = "second_code", "case.second_used"
# The mark in the case stays; for what is older nobody need run.
STILL_RINGS = timedelta(days=1)


class Uses:
    """Reads the chain on from where it stopped; at first, a day back."""

    def __init__(self) -> None:
        self._after: int | None = None

    def sweep(self) -> int:
        """Ring for each case whose second code was used, once for as long as nobody has taken it; how often."""
        if self._after is None:
            self._after = first_line_since(STORE, timezone.now() - STILL_RINGS) - 1
        rung = 0
        for line in lines_after(STORE, self._after, verbs=[VERB]):
            rung += _rings(line)
            self._after = line.seq
        return rung


@transaction.atomic
def _rings(line: Line) -> bool:
    number = line.about_id or 0
    # Whoever took it since has seen this use, too: after a new start the same lines are read again.
    is_told = Q(taken_at=None) | Q(taken_at__gte=line.moment)
    if Alarm.objects.filter(is_told, kind=KIND, case=number).exists():
        return False
    ring(KIND, about=("case", number))
    return True
