"""A shift at its busiest rings for nobody; who goes through the cases is found within the hour. Figures: decision 7."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from safeconduct.inner.duty.tests.simulated import BEGAN_AT, Desk, alarms, evenly, usual_in
from safeconduct.inner.duty.too_much import CEILING, FLOOR, HOUR, REMEMBERED, Reading, Readings, most_in_an_hour

OLENA, TARAS, NADIA = 1, 2, 3
WEEKS = 8
MONTHS = WEEKS * 7 / 30
TEN_OPERATORS = Desk(on_shift=3, operators=10, letters=300)
TEN_ON_SHIFT = Desk(on_shift=10, operators=30, letters=1000)


@pytest.mark.parametrize(
    ("others_now", "own_hours", "most"),
    [
        ([], [], FLOOR),
        ([2, 3, 4], [3] * 100, FLOOR),  # a quiet night
        ([10, 10, 10], [], FLOOR),
        ([12, 14, 16], [], 35),  # a burst: everybody has more to do
        ([14, 15], [], 36),
        ([40], [], FLOOR),  # one other is no shift
        ([0, 0, 50], [], FLOOR),  # one who reads as much does not hide the other
        ([60, 60, 60], [], CEILING),
        ([], [16] * 40, 40),  # whoever has always worked so
        ([], [16] * 39, FLOOR),  # not known for long enough
        ([], [100] * 400, CEILING),  # whoever has read too much for weeks is no rule
    ],
)
def test_how_many_cases_may_be_opened_within_an_hour(
    others_now: Sequence[int], own_hours: Sequence[int], most: int
) -> None:
    assert most_in_an_hour(others_now=others_now, own_hours=own_hours) == most


def reads(readings: Readings, operator: int, *, cases: int, since: timedelta, within: timedelta) -> list[bool]:
    return [readings.is_too_much(one) for one in evenly(operator, cases=cases, since=BEGAN_AT + since, within=within)]


def test_the_hour_slides_so_that_no_stroke_of_the_clock_helps() -> None:
    readings, half = Readings(), FLOOR // 2 + 1

    before = reads(readings, OLENA, cases=half, since=timedelta(minutes=50), within=timedelta(minutes=10))
    after = [
        readings.is_too_much(Reading(BEGAN_AT + timedelta(minutes=60 + number / 10), OLENA, 500 + number))
        for number in range(half)
    ]

    assert not any(before)
    assert after[-1]


def test_what_is_longer_ago_than_an_hour_does_not_count() -> None:
    readings = Readings()

    for hour in range(4):
        rung = reads(readings, OLENA, cases=FLOOR, since=timedelta(hours=hour, minutes=hour), within=HOUR)
        assert not any(rung)


def test_those_who_went_home_do_not_make_the_next_shift_look_idle() -> None:
    """The first minutes after a change: what is left of their hour says nothing about who works now."""
    readings = Readings()
    for gone in range(10, 20):
        readings.is_too_much(Reading(BEGAN_AT + timedelta(minutes=5), gone, gone))
    together = sorted(
        one
        for operator in (OLENA, TARAS, NADIA)
        for one in evenly(operator, cases=30, since=BEGAN_AT + timedelta(minutes=6), within=timedelta(minutes=50))
    )

    assert not any(readings.is_too_much(one) for one in together)


def test_usual_is_what_was_usual_in_the_last_four_weeks() -> None:
    readings = Readings()
    for hour in range(60):
        reads(readings, OLENA, cases=20, since=timedelta(hours=2 * hour), within=HOUR / 2)

    later = REMEMBERED + timedelta(hours=200)

    assert not any(reads(readings, OLENA, cases=40, since=timedelta(hours=130), within=HOUR / 2))
    assert any(reads(readings, OLENA, cases=40, since=later, within=HOUR / 2))


# --- simulated shifts


@pytest.mark.parametrize("desk", [TEN_OPERATORS, TEN_ON_SHIFT])
def test_a_month_of_peaks_and_tenfold_bursts_rings_for_nothing_less_than_once(desk: Desk) -> None:
    rung = [len(alarms(desk.works(weeks=WEEKS, seed=seed))) / MONTHS for seed in (1, 2)]

    assert sum(rung) / len(rung) < 1


@pytest.mark.parametrize("desk", [TEN_OPERATORS, TEN_ON_SHIFT])
def test_who_goes_through_all_cases_in_an_evening_is_found_within_the_hour(desk: Desk) -> None:
    """Also in the middle of a burst, in which everybody reads much; 800 cases in five hours."""
    readings = desk.works(weeks=5, seed=3)
    for day in range(28, 35):
        since = BEGAN_AT + timedelta(days=day, hours=18)
        (thief, *_), _usual = usual_in(readings, since)
        before = [one for one in readings if one.at < since + HOUR]

        rung = alarms(sorted(before + evenly(thief, cases=800, since=since, within=timedelta(hours=5))))

        found = [one.at for one in rung if one.operator == thief and one.at >= since]
        assert found
        assert found[0] < since + timedelta(minutes=30)


@pytest.mark.parametrize("desk", [TEN_OPERATORS, TEN_ON_SHIFT])
def test_who_reads_three_times_what_the_others_read_on_a_busy_evening_is_found_within_the_hour(desk: Desk) -> None:
    """Busy: the others open ten cases an hour or more. Below nine, three times as many stay under the floor."""
    readings = desk.works(weeks=10, seed=5, with_bursts=False)
    evenings = found = 0
    for day in range(28, 70):
        since = BEGAN_AT + timedelta(days=day, hours=19)
        at_work, usual = usual_in(readings, since)
        if usual < 10:
            continue
        thief = at_work[0]
        theirs = evenly(thief, cases=round(3 * usual), since=since)
        others = [one for one in readings if since - HOUR < one.at < since + HOUR and one.operator != thief]

        evenings += 1
        found += any(one.operator == thief for one in alarms(sorted(others + theirs)))

    assert evenings > 10
    assert found / evenings >= 0.9
