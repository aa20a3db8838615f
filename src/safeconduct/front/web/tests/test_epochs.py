"""A new epoch comes from inner: it is sealed to at once if two holders signed it, and else by nobody."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from safeconduct.front.web.epochs import take_epoch
from safeconduct.front.web.keys import front_keys
from safeconduct.handover.errors import NotOurs
from safeconduct.sealing.admission import admission_statement
from safeconduct.sealing.envelopes import KeyPair
from safeconduct.sealing.signing import epoch_statement, sign, verifying_key_of
from tests.keys import HOLDER_SEEDS, STORE, STORE_KEY

FIRST, SECOND = HOLDER_SEEDS
NADIA, BOHDAN, STRANGER = b"\x71" * 32, b"\x72" * 32, b"\x73" * 32
NEW_KEY = KeyPair(b"\x74" * 32).public_key
OPERATOR_KEY = KeyPair(b"\x75" * 32).public_key


@pytest.fixture(autouse=True)
def file(settings: LazySettings, tmp_path: Path) -> Path:
    settings.FRONT_EPOCHS = tmp_path / "epochs.json"
    return tmp_path / "epochs.json"


def signatures(statement: bytes, *seeds: bytes) -> list[dict[str, str]]:
    return [{"by": verifying_key_of(seed).hex(), "signature": sign(statement, seed=seed).hex()} for seed in seeds]


def epoch(number: int, *signers: bytes, key: bytes = NEW_KEY, admissions: list[Any] | None = None) -> dict[str, Any]:
    return {
        "store": STORE,
        "epoch": number,
        "public_key": key.hex(),
        "signatures": signatures(epoch_statement(STORE, number, key), *signers),
        "admissions": admissions or [],
    }


def admission(of: bytes, *signers: bytes) -> dict[str, Any]:
    statement = admission_statement(STORE, OPERATOR_KEY, verifying_key_of(of))
    return {
        "public_key": OPERATOR_KEY.hex(),
        "verifying_key": verifying_key_of(of).hex(),
        "signatures": signatures(statement, *signers),
    }


def test_a_new_epoch_is_sealed_to_without_a_new_start(file: Path) -> None:
    assert front_keys().epoch == 1

    take_epoch(b"1" * 16, epoch(2, FIRST, SECOND))

    assert (front_keys().epoch, front_keys().store_key) == (2, NEW_KEY)
    assert file.stat().st_mode & 0o077 == 0


def test_who_was_admitted_since_the_front_was_made_signs_as_well() -> None:
    since = [admission(NADIA, FIRST, SECOND), admission(BOHDAN, NADIA, SECOND)]

    take_epoch(b"1" * 16, epoch(2, NADIA, BOHDAN, admissions=since))

    assert front_keys().epoch == 2


@pytest.mark.parametrize(
    "sent",
    [
        epoch(2),
        epoch(2, FIRST),
        epoch(2, FIRST, FIRST),
        epoch(2, FIRST, STRANGER),
        epoch(2, FIRST, NADIA),
        epoch(2, FIRST, NADIA, admissions=[admission(NADIA, FIRST)]),
        epoch(2, FIRST, NADIA, admissions=[admission(NADIA, FIRST, STRANGER)]),
        epoch(2, NADIA, BOHDAN, admissions=[admission(NADIA, BOHDAN, FIRST), admission(BOHDAN, NADIA, FIRST)]),
        epoch(2, FIRST, SECOND) | {"epoch": 3},
        epoch(2, FIRST, SECOND) | {"store": "bureau"},
        epoch(2, FIRST, SECOND) | {"public_key": STORE_KEY.public_key.hex()},
        epoch(2, FIRST, SECOND) | {"public_key": "aa"},
        epoch(2, FIRST, SECOND) | {"signatures": 7},
        epoch(2, FIRST, SECOND) | {"admissions": [1]},
        {},
    ],
)
def test_what_two_holders_have_not_signed_is_refused_and_the_old_key_stays(sent: dict[str, Any], file: Path) -> None:
    with pytest.raises(NotOurs):
        take_epoch(b"1" * 16, sent)

    assert front_keys().store_key == STORE_KEY.public_key
    assert not file.exists()


def test_an_older_epoch_that_comes_late_changes_nothing() -> None:
    """Somebody who left may hold the older key: whoever has the line must not bring it back."""
    take_epoch(b"1" * 16, epoch(3, FIRST, SECOND))

    take_epoch(b"2" * 16, epoch(2, FIRST, SECOND, key=KeyPair(b"\x76" * 32).public_key))
    take_epoch(b"3" * 16, epoch(3, FIRST, SECOND, key=KeyPair(b"\x76" * 32).public_key))

    assert (front_keys().epoch, front_keys().store_key) == (3, NEW_KEY)


@pytest.mark.parametrize(
    "content", [json.dumps({STORE: epoch(2, FIRST, STRANGER)}), json.dumps({STORE: 7}), "[1]", "{", ""]
)
def test_whoever_writes_into_the_file_gains_nothing(content: str, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    file.write_text(content)

    assert (front_keys().epoch, front_keys().store_key) == (1, STORE_KEY.public_key)
    assert "FRONT_EPOCHS" in caplog.text


def test_a_file_that_cannot_be_written_leaves_the_old_key_and_inner_keeps_the_new(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_args: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "fsync", no_room)

    with pytest.raises(OSError):  # noqa: PT011 - any; the dispatch is not taken then
        take_epoch(b"1" * 16, epoch(2, FIRST, SECOND))

    assert front_keys().epoch == 1
