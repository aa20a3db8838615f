"""Does somebody read more than a shift needs? Looked up in the audit, line by line, as the worker sweeps."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from safeconduct.audit.lookups import first_line_since, lines_after
from safeconduct.inner.duty.alarms import ring
from safeconduct.inner.duty.models import Alarm
from safeconduct.inner.duty.rules import STORE
from safeconduct.inner.duty.too_much import HOUR, REMEMBERED, Reading, Readings
from safeconduct.inner.operators.models import Operator

KIND = "bulk_reading"
# Who goes through the numbers has a look at cases, too.
READING = ("case.read", "case.file_read", "case.printed", "case.sought")
# What was read while the worker was down rings when it is back, unless it is older than this.
STILL_RINGS = timedelta(days=1)


class Watch:
    """Reads the chain on from where it stopped; at first, four weeks back, so that it knows what is usual."""

    def __init__(self) -> None:
        self._readings = Readings()
        self._after: int | None = None

    def sweep(self) -> int:
        """Ring for each operator who read too much, once an hour at most; how many alarms those were."""
        now = timezone.now()
        return sum(self._rings(reading) for reading in self._too_many() if reading.at > now - STILL_RINGS)

    def _too_many(self) -> Iterator[Reading]:
        if self._after is None:
            self._after = first_line_since(STORE, timezone.now() - REMEMBERED) - 1
        for line in lines_after(STORE, self._after, verbs=READING):
            reading = Reading(line.moment, line.actor or 0, line.about_id or 0)
            is_too_much = self._readings.is_too_much(reading)
            self._after = line.seq
            if is_too_much:
                yield reading

    @transaction.atomic
    def _rings(self, reading: Reading) -> bool:
        # Also after a new start, which reads the same lines again: an alarm that rang later was about them.
        rung = Alarm.objects.filter(kind=KIND, because_of=reading.operator, rung_at__gt=reading.at - HOUR)
        if rung.exists():
            return False
        ring(KIND, by=Operator.objects.get(pk=reading.operator))
        return True
