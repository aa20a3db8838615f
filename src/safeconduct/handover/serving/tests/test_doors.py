"""The handover port: inner pulls, acknowledges, delivers and forgets; nobody else gets anything."""

import logging
import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from safeconduct.handover import wire
from safeconduct.handover.errors import NotSigned
from safeconduct.handover.letters import Envelope
from safeconduct.handover.serving import actions, dispatches, views
from safeconduct.handover.serving.actions import keep
from safeconduct.handover.serving.databases import MAIN, SPOOL, main_rests
from safeconduct.handover.serving.models import KeptEnvelope, SeenNonce, TakenDispatch
from safeconduct.handover.serving.tests.places import as_a_new_process
from safeconduct.handover.signing import LINE, check_answer, new_nonce, sign_request
from safeconduct.sealing.signing import verifying_key_of
from tests.envelopes import an_envelope
from tests.keys import HANDOVER_FRONT_SEED, HANDOVER_INNER_SEED

pytestmark = pytest.mark.django_db(databases=[MAIN, SPOOL])

FRONT = verifying_key_of(HANDOVER_FRONT_SEED)
INNER = verifying_key_of(HANDOVER_INNER_SEED)


@dataclass
class Inner:
    """Inner's side of the conversation; its clock may be off and its seed another's."""

    seed: bytes = HANDOVER_INNER_SEED
    clock_off: timedelta = timedelta()
    front: bytes = FRONT
    client: Client = field(default_factory=Client)

    def asks(self, door: str, body: bytes = b"", *, nonce: bytes | None = None) -> HttpResponse:
        path, nonce = f"/handover/{door}", nonce or new_nonce()
        now = datetime.now(UTC) + self.clock_off
        line = sign_request("POST", path, body, seed=self.seed, audience=self.front, nonce=nonce, now=now)
        return self.sends(door, body, line)

    def sends(self, door: str, body: bytes, line: str) -> HttpResponse:
        kind = "application/octet-stream"
        return self.client.post(f"/handover/{door}", body, content_type=kind, headers={LINE: line})  # type: ignore[return-value]

    def pulls(self, *, wait: float = 0, but_not: tuple[bytes, ...] = ()) -> list[Envelope]:
        nonce = new_nonce()
        response = self.asks("pull", wire.record({"wait": wait, "but_not": wire.ids(but_not)}), nonce=nonce)
        assert response.status_code == 200
        check_answer(response[LINE], 200, response.content, nonce=nonce, by=FRONT, audience=INNER)
        return [wire.envelope_of(record) for record in wire.records_of(response.content)]

    def delivers(self, *dispatches: tuple[bytes, str, dict[str, object]]) -> list[bytes]:
        records = (wire.record({"id": id, "kind": kind, "payload": wire.record(said)}) for id, kind, said in dispatches)
        response = self.asks("deliver", wire.batch(records))
        assert response.status_code == 200
        return wire.ids_of(response.content)


@pytest.fixture(autouse=True)
def handover_port(settings: Settings) -> None:
    settings.ROOT_URLCONF = "safeconduct.handover.serving.urls"
    settings.MIDDLEWARE = []


@pytest.fixture
def inner() -> Inner:
    return Inner()


def kept(alias: str = MAIN) -> set[bytes]:
    return {bytes(id) for id in KeptEnvelope.objects.using(alias).values_list("envelope_id", flat=True)}


# --- pulling


def test_inner_pulls_letters_in_the_order_in_which_they_came(inner: Inner) -> None:
    letters = [an_envelope() for _ in range(3)]
    keep(letters)

    assert inner.pulls() == letters


def test_what_was_not_acknowledged_comes_again_and_what_was_does_not(inner: Inner) -> None:
    keep([first := an_envelope(), second := an_envelope()])

    inner.pulls()
    inner.asks("acknowledge", wire.ids([first.id]))

    assert inner.pulls() == [second]


def test_an_envelope_that_inner_cannot_take_just_now_is_left_out(inner: Inner) -> None:
    keep([stuck := an_envelope(), other := an_envelope()])

    assert inner.pulls(but_not=(stuck.id,)) == [other]
    inner.asks("acknowledge", wire.ids([other.id]))
    assert inner.pulls(but_not=(stuck.id,)) == []


def test_a_batch_is_bounded_by_its_bytes_and_the_rest_comes_next(inner: Inner, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = [an_envelope() for _ in range(5)]
    keep(letters)
    size = len(letters[0].header) + len(letters[0].body)
    monkeypatch.setattr("safeconduct.handover.serving.lookups.BATCH_BYTES", 2 * size)

    assert inner.pulls() == letters[:2]
    monkeypatch.setattr("safeconduct.handover.serving.lookups.BATCH_BYTES", 1)
    assert inner.pulls() == letters[:1]


def test_where_nothing_waits_the_answer_takes_as_long_as_inner_wished(inner: Inner) -> None:
    began = time.monotonic()

    assert inner.pulls(wait=0.4) == []
    assert 0.4 <= time.monotonic() - began < 1.5


def test_letters_in_the_spool_are_pulled_as_well(inner: Inner) -> None:
    keep([in_main := an_envelope()])
    KeptEnvelope.objects.using(SPOOL).bulk_create([actions._row(in_spool := an_envelope())])

    assert {one.id for one in inner.pulls()} == {in_main.id, in_spool.id}


# --- acknowledging and forgetting


def test_acknowledged_letters_stay_until_a_backup_holds_them(inner: Inner) -> None:
    keep([held := an_envelope(), other := an_envelope()])
    inner.asks("acknowledge", wire.ids([held.id, other.id]))
    assert kept() == {held.id, other.id}

    inner.asks("forget", wire.ids([held.id]))

    assert kept() == {other.id}


def test_a_letter_that_inner_does_not_hold_is_never_forgotten(inner: Inner) -> None:
    keep([letter := an_envelope()])

    inner.asks("forget", wire.ids([letter.id]))

    assert kept() == {letter.id}


def test_without_a_time_to_keep_an_acknowledged_letter_is_deleted_at_once(inner: Inner, settings: Settings) -> None:
    settings.FRONT_KEEP_ACKNOWLEDGED_HOURS = 0
    keep([letter := an_envelope(), other := an_envelope()])

    inner.asks("acknowledge", wire.ids([letter.id]))

    assert kept() == {other.id}


def test_after_its_time_an_acknowledged_letter_is_deleted_and_one_that_waits_is_not(settings: Settings) -> None:
    now = datetime.now(UTC)
    settings.FRONT_KEEP_ACKNOWLEDGED_HOURS = 24
    keep([old := an_envelope(), young := an_envelope(), waiting := an_envelope()])
    actions.acknowledge([old.id], now=now - timedelta(hours=24, seconds=1))
    actions.acknowledge([young.id], now=now - timedelta(hours=23))

    actions.sweep(now)

    assert kept() == {young.id, waiting.id}


# --- delivering


@dataclass
class Room:
    """A room of the front that takes what inner sends."""

    taken: list[tuple[bytes, dict[str, Any]]] = field(default_factory=list)
    fails_at: bytes = b""

    def take(self, dispatch_id: bytes, payload: dict[str, Any]) -> None:
        SeenNonce.objects.create(nonce=dispatch_id, seen_at=datetime.now(UTC))  # stands for the room's own rows
        if dispatch_id == self.fails_at:
            raise RuntimeError("words of a person")
        self.taken.append((dispatch_id, payload))


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Room:
    room = Room()
    monkeypatch.setattr(dispatches, "_takers", {"answer": room.take})
    return room


def test_a_dispatch_comes_to_the_room_of_its_kind_as_it_was_sent(inner: Inner, room: Room) -> None:
    said = {"lookup": b"l" * 32, "store": "appeals", "blob": b"\x00\xff", "days": 30}

    assert inner.delivers((b"d" * 16, "answer", said)) == [b"d" * 16]
    assert room.taken == [(b"d" * 16, said)]


def test_a_dispatch_that_is_delivered_again_is_taken_once(inner: Inner, room: Room) -> None:
    for _ in range(3):
        assert inner.delivers((b"d" * 16, "answer", {})) == [b"d" * 16]

    assert len(room.taken) == 1


def test_a_dispatch_that_cannot_be_taken_holds_up_no_other_and_leaves_nothing_behind(
    inner: Inner, room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    room.fails_at = b"b" * 16

    with caplog.at_level(logging.DEBUG):
        taken = inner.delivers(*((letter * 16, "answer", {}) for letter in (b"a", b"b", b"c")))

    assert taken == [b"a" * 16, b"c" * 16]
    assert not SeenNonce.objects.filter(nonce=b"b" * 16).exists()
    assert not TakenDispatch.objects.filter(dispatch_id=b"b" * 16).exists()
    assert "words of a person" not in caplog.text
    room.fails_at = b""
    assert inner.delivers((b"b" * 16, "answer", {})) == [b"b" * 16]


def test_a_dispatch_that_the_database_refuses_is_no_reason_to_leave_the_database_alone(
    inner: Inner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_twice(dispatch_id: bytes, _payload: dict[str, Any]) -> None:
        for _ in range(2):
            SeenNonce.objects.create(nonce=dispatch_id, seen_at=datetime.now(UTC))

    monkeypatch.setattr(dispatches, "_takers", {"answer": take_twice})

    assert inner.delivers((b"d" * 16, "answer", {})) == []
    assert main_rests.is_over()


def test_a_kind_that_no_room_takes_is_not_taken(inner: Inner, room: Room) -> None:
    assert inner.delivers((b"d" * 16, "parcel", {})) == []
    assert not TakenDispatch.objects.exists()


# --- who comes through


@pytest.mark.parametrize("door", ["pull", "acknowledge", "deliver", "forget"])
def test_whoever_is_not_inner_gets_nothing_not_even_a_signature(inner: Inner, door: str) -> None:
    keep([an_envelope()])
    stranger, misled = Inner(seed=b"\x66" * 32), Inner(front=verifying_key_of(b"\x77" * 32))

    for response in (stranger.asks(door), misled.asks(door), inner.sends(door, b"", "")):
        assert response.status_code == 401
        assert response.content == b""
        assert LINE not in response
    assert not SeenNonce.objects.exists()


class NeverRead(BytesIO):
    """Eight megabytes on the line; who reads of them has been had."""

    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError(size)


@pytest.mark.parametrize("seed", [b"\x66" * 32, HANDOVER_INNER_SEED], ids=["a stranger", "inner, an hour ago"])
def test_of_whoever_is_not_inner_no_byte_of_the_body_is_read(seed: bytes) -> None:
    path, size = "/handover/deliver", 8 * 1024 * 1024
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    line = sign_request("POST", path, b"", seed=seed, audience=FRONT, nonce=new_nonce(), now=an_hour_ago)
    request = RequestFactory().post(path, headers={LINE: line})
    request = WSGIRequest(request.environ | {"wsgi.input": NeverRead(), "CONTENT_LENGTH": str(size)})

    assert views.deliver(request).status_code == 401


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options", "trace"])
def test_the_doors_open_to_post_only(inner: Inner, method: str) -> None:
    assert getattr(inner.client, method)("/handover/pull").status_code == 405


def test_an_altered_body_is_refused(inner: Inner) -> None:
    keep([letter := an_envelope()])
    line = sign_request(
        "POST",
        "/handover/acknowledge",
        b"",
        seed=HANDOVER_INNER_SEED,
        audience=FRONT,
        nonce=new_nonce(),
        now=datetime.now(UTC),
    )

    assert inner.sends("acknowledge", letter.id, line).status_code == 401
    assert inner.pulls() == [letter]


def test_a_request_that_was_overheard_counts_no_second_time(inner: Inner) -> None:
    nonce = new_nonce()
    body = wire.record({"wait": 0, "but_not": b""})
    assert inner.asks("pull", body, nonce=nonce).status_code == 200

    again = inner.asks("pull", body, nonce=nonce)

    assert (again.status_code, again.content) == (401, b"replayed")


@pytest.mark.parametrize("alias", [MAIN, SPOOL])
def test_a_request_noted_in_one_database_only_counts_no_second_time(inner: Inner, alias: str) -> None:
    """While it was made the other was away."""
    nonce = new_nonce()
    SeenNonce.objects.using(alias).create(nonce=nonce, seen_at=datetime.now(UTC))

    assert inner.asks("acknowledge", nonce=nonce).status_code == 401


def test_a_nonce_is_remembered_for_as_long_as_its_request_could_be_believed() -> None:
    now = datetime.now(UTC)
    SeenNonce.objects.create(nonce=b"old", seen_at=now - timedelta(minutes=26))
    SeenNonce.objects.create(nonce=b"new", seen_at=now - timedelta(minutes=24))

    actions.sweep(now)

    remembered = {bytes(nonce) for nonce in SeenNonce.objects.values_list("nonce", flat=True)}
    assert b"new" in remembered
    assert b"old" not in remembered


@pytest.mark.parametrize("minutes", [-9, 9])
def test_with_clocks_nine_minutes_apart_letters_are_pulled(minutes: int) -> None:
    keep([letter := an_envelope()])

    assert Inner(clock_off=timedelta(minutes=minutes)).pulls() == [letter]


@pytest.mark.parametrize("minutes", [-11, 11])
def test_with_clocks_eleven_minutes_apart_inner_is_told_so_and_nothing_is_lost(inner: Inner, minutes: int) -> None:
    keep([letter := an_envelope()])
    nonce = new_nonce()

    response = Inner(clock_off=timedelta(minutes=minutes)).asks("pull", nonce=nonce)

    assert (response.status_code, response.content) == (401, b"clock")
    said_at = check_answer(response[LINE], 401, b"clock", nonce=nonce, by=FRONT, audience=INNER)
    assert abs(said_at - datetime.now(UTC)) < timedelta(seconds=5)
    assert inner.pulls() == [letter]


def test_the_answer_to_one_request_is_none_to_another(inner: Inner) -> None:
    nonce = new_nonce()
    response = inner.asks("acknowledge", nonce=nonce)

    check_answer(response[LINE], 200, b"", nonce=nonce, by=FRONT, audience=INNER)
    with pytest.raises(NotSigned):
        check_answer(response[LINE], 200, b"", nonce=new_nonce(), by=FRONT, audience=INNER)
    with pytest.raises(NotSigned):
        check_answer(response[LINE], 503, b"", nonce=nonce, by=FRONT, audience=INNER)


@pytest.mark.parametrize(
    ("door", "body"),
    [
        ("pull", b""),
        ("pull", wire.record({"wait": "long", "but_not": b""})),
        ("pull", wire.record({"wait": 1, "but_not": b"short"})),
        ("pull", wire.record({"wait": -1, "but_not": b""})),
        ("pull", wire.record({"wait": 26, "but_not": b""})),
        ("pull", wire.record({"wait": float("nan"), "but_not": b""})),
        ("acknowledge", b"short"),
        ("forget", b"short"),
        ("deliver", b"\x00\x00"),
        ("deliver", wire.batch([wire.record({"id": "text", "kind": "answer", "payload": b""})])),
        ("deliver", wire.batch([wire.record({"id": b"short", "kind": "answer", "payload": b""})])),
    ],
)
def test_a_body_of_another_form_is_refused_and_the_refusal_is_signed(inner: Inner, door: str, body: bytes) -> None:
    nonce = new_nonce()

    response = inner.asks(door, body, nonce=nonce)

    assert response.status_code == 400
    check_answer(response[LINE], 400, b"", nonce=nonce, by=FRONT, audience=INNER)


# --- when a database is away


def test_while_the_main_file_is_spoiled_inner_pulls_from_the_spool(files: Path, inner: Inner) -> None:
    as_a_new_process()
    (files / "front.sqlite3").write_bytes(b"x" * 8192)
    keep([letter := an_envelope()])

    assert inner.pulls() == [letter]
    assert inner.asks("acknowledge", wire.ids([letter.id])).status_code == 200
    assert inner.pulls() == []


def test_with_both_files_spoiled_inner_is_told_so(files: Path, inner: Inner) -> None:
    as_a_new_process()
    (files / "front.sqlite3").write_bytes(b"x" * 8192)
    (files / "spool.sqlite3").write_bytes(b"x" * 8192)
    nonce = new_nonce()

    response = inner.asks("acknowledge", nonce=nonce)

    assert response.status_code == 503
    check_answer(response[LINE], 503, b"", nonce=nonce, by=FRONT, audience=INNER)


# --- figures


def test_the_figures_count_letters_and_say_nothing_else(inner: Inner) -> None:
    keep([held := an_envelope("дуже таємне"), an_envelope(), an_envelope()])
    inner.asks("acknowledge", wire.ids([held.id]))

    said = inner.client.get("/metrics").content.decode()

    assert 'safeconduct_envelopes_waiting{database="default"} 2' in said
    assert 'safeconduct_envelopes_acknowledged{database="default"} 1' in said
    assert 'safeconduct_envelopes_waiting{database="spool"} 0' in said
    for line in said.splitlines():
        assert re.fullmatch(r'safeconduct_envelopes_[a-z_]+\{database="(default|spool)"\} \d+', line)


def test_the_figures_are_only_read(inner: Inner) -> None:
    assert inner.client.post("/metrics").status_code == 405


def test_after_a_restore_the_front_offers_again_what_was_acknowledged(inner: Inner) -> None:
    one, two = an_envelope(), an_envelope()
    keep([one, two])
    inner.asks("acknowledge", wire.ids([one.id]))
    assert [envelope.id for envelope in inner.pulls()] == [two.id]

    inner.asks("again")

    assert [envelope.id for envelope in inner.pulls()] == [one.id, two.id]
