"""What was sent in one body comes out as the same records; anything else is refused in one way."""

import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.handover import wire
from safeconduct.handover.errors import NotOurs
from tests.envelopes import an_envelope

names = st.text(min_size=1, max_size=8)
values = st.one_of(st.binary(), st.integers(-(2**60), 2**60), st.text(st.characters(exclude_categories=["Cs"])))


@given(st.dictionaries(names, values))
def test_a_record_comes_back_as_it_was(fields: dict[str, object]) -> None:
    assert wire.fields_of(wire.record(fields)) == fields


@given(st.lists(st.binary()))
def test_a_batch_comes_back_as_it_was(records: list[bytes]) -> None:
    assert list(wire.records_of(wire.batch(records))) == records


def test_an_envelope_comes_back_as_it_was() -> None:
    envelope = an_envelope()

    assert wire.envelope_of(wire.record_of(envelope)) == envelope


@given(st.binary(max_size=64))
def test_bytes_of_any_kind_are_no_envelope(content: bytes) -> None:
    with pytest.raises(NotOurs):
        wire.envelope_of(content)


@given(st.integers(0, 5000))
def test_an_envelope_cut_short_is_no_envelope(length: int) -> None:
    whole = wire.record_of(an_envelope(id=b"i" * 16))

    with pytest.raises(NotOurs):
        wire.envelope_of(whole[: length % len(whole)])


@pytest.mark.parametrize(
    "changes",
    [
        {"id": b"short"},
        {"store": "x" * 21},
        {"store": "кейс"},
        {"store": b"appeals"},
        {"epoch": 0},
        {"epoch": "1"},
        {"header": "words"},
        {"body": None},
        {"arrived_at": "now"},
        {"arrived_at": -5},
        {"arrived_at": 2**40},
    ],
)
def test_an_envelope_with_anything_odd_is_refused(changes: dict[str, object]) -> None:
    fields = wire.fields_of(wire.record_of(an_envelope()))

    with pytest.raises(NotOurs):
        wire.envelope_of(wire.record(fields | changes))


def test_an_envelope_with_more_or_less_than_its_fields_is_refused() -> None:
    fields = wire.fields_of(wire.record_of(an_envelope()))

    with pytest.raises(NotOurs):
        wire.envelope_of(wire.record(fields | {"ip": "203.0.113.9"}))
    with pytest.raises(NotOurs):
        wire.envelope_of(wire.record({name: value for name, value in fields.items() if name != "epoch"}))


@pytest.mark.parametrize(
    "record",
    [
        b"",
        struct.pack(">I", 9) + b"[]",
        struct.pack(">I", 2) + b"{}",
        struct.pack(">I", 7) + b"[{},[]]" + b"more",
        struct.pack(">I", 16) + b'[{},[["a",9999]]]'[:16],
        struct.pack(">I", 17) + b'[{},[["a",9999]]]',
        struct.pack(">I", 19) + b'[{"a":1},[["a",0]]]',
        struct.pack(">I", 17) + b'[{},[["a",-100]]]',
        struct.pack(">I", 20000) + b"[" * 20000,
    ],
)
def test_a_record_of_any_other_form_is_refused(record: bytes) -> None:
    with pytest.raises(NotOurs):
        wire.fields_of(record)


def test_ids_lie_one_after_the_other() -> None:
    ids = [bytes([number]) * 16 for number in range(3)]

    assert wire.ids_of(wire.ids(ids)) == ids
    with pytest.raises(NotOurs):
        wire.ids_of(b"x" * 17)


def test_a_large_batch_is_cut_without_copying_its_rest_each_time() -> None:
    envelope = replace(an_envelope(), body=b"x" * 4_000)
    batch = wire.batch([wire.record_of(envelope)] * 5_000)

    assert len([wire.envelope_of(record) for record in wire.records_of(batch)]) == 5_000
