"""Lines are found by the time at which they were written, though they are kept by number."""

from datetime import UTC, datetime, timedelta

import pytest

from safeconduct.audit.lookups import AT_ONCE, first_line_since, lines_after
from safeconduct.audit.models import EPOCH, Head, Line
from safeconduct.audit.rules import START
from tests.databases import Places

EVENING = datetime(2026, 11, 22, 18, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def an_evening(store: str = "appeals", *, lines: int = 9) -> None:
    """A line a minute; each third one tells that somebody read."""
    Line.objects.bulk_create(
        Line(
            store=store,
            seq=number + 1,
            at=(EVENING + number * MINUTE - EPOCH) // timedelta(microseconds=1),
            actor=1,
            verb="case.read" if number % 3 == 0 else "case.noted",
            about_kind="case",
            about_id=number,
            previous=START,
            hash=START,
        )
        for number in range(lines)
    )
    Head.objects.create(store=store, seq=lines, hash=START)


@pytest.mark.parametrize(
    ("moment", "seq"),
    [
        (EVENING - MINUTE, 1),
        (EVENING, 1),
        (EVENING + MINUTE / 2, 2),
        (EVENING + 4 * MINUTE, 5),
        (EVENING + 8 * MINUTE, 9),
        (EVENING + 9 * MINUTE, 10),
    ],
)
def test_the_first_line_since_a_moment(place: Places, moment: datetime, seq: int) -> None:
    an_evening()
    an_evening("site", lines=3)

    assert first_line_since("appeals", moment) == seq


def test_of_an_empty_chain_it_is_the_line_to_come(place: Places) -> None:
    assert first_line_since("appeals", EVENING) == 1
    assert list(lines_after("appeals", 0, verbs=["case.read"])) == []


def test_lines_after_another_in_order_and_of_these_verbs_alone(place: Places) -> None:
    an_evening(lines=AT_ONCE + 20)
    an_evening("site", lines=3)

    found = [line.seq for line in lines_after("appeals", 1, verbs=["case.read"])]

    assert found == list(range(4, AT_ONCE + 21, 3))
