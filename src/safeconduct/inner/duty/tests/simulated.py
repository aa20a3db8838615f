"""Shifts as they are: letters come in peaks and bursts, each operator takes what waits and needs minutes for a case."""

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from safeconduct.inner.duty.too_much import HOUR, Reading, Readings

BEGAN_AT = datetime(2026, 11, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOURS_OF_A_SHIFT, HOURS_OF_A_BURST = 8, 6
TENFOLD = 10
WRITES_AGAIN = 0.6  # of the letters; the others open a case


@dataclass(frozen=True)
class Desk:
    """`on_shift` of `operators` sit there, three shifts a day; `letters` come in a day; `minutes` go to a case."""

    on_shift: int
    operators: int
    letters: int
    minutes: float = 5.0

    def works(self, *, weeks: int, seed: int, with_bursts: bool = True) -> list[Reading]:
        """Every opening of a case, in order of time. Once a week six hours bring ten times as many letters."""
        chance = random.Random(seed)  # noqa: S311 - nothing is secret here
        bursts = _hours_of_bursts(weeks, chance) if with_bursts else frozenset()
        # Some are twice as quick as others.
        speed = [chance.uniform(0.7, 1.5) for _ in range(self.operators)]
        readings, waiting, cases = [], list[int](), 0
        busy_until = dict.fromkeys(range(self.operators), BEGAN_AT)
        for number in range(weeks * 7 * 24 * 60):
            now, hour = BEGAN_AT + number * MINUTE, number // 60
            letters = self.letters / 24 / 60 * _of_the_day(now.hour) * (TENFOLD if hour in bursts else 1)
            for _ in range(_how_many(letters, chance)):
                is_new = cases < 50 or chance.random() > WRITES_AGAIN
                cases += is_new
                waiting.append(cases if is_new else chance.randrange(max(1, cases - 400), cases))
            for operator in self._on_shift(hour, chance):
                while waiting and busy_until[operator] < now + MINUTE:
                    at = max(now, busy_until[operator])
                    readings.append(Reading(at, operator, waiting.pop(0)))
                    needed = chance.lognormvariate(math.log(self.minutes * 0.85), 0.6) / speed[operator]
                    busy_until[operator] = at + max(0.7, needed) * MINUTE
        return sorted(readings)

    def _on_shift(self, hour: int, chance: random.Random) -> list[int]:
        first = hour // HOURS_OF_A_SHIFT * self.on_shift
        there = [(first + seat) % self.operators for seat in range(self.on_shift)]
        chance.shuffle(there)
        return there


def _of_the_day(hour: int) -> float:
    """Few letters at night, three times the day's in the evening; 1 in the mean."""
    return 2.6 if 18 <= hour < 23 else 0.35 if hour < 7 else 0.7


def _hours_of_bursts(weeks: int, chance: random.Random) -> frozenset[int]:
    begins = [week * 7 * 24 + chance.randrange(7 * 24) for week in range(weeks)]
    return frozenset(hour + more for hour in begins for more in range(HOURS_OF_A_BURST))


def _how_many(mean: float, chance: random.Random) -> int:
    """By Poisson's law."""
    count, product, end = 0, chance.random(), math.exp(-mean)
    while product > end:
        count, product = count + 1, product * chance.random()
    return count


def alarms(readings: Iterable[Reading]) -> list[Reading]:
    """At most one an hour for each operator, as `watching.Watch` rings them."""
    watched, rung, found = Readings(), dict[int, datetime](), []
    for reading in readings:
        last = rung.get(reading.operator)
        if watched.is_too_much(reading) and (last is None or reading.at - last >= HOUR):
            rung[reading.operator] = reading.at
            found.append(reading)
    return found


def evenly(operator: int, *, cases: int, since: datetime, within: timedelta = HOUR) -> list[Reading]:
    """Somebody goes through `cases` of all that there are, one after the other."""
    return [Reading(since + within * number / cases, operator, 10**6 + number) for number in range(cases)]


def usual_in(readings: Iterable[Reading], since: datetime) -> tuple[list[int], float]:
    """Who was at work in the hour after `since`, and how many different cases the middle one of them opened."""
    opened: dict[int, set[int]] = {}
    for reading in readings:
        if since <= reading.at < since + HOUR:
            opened.setdefault(reading.operator, set()).add(reading.case)
    return sorted(opened), median(len(cases) for cases in opened.values()) if opened else 0
