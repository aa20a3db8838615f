"""When has an operator opened more cases than a shift needs? Plain Python; figures and reasons: docs/decisions/0007."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

HOUR = timedelta(hours=1)
REMEMBERED = timedelta(weeks=4)
# So many different cases within an hour are never too many, and more than the second number always are.
FLOOR, CEILING = 25, 60
# As a multiple of what the others on shift open in the same hour, or of what oneself usually opens in an hour.
MULTIPLE = 2.5
# Of fewer, the middle says nothing.
FEWEST_OTHERS, FEWEST_HOURS = 2, 40
# Who has opened nothing for so long may have gone home; what is left of that hour says nothing about this shift.
AT_WORK_WITHIN = timedelta(minutes=20)


class Reading(NamedTuple):
    """An operator opened the words or a file of a case, put it on paper, or asked for its number."""

    at: datetime
    operator: int
    case: int


def most_in_an_hour(*, others_now: Iterable[int], own_hours: Iterable[int]) -> int:
    """How many different cases one operator may open within an hour before somebody is told.

    `others_now`: what each of the others on shift opened in the same hour; `own_hours`: one's own hours of the last
    four weeks, those in which one opened any.
    """
    others, own = sorted(others_now), sorted(own_hours)
    usual = max(
        median(others) if len(others) >= FEWEST_OTHERS else 0,
        median(own) if len(own) >= FEWEST_HOURS else 0,
    )
    return min(CEILING, max(FLOOR, int(MULTIPLE * usual)))


class Readings:
    """What was read in the last hour, and how much by whom in the last four weeks."""

    def __init__(self) -> None:
        self._last_hour: deque[Reading] = deque()
        # How often each operator opened each case within the last hour: the keys are the different cases.
        self._opened: defaultdict[int, Counter[int]] = defaultdict(Counter)
        self._last_at: dict[int, datetime] = {}
        # By operator and hour of the clock: to how many it came at most.
        self._hours: defaultdict[int, dict[datetime, int]] = defaultdict(dict)

    def is_too_much(self, reading: Reading) -> bool:
        """Take note of `reading`, which is not older than those before it; does it make more than is usual?"""
        self._forget(reading.at - HOUR)
        self._last_hour.append(reading)
        self._last_at[reading.operator] = reading.at
        self._opened[reading.operator][reading.case] += 1
        count = len(self._opened[reading.operator])
        own = self._hours[reading.operator]
        this_hour = reading.at.replace(minute=0, second=0, microsecond=0)
        own[this_hour] = max(count, own.get(this_hour, 0))
        if count <= FLOOR:
            return False
        others = [
            len(cases)
            for operator, cases in self._opened.items()
            if operator != reading.operator and self._last_at[operator] > reading.at - AT_WORK_WITHIN
        ]
        before = [most for hour, most in own.items() if this_hour - REMEMBERED <= hour < this_hour]
        return count > most_in_an_hour(others_now=others, own_hours=before)

    def _forget(self, until: datetime) -> None:
        while self._last_hour and self._last_hour[0].at <= until:
            old = self._last_hour.popleft()
            cases = self._opened[old.operator]
            cases[old.case] -= 1
            if not cases[old.case]:
                del cases[old.case]
            if not cases:
                del self._opened[old.operator]
