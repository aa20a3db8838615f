"""What crosses between the wings opens where it should, as it was, and nowhere else."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.handover.errors import NotALetter
from safeconduct.handover.letters import (
    Answer,
    Envelope,
    FileNote,
    FilePart,
    Header,
    Letter,
    Said,
    ThreadName,
    open_answer,
    open_file,
    open_header,
    open_letter,
    seal_answer,
    seal_envelope,
)
from safeconduct.sealing.envelopes import Binding, CannotOpen, open_sealed, seal
from safeconduct.sealing.signing import verifying_key_of
from tests.envelopes import LOOKUP, SIGNING_SEED, THREAD, THREAD_KEY, a_header, a_letter, an_envelope
from tests.keys import INTAKE_KEY, STORE, STORE_KEY

words = st.text(st.characters(exclude_categories=["Cs"]))
file_notes = st.builds(FileNote, st.binary(min_size=16, max_size=16), words, words, st.integers(0, 2**40))
letters = st.builds(
    Letter, words, st.dictionaries(words, words), words, st.integers(0, 99), words, words, st.tuples(file_notes)
)
answers = st.builds(
    Answer, words, st.tuples(st.builds(Said, words, st.integers(0, 99), words, words, words, words)), st.dates()
)


@given(letters)
def test_a_letter_comes_back_as_it_was_written(letter: Letter) -> None:
    again = Letter.from_bytes(letter.to_bytes())

    assert again == letter
    assert list(again.answers) == list(letter.answers)


@given(answers)
def test_an_answer_comes_back_as_it_was_written(answer: Answer) -> None:
    assert Answer.from_bytes(answer.to_bytes()) == answer


@given(st.builds(FilePart, words, words, st.binary()))
def test_a_file_comes_back_as_it_was_sent(part: FilePart) -> None:
    assert FilePart.from_bytes(part.to_bytes()) == part


@pytest.mark.parametrize("act", ["opening", "writing", "visit", "file", "erasure"])
@pytest.mark.parametrize("language", ["ru", "uk", "en", "other"])
def test_a_header_comes_back_as_it_was_written(act: str, language: str) -> None:
    header = a_header(act, language=language, message=b"m" * 16, threads=(THREAD, ThreadName(b"o" * 32, b"k" * 1216)))

    assert Header.from_bytes(header.to_bytes()) == header


def test_inner_opens_the_header_and_only_an_operator_the_words() -> None:
    envelope = an_envelope("Хочу жити")

    assert open_header(envelope, intake_seed=INTAKE_KEY.seed) == a_header(signers=(verifying_key_of(SIGNING_SEED),))
    read = open_letter(envelope.body, epoch_seed=STORE_KEY.seed, store=STORE, lookup=LOOKUP, envelope_id=envelope.id)
    assert read.words == "Хочу жити"
    with pytest.raises(CannotOpen):
        open_letter(envelope.body, epoch_seed=INTAKE_KEY.seed, store=STORE, lookup=LOOKUP, envelope_id=envelope.id)


def test_a_file_opens_as_a_file_and_not_as_a_letter() -> None:
    envelope = an_envelope(file=b"\xff\xd8picture")
    place: dict[str, Any] = {"store": STORE, "lookup": LOOKUP, "envelope_id": envelope.id}

    assert open_file(envelope.body, epoch_seed=STORE_KEY.seed, **place).content == b"\xff\xd8picture"
    with pytest.raises(CannotOpen):
        open_letter(envelope.body, epoch_seed=STORE_KEY.seed, **place)


@pytest.mark.parametrize("moved", [{"store": "bureau"}, {"lookup": b"x" * 32}, {"envelope_id": b"x" * 16}])
def test_a_letter_moved_to_another_place_does_not_open(moved: dict[str, Any]) -> None:
    envelope = an_envelope()
    place: dict[str, Any] = {"store": STORE, "lookup": LOOKUP, "envelope_id": envelope.id}

    with pytest.raises(CannotOpen):
        open_letter(envelope.body, epoch_seed=STORE_KEY.seed, **place | moved)


def test_a_header_moved_to_another_envelope_does_not_open() -> None:
    one, other = an_envelope(), an_envelope()

    with pytest.raises(CannotOpen):
        open_header(replace(one, header=other.header), intake_seed=INTAKE_KEY.seed)


def a_request(*signed_by: bytes) -> Envelope:
    return seal_envelope(
        a_header("second", first=(b"\x31" * 32,)),
        a_letter(""),
        id=b"r" * 16,
        store=STORE,
        epoch=1,
        store_key=STORE_KEY.public_key,
        intake_key=INTAKE_KEY.public_key,
        arrived_at=datetime(2026, 3, 1, 2, 14, tzinfo=UTC),
        signed_by=signed_by,
    )


def test_a_request_for_a_second_code_is_signed_by_both_codes_and_anything_else_by_one() -> None:
    header = open_header(a_request(SIGNING_SEED, b"\x23" * 32), intake_seed=INTAKE_KEY.seed)

    assert header.signers == (verifying_key_of(SIGNING_SEED), verifying_key_of(b"\x23" * 32))
    for wrong in ((), (SIGNING_SEED,), (SIGNING_SEED,) * 3):
        with pytest.raises(NotALetter):
            open_header(a_request(*wrong), intake_seed=INTAKE_KEY.seed)


def test_what_is_signed_covers_the_words() -> None:
    """Both are sealed to public keys, so who has the front could put other words under the header of a person."""
    one, other = an_envelope("Я прийду"), an_envelope("Я не прийду")

    with pytest.raises(NotALetter):
        open_header(replace(one, body=other.body), intake_seed=INTAKE_KEY.seed)
    with pytest.raises(NotALetter):
        open_header(replace(one, body=b""), intake_seed=INTAKE_KEY.seed)


@pytest.mark.parametrize("place", [0, 1, 40, 100, -1])
def test_a_signed_header_that_was_changed_is_not_ours(place: int) -> None:
    """Somebody who has read a header as it was made closes it again, changed."""
    envelope = an_envelope()
    binding = Binding("header", STORE, envelope_id=envelope.id)
    signed = bytearray(open_sealed(envelope.header, seed=INTAKE_KEY.seed, binding=binding))
    signed[place] ^= 1

    for forged in (bytes(signed), b"", b"\xff", bytes(signed[1:]), b"\x00" + bytes(signed[97:])):
        header = seal(forged, to=INTAKE_KEY.public_key, binding=binding)
        with pytest.raises(NotALetter):
            open_header(replace(envelope, header=header), intake_seed=INTAKE_KEY.seed)


def test_the_answer_opens_with_the_code_and_under_its_own_dispatch_only() -> None:
    answer = Answer("Так, обидва.", (Said("who", 1, "fact", "Хто ми", "Ми штаб.", "set"),), date(2026, 3, 1))
    blob = seal_answer(answer, to=THREAD, store=STORE, dispatch_id=b"d" * 16)

    seed = THREAD_KEY.seed
    assert open_answer(blob, seed=seed, store=STORE, lookup=LOOKUP, dispatch_id=b"d" * 16) == answer
    with pytest.raises(CannotOpen):
        open_answer(blob, seed=seed, store=STORE, lookup=LOOKUP, dispatch_id=b"e" * 16)


def test_the_time_of_arrival_is_kept_to_the_minute() -> None:
    envelope = seal_envelope(
        a_header("visit"),
        None,
        id=b"v" * 16,
        store=STORE,
        epoch=1,
        store_key=STORE_KEY.public_key,
        intake_key=INTAKE_KEY.public_key,
        arrived_at=datetime(2026, 3, 1, 2, 14, 59, 999, tzinfo=UTC),
        signed_by=[SIGNING_SEED],
    )

    assert envelope.arrived_at == datetime(2026, 3, 1, 2, 14, tzinfo=UTC)
    assert envelope.body == b""


def changed(written: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    fields = json.loads(written)
    change(fields)
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda fields: fields.pop("danger"),
        lambda fields: fields.update(ip="203.0.113.9"),
        lambda fields: fields.update(danger="later"),
        lambda fields: fields.update(act="arrest"),
        lambda fields: fields.update(language="xx"),
        lambda fields: fields.update(kind="an appeal with words in it"),
        lambda fields: fields.update(channel=""),
        lambda fields: fields.update(window="x" * 41),
        lambda fields: fields.update(channel=7),
        lambda fields: fields.update(threads=[]),
        lambda fields: fields.update(threads=fields["threads"] * 17),
        lambda fields: fields.update(threads="none"),
        lambda fields: fields["threads"][0].pop(),
        lambda fields: fields["threads"][0].__setitem__(0, "AAAA"),
        lambda fields: fields["threads"][0].__setitem__(0, fields["threads"][0][0] + "\n"),
        lambda fields: fields["threads"][0].__setitem__(0, None),
        lambda fields: fields.update(message="AAAA"),
        lambda fields: fields.update(message="not base64!"),
    ],
)
def test_a_header_with_anything_odd_is_not_ours(change: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(NotALetter) as refusal:
        Header.from_bytes(changed(a_header().to_bytes(), change))

    assert str(refusal.value) == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda fields: fields.update(words=None),
        lambda fields: fields.update(script_version="1"),
        lambda fields: fields.update(script_version=True),
        lambda fields: fields.update(script_version=1.0),
        lambda fields: fields.update(script_version=-1),
        lambda fields: fields.update(answers={"stance": "front"}),
        lambda fields: fields.update(answers=[["stance", "front"], ["stance", "held"]]),
        lambda fields: fields.update(answers=[["stance", 3]]),
        lambda fields: fields.update(files=[["AAAA", "n", "k", 1]]),
        lambda fields: fields.update(files=[[]]),
        lambda fields: fields.update(more=1),
    ],
)
def test_a_letter_with_anything_odd_is_not_ours(change: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(NotALetter):
        Letter.from_bytes(changed(a_letter().to_bytes(), change))


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"a":1,"a":1}',
        b"\xff\xfe{\x00}\x00",
        b"[" * 100_000,
        b"1" * 5000,
        a_letter().to_bytes() + b" ",
        a_letter().to_bytes().replace(b'{"answers"', b'{ "answers"', 1),
        a_letter().to_bytes().replace(b'"script":', b'"script":"x","script":', 1),
        a_letter().to_bytes().decode().encode("utf-16"),
        a_letter("\\").to_bytes().replace(b"\\\\", b"\\ud800"),
    ],
)
def test_what_is_not_written_in_our_one_form_is_not_ours(written: bytes) -> None:
    for form in (Letter, Header, Answer, FilePart):
        with pytest.raises(NotALetter):
            form.from_bytes(written)


@pytest.mark.parametrize("day", ["2026-3-1", "20260301", "2026-02-30", "today"])
def test_a_day_that_is_none_is_not_ours(day: str) -> None:
    written = Answer("", (), date(2026, 3, 1)).to_bytes()

    with pytest.raises(NotALetter):
        Answer.from_bytes(changed(written, lambda fields: fields.update(written_on=day)))


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_refused_in_one_way(written: bytes) -> None:
    for form in (Letter, Header, Answer):
        with pytest.raises(NotALetter):
            form.from_bytes(written)


def test_a_request_for_a_second_code_names_the_code_that_it_was_asked_with() -> None:
    header = a_header("second", first=(b"\x31" * 32, b"\x32" * 32))

    assert Header.from_bytes(header.to_bytes()) == header
    assert b"first" not in a_header("opening").to_bytes()


@pytest.mark.parametrize("first", [None, [], "", [["short"]], [["A" * 44, "more"]], [[1]], [["A" * 44]] * 17])
def test_a_request_that_names_none_or_something_else_is_none_of_ours(first: object) -> None:
    written = a_header("second", first=(b"\x31" * 32,)).to_bytes()

    with pytest.raises(NotALetter):
        Header.from_bytes(changed(written, lambda fields: fields.update(first=first)))
    with pytest.raises(NotALetter):
        Header.from_bytes(changed(written, lambda fields: fields.pop("first")))


def test_no_other_act_may_name_a_first_code() -> None:
    named = json.loads(a_header("second", first=(b"\x31" * 32,)).to_bytes())["first"]

    with pytest.raises(NotALetter):
        Header.from_bytes(changed(a_header("visit").to_bytes(), lambda fields: fields.update(first=named)))
