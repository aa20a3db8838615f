"""What inner sends has one shape; anything else changes nothing here, whoever signed it."""

from typing import Any

import pytest

from safeconduct.front.web.actions import MOST_OF_AN_ANSWER, forget_answers, take_answer
from safeconduct.front.web.models import Answer
from safeconduct.handover.errors import NotOurs

pytestmark = pytest.mark.django_db

ID, LOOKUP = b"d" * 16, b"l" * 32
ANSWER: dict[str, Any] = {"store": "appeals", "lookup": LOOKUP, "blob": b"closed"}


def test_an_answer_of_our_shape_is_kept() -> None:
    take_answer(ID, ANSWER)
    take_answer(b"e" * 16, ANSWER | {"blob": b"x" * MOST_OF_AN_ANSWER})

    assert Answer.objects.filter(store="appeals", lookup=LOOKUP, forget_at=None).count() == 2


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"store": "appeals", "lookup": LOOKUP},
        ANSWER | {"forget_at": None},
        ANSWER | {"id": 1},
        ANSWER | {"store": "bureau"},
        ANSWER | {"store": None},
        ANSWER | {"store": "a" * 21},
        ANSWER | {"lookup": "l" * 32},
        ANSWER | {"lookup": LOOKUP[:31]},
        ANSWER | {"lookup": LOOKUP + b"l"},
        ANSWER | {"blob": b""},
        ANSWER | {"blob": "closed"},
        ANSWER | {"blob": [1]},
        ANSWER | {"blob": b"x" * (MOST_OF_AN_ANSWER + 1)},
    ],
)
def test_an_answer_of_another_shape_is_refused(payload: dict[str, Any]) -> None:
    with pytest.raises(NotOurs):
        take_answer(ID, payload)

    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"lookups": b""},
        {"lookups": "l" * 32},
        {"lookups": None},
        {"lookups": [LOOKUP]},
        {"lookups": LOOKUP + b"l"},
        {"lookups": LOOKUP, "store": "appeals"},
    ],
)
def test_what_names_no_threads_makes_nothing_forgotten(payload: dict[str, Any]) -> None:
    take_answer(ID, ANSWER)

    with pytest.raises(NotOurs):
        forget_answers(b"f" * 16, payload)

    assert Answer.objects.count() == 1
    forget_answers(b"f" * 16, {"lookups": b"o" * 32 + LOOKUP})
    assert not Answer.objects.exists()
