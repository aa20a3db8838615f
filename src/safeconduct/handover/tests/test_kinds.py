"""Each kind of envelope has one room that takes it."""

import pytest

from safeconduct.handover import kinds
from safeconduct.handover.errors import NoTaker
from safeconduct.handover.letters import Envelope, Header


def take(_envelope: Envelope, _header: Header) -> None: ...


def take_too(_envelope: Envelope, _header: Header) -> None: ...


@pytest.fixture(autouse=True)
def nobody_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_takers", {})


def test_the_room_that_registered_takes_its_kind() -> None:
    kinds.register("appeal", take)
    kinds.register("appeal", take)

    assert kinds.taker_of("appeal") is take


def test_two_rooms_cannot_take_the_same_kind() -> None:
    kinds.register("appeal", take)

    with pytest.raises(ValueError, match="two rooms"):
        kinds.register("appeal", take_too)


def test_a_kind_that_nobody_takes_is_refused_without_repeating_it() -> None:
    with pytest.raises(NoTaker) as refusal:
        kinds.taker_of("words of a person")

    assert str(refusal.value) == ""
