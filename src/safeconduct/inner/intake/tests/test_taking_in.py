"""Each envelope reaches the room of its kind, or is kept aside as it came; none is dropped."""

import logging
from dataclasses import replace

import pytest
from pytest_django import Settings

from safeconduct.audit.models import Line
from safeconduct.handover import kinds
from safeconduct.handover.letters import Envelope
from safeconduct.inner.cases.models import Case
from safeconduct.inner.intake import actions, lookups
from safeconduct.inner.intake.models import KeptAside
from tests.people import Writer


def of_kind(soldier: Writer, kind: str) -> Envelope:
    return soldier.sealed(replace(soldier.header("writing"), kind=kind), None)


def test_an_appeal_reaches_the_cases(soldier: Writer) -> None:
    actions.take_in(soldier.sealed_letter("May I come?", act="opening"))

    assert soldier.case.is_open
    assert lookups.kept_aside() == 0


@pytest.mark.parametrize(
    "broken",
    [
        {"header": b""},
        {"header": b"\x01" + bytes(1200)},
        {"id": b"\x00" * 16},
        {"store": "bureau"},
    ],
)
def test_a_header_that_does_not_open_is_kept_aside_as_it_came(
    soldier: Writer, broken: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    envelope = replace(soldier.sealed_letter("May I come?", act="opening"), **broken)  # type: ignore[arg-type]

    with caplog.at_level(logging.ERROR):
        actions.take_in(envelope)

    row = KeptAside.objects.get()
    assert row.reason == "header"
    assert actions._envelope(row) == envelope
    assert lookups.kept_aside() == 1
    assert not Case.objects.exists()
    assert "1 wait" in caplog.text
    line = Line.objects.get(verb="envelope.refused")
    assert (line.store, line.actor, line.about_id) == ("site", None, row.pk)


def test_what_speaks_of_a_code_that_did_not_sign_it_is_kept_aside_and_reaches_no_case(soldier: Writer) -> None:
    actions.take_in(soldier.sealed_letter("May I come?", act="opening"))
    forged = Writer().sealed(soldier.header("erasure"), None)

    actions.take_in(forged)

    row = KeptAside.objects.get()
    assert row.reason == "refused"
    assert actions._envelope(row) == forged
    assert actions.try_again() == 0
    assert soldier.case.is_open


def test_a_kind_that_nobody_takes_is_kept_until_somebody_does(soldier: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    envelope = of_kind(soldier, "tracing")
    actions.take_in(envelope)
    assert KeptAside.objects.get().reason == "kind"
    assert actions.try_again() == 0
    assert lookups.kept_aside() == 1

    taken: list[bytes] = []
    monkeypatch.setitem(kinds._takers, "tracing", lambda one, _header: taken.append(one.id))

    assert actions.try_again() == 1
    assert taken == [envelope.id]
    assert lookups.kept_aside() == 0


def test_the_same_broken_envelope_is_kept_once(soldier: Writer) -> None:
    envelope = of_kind(soldier, "tracing")

    actions.take_in(envelope)
    actions.take_in(envelope)

    assert lookups.kept_aside() == 1
    assert Line.objects.filter(verb="envelope.refused").count() == 1


def test_what_its_room_could_not_store_rises_and_waits_on_the_front(
    soldier: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class RoomIsFull(Exception):
        pass

    def fails(_envelope: object, _header: object) -> None:
        raise RoomIsFull

    monkeypatch.setitem(kinds._takers, "appeal", fails)

    with pytest.raises(RoomIsFull):
        actions.take_in(soldier.sealed_letter("May I come?", act="opening"))

    assert lookups.kept_aside() == 0


def test_an_envelope_kept_aside_is_taken_in_when_its_key_is_back(soldier: Writer, settings: Settings) -> None:
    right = settings.INNER_INTAKE_SEED
    settings.INNER_INTAKE_SEED = b"\xff" * 32
    actions.take_in(soldier.sealed_letter("May I come?", act="opening"))
    assert lookups.kept_aside() == 1

    settings.INNER_INTAKE_SEED = right

    assert actions.try_again() == 1
    assert soldier.case.is_open


def test_one_that_its_room_cannot_store_keeps_no_other_waiting(
    soldier: Writer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    spoiled, whole = of_kind(soldier, "tracing"), of_kind(soldier, "tracing")
    for envelope in (spoiled, whole):
        actions.take_in(envelope)
    taken: list[bytes] = []

    def fails_for_one(envelope: Envelope, _header: object) -> None:
        if envelope.id == spoiled.id:
            raise ValueError("words of a person")
        taken.append(envelope.id)

    monkeypatch.setitem(kinds._takers, "tracing", fails_for_one)

    assert actions.try_again() == 1
    assert taken == [whole.id]
    assert lookups.kept_aside() == 1
    assert "ValueError" in caplog.text
    assert "words of a person" not in caplog.text
