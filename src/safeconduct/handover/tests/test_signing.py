"""Only the other wing is heard, only by the one it speaks to, only now, and only what it said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from safeconduct.handover.errors import NotSigned
from safeconduct.handover.signing import (
    Line,
    check_answer,
    check_body,
    check_clock,
    check_request,
    sign_answer,
    sign_request,
)
from safeconduct.sealing.signing import verifying_key_of
from tests.keys import HANDOVER_FRONT_SEED, HANDOVER_INNER_SEED

NOW = datetime(2026, 3, 1, 2, 14, tzinfo=UTC)
NONCE = b"n" * 16
FRONT = verifying_key_of(HANDOVER_FRONT_SEED)
INNER = verifying_key_of(HANDOVER_INNER_SEED)
OTHER_FRONT = verifying_key_of(b"\x77" * 32)


def a_request(**changes: object) -> str:
    usual = {"method": "POST", "path": "/handover/pull", "body": b"ids", "seed": HANDOVER_INNER_SEED}
    return sign_request(**(usual | {"audience": FRONT, "nonce": NONCE, "now": NOW} | changes))  # type: ignore[arg-type]


def check(text: str) -> Line:
    line = check_request(text, "POST", "/handover/pull", by=INNER, audience=FRONT)
    check_body(line, b"ids")
    return line


def test_the_front_hears_inner() -> None:
    assert check(a_request()).nonce == NONCE


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"seed": b"\x66" * 32}, "signature"),
        ({"method": "GET"}, "signature"),
        ({"path": "/handover/forget"}, "signature"),
        ({"body": b"other ids"}, "signature"),
        ({"audience": OTHER_FRONT}, "audience"),
    ],
)
def test_a_request_that_was_forged_altered_or_meant_for_another_front_is_refused(
    changes: dict[str, object], reason: str
) -> None:
    with pytest.raises(NotSigned) as refusal:
        check(a_request(**changes))

    assert refusal.value.reason == reason


@pytest.mark.parametrize("minutes", [-9, 9])
def test_clocks_nine_minutes_apart_do_not_stop_anything(minutes: int) -> None:
    check_clock(check(a_request(now=NOW + timedelta(minutes=minutes))), now=NOW)


@pytest.mark.parametrize("minutes", [-11, 11])
def test_clocks_eleven_minutes_apart_are_refused(minutes: int) -> None:
    with pytest.raises(NotSigned) as refusal:
        check_clock(check(a_request(now=NOW + timedelta(minutes=minutes))), now=NOW)

    assert refusal.value.reason == "clock"


def test_the_time_in_the_line_cannot_be_moved_forward() -> None:
    line = Line.read(a_request(now=NOW - timedelta(minutes=11)))
    moved = replace(line, time=int(NOW.timestamp()))

    with pytest.raises(NotSigned):
        check(str(moved))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b c d e",
        "1",
        a_request().upper(),
        a_request() + " ",
        " " + a_request(),
        a_request().replace(" ", "  ", 1),
        "+" + a_request(),
        "\u0661" + a_request()[1:],
        " ".join(a_request().split(" ")[:4]),
        a_request().replace(NONCE.hex(), "6e", 1),
        "1 \u00b2 \u00b2 \u00b2 \u00b2",
    ],
)
def test_a_line_of_any_other_form_is_no_signature(text: str) -> None:
    with pytest.raises(NotSigned) as refusal:
        check(text)

    assert refusal.value.reason == "signature"


def an_answer(**changes: object) -> str:
    usual = {"status": 200, "body": b"letters", "nonce": NONCE, "seed": HANDOVER_FRONT_SEED}
    return sign_answer(**(usual | {"audience": INNER, "now": NOW} | changes))  # type: ignore[arg-type]


def test_inner_hears_the_front_and_learns_its_clock() -> None:
    assert check_answer(an_answer(), 200, b"letters", nonce=NONCE, by=FRONT, audience=INNER) == NOW


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"seed": b"\x66" * 32}, "signature"),
        ({"status": 401}, "signature"),
        ({"body": b"other letters"}, "signature"),
        ({"nonce": b"o" * 16}, "replayed"),
        ({"audience": b"o" * 32}, "audience"),
    ],
)
def test_an_answer_that_was_forged_altered_or_given_before_is_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(NotSigned) as refusal:
        check_answer(an_answer(**changes), 200, b"letters", nonce=NONCE, by=FRONT, audience=INNER)

    assert refusal.value.reason == reason


def test_a_request_cannot_be_sent_back_as_an_answer() -> None:
    echoed = a_request(method="200", path="", body=b"letters", audience=INNER)

    with pytest.raises(NotSigned):
        check_answer(echoed, 200, b"letters", nonce=NONCE, by=INNER, audience=INNER)
