"""What cannot be taken now is tried again, later each time."""

from datetime import timedelta

import pytest

from safeconduct.handover.reaching.held import Held, back_off


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (3, 4), (9, 256), (10, 300), (1000, 300)])
def test_pauses_double_up_to_five_minutes(attempts: int, seconds: int) -> None:
    assert back_off(attempts) == timedelta(seconds=seconds)


def test_with_nothing_held_the_wait_is_as_long_as_wished() -> None:
    assert Held().wait_at_most(25) == 25


def test_the_wait_ends_when_the_first_one_is_due() -> None:
    held = Held()
    held.hold(b"a")
    held.hold(b"a")
    held.hold(b"b")

    assert 0 < held.wait_at_most(25) <= 1
    assert len(held) == 2

    held.let_go(b"b")
    assert 1 < held.wait_at_most(25) <= 2
