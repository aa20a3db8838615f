"""How a moment is said, and that page and server say the same."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from safeconduct.inner.desk import clocks

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)  # 14:30 in Kyiv

LEFT = [
    (timedelta(seconds=1), "1 min left", "ще 1 хв"),
    (timedelta(minutes=1), "1 min left", "ще 1 хв"),
    (timedelta(minutes=5, seconds=1), "6 min left", "ще 6 хв"),
    (timedelta(minutes=59, seconds=30), "60 min left", "ще 60 хв"),
    (timedelta(hours=1), "by 15:30", "до 15:30"),
    (timedelta(hours=12), "by 02:30", "до 02:30"),
    (timedelta(hours=30), "by 23 November, 20:30", "до 23 листопада, 20:30"),
    (timedelta(0), "+0 min", "+0 хв"),
    (timedelta(minutes=-4, seconds=-59), "+4 min", "+4 хв"),
    (timedelta(hours=-2, minutes=-5), "+2 h 5 min", "+2 год 5 хв"),
    (timedelta(hours=-2, seconds=-59), "+2 h", "+2 год"),
    (timedelta(hours=-11, minutes=-5), "+11 h", "+11 год"),
    (timedelta(days=-3, hours=-1), "+3 d", "+3 дн"),
]


@pytest.fixture(autouse=True)
def in_kyiv() -> object:
    with timezone.override("Europe/Kyiv"):
        yield


@pytest.mark.parametrize(("ahead", "english", "ukrainian"), LEFT)
def test_what_is_left_is_minutes_under_an_hour_and_then_the_clock(
    ahead: timedelta, english: str, ukrainian: str
) -> None:
    for language, words in (("en", english), ("uk", ukrainian)):
        with translation.override(language):
            assert clocks.left(NOW + ahead, NOW) == words


def test_yesterday_at_the_same_hour_is_named_by_its_day() -> None:
    with translation.override("en"):
        assert clocks.moment(NOW - timedelta(days=1), NOW) == "21 November, 14:30"
        assert clocks.moment(NOW - timedelta(minutes=1), NOW) == "14:29"


def test_our_target_is_passed_at_its_very_moment() -> None:
    clock = clocks.Clock(clocks.FIRST, NOW)

    assert clock.is_behind(NOW)
    assert not clock.is_behind(NOW - timedelta(seconds=1))
