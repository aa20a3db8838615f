"""Does an envelope open for one key in one place, and otherwise not at all?"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.sealing import envelopes
from safeconduct.sealing.envelopes import (
    BUCKETS,
    LENGTH,
    Binding,
    CannotOpen,
    KeyPair,
    SealingBroken,
    bucket_for,
    key_pair_of,
    lock,
    new_key_pair,
    open_sealed,
    padded,
    seal,
    self_test,
    unlock,
    unpadded,
)

PAIR = KeyPair(b"\x21" * 32)
STRANGER = KeyPair(b"\x22" * 32)
HERE = Binding("letter", "appeals", thread=b"t" * 32, envelope_id=b"e" * 16)
WORDS = "Чи можна прийти з братом?".encode()
SEALED = seal(WORDS, to=PAIR.public_key, binding=HERE)
KEY = b"\x23" * 32
LOCKED = lock(WORDS, key=KEY, context=b"form")


def refusal_of_sealed(blob: bytes, *, seed: bytes = PAIR.seed, binding: Binding = HERE) -> CannotOpen:
    with pytest.raises(CannotOpen) as refused:
        open_sealed(blob, seed=seed, binding=binding)
    return refused.value


def refusal_of_locked(blob: bytes, *, key: bytes = KEY, context: bytes = b"form") -> CannotOpen:
    with pytest.raises(CannotOpen) as refused:
        unlock(blob, key=key, context=context)
    return refused.value


@given(st.binary(max_size=5000))
@settings(max_examples=60, deadline=None)
def test_a_letter_opens_for_its_key_in_its_place(words: bytes) -> None:
    assert open_sealed(seal(words, to=PAIR.public_key, binding=HERE), seed=PAIR.seed, binding=HERE) == words


@given(st.binary(max_size=5000), st.binary(max_size=40))
def test_what_is_locked_opens_with_the_same_key_and_context(words: bytes, context: bytes) -> None:
    assert unlock(lock(words, key=KEY, context=context), key=KEY, context=context) == words


@given(st.integers(0, len(SEALED) * 8 - 1))
@settings(max_examples=400, deadline=None)
def test_one_changed_bit_and_nothing_opens(bit: int) -> None:
    changed = bytearray(SEALED)
    changed[bit // 8] ^= 1 << bit % 8

    refusal_of_sealed(bytes(changed))


def test_one_changed_bit_and_nothing_unlocks() -> None:
    for bit in range(len(LOCKED) * 8):
        changed = bytearray(LOCKED)
        changed[bit // 8] ^= 1 << bit % 8

        refusal_of_locked(bytes(changed))


def test_a_letter_cut_short_anywhere_does_not_open() -> None:
    for length in range(0, len(SEALED), 7):
        refusal_of_sealed(SEALED[:length])
    for length in range(len(LOCKED)):
        refusal_of_locked(LOCKED[:length])


@given(st.binary(min_size=1, max_size=2000))
@settings(deadline=None)
def test_a_letter_with_something_added_does_not_open(more: bytes) -> None:
    refusal_of_sealed(SEALED + more)
    refusal_of_locked(LOCKED + more)


@given(st.binary(max_size=4000))
@settings(deadline=None)
def test_noise_does_not_open(noise: bytes) -> None:
    refusal_of_sealed(noise)
    refusal_of_sealed(envelopes.VERSION + noise)
    refusal_of_locked(noise)


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(HERE, purpose="answer"),
        replace(HERE, store="records"),
        replace(HERE, thread=b"u" * 32),
        replace(HERE, thread=b""),
        replace(HERE, envelope_id=b"f" * 16),
        # The same bytes with the borders moved.
        replace(HERE, purpose="lettera", store="ppeals"),
        replace(HERE, thread=b"t" * 31, envelope_id=b"t" + b"e" * 16),
    ],
)
def test_a_letter_moved_to_another_place_does_not_open(elsewhere: Binding) -> None:
    refusal_of_sealed(SEALED, binding=elsewhere)


@given(st.tuples(st.text(max_size=5), st.text(max_size=5), st.binary(max_size=5), st.binary(max_size=5)))
def test_no_two_places_have_the_same_bytes(parts: tuple[str, str, bytes, bytes]) -> None:
    purpose, store, thread, envelope_id = parts
    binding = Binding(purpose, store, thread, envelope_id)

    assert binding.encoded() != HERE.encoded()
    assert (binding.encoded() == Binding(store, purpose, thread, envelope_id).encoded()) == (purpose == store)
    assert (binding.encoded() == Binding(purpose, store, envelope_id, thread).encoded()) == (thread == envelope_id)


def test_another_key_does_not_open() -> None:
    refusal_of_sealed(SEALED, seed=STRANGER.seed)
    refusal_of_sealed(SEALED, seed=b"short")
    refusal_of_locked(LOCKED, key=b"\x24" * 32)
    refusal_of_locked(LOCKED, key=b"short")
    refusal_of_locked(LOCKED, context=b"")


def test_every_refusal_is_the_same_refusal() -> None:
    refusals = [
        refusal_of_sealed(b""),
        refusal_of_sealed(b"\x02" + SEALED[1:]),
        refusal_of_sealed(SEALED[:-1]),
        refusal_of_sealed(SEALED, seed=STRANGER.seed),
        refusal_of_sealed(SEALED, binding=Binding("letter", "records")),
        refusal_of_locked(LOCKED[:5]),
        refusal_of_locked(LOCKED, context=b"elsewhere"),
    ]

    assert {(type(refusal), refusal.args, str(refusal)) for refusal in refusals} == {(CannotOpen, (), "")}
    assert {refusal.__cause__ for refusal in refusals} == {None}


def test_the_same_words_never_look_the_same_twice() -> None:
    assert seal(WORDS, to=PAIR.public_key, binding=HERE) != SEALED
    assert lock(WORDS, key=KEY, context=b"form") != LOCKED
    assert new_key_pair().seed != new_key_pair().seed


@pytest.mark.parametrize(
    ("length", "size"),
    [
        (0, 1024),
        (1016, 1024),
        (1017, 4096),
        (4088, 4096),
        (4089, 16384),
        (16377, 65536),
        (65528, 65536),
        (65529, 68813),
        (68806, 72254),
    ],
)
def test_the_length_of_a_letter_shows_as_its_bucket_only(length: int, size: int) -> None:
    assert len(padded(bytes(length))) == size
    assert len(seal(bytes(length), to=PAIR.public_key, binding=HERE)) == 1 + 1120 + size + 16


@given(st.binary(max_size=200_000))
@settings(max_examples=40, deadline=None)
def test_padding_is_taken_off_again_and_fills_the_bucket(words: bytes) -> None:
    filled = padded(words)

    assert unpadded(filled) == words
    assert len(filled) == bucket_for(len(words) + LENGTH.size)


@given(st.integers(1, 50_000_000))
def test_a_bucket_holds_its_letter_and_wastes_no_more_than_a_twentieth_above_64_kib(length: int) -> None:
    size = bucket_for(length)

    assert size >= length
    assert bucket_for(size) == size
    if length > BUCKETS[-1]:
        assert size <= length * 1.05 + 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 7,
        LENGTH.pack(1017) + bytes(1016),
        LENGTH.pack(2**64 - 1) + bytes(1016),
        LENGTH.pack(3) + b"abc" + bytes(1012) + b"\x01",
        LENGTH.pack(3) + b"abc" + bytes(1014),
        LENGTH.pack(3) + b"abc",
        LENGTH.pack(3) + b"abc" + bytes(4096 - 11),
    ],
)
def test_padding_that_we_would_not_have_made_is_refused(content: bytes) -> None:
    with pytest.raises(CannotOpen):
        unpadded(content)


@pytest.mark.parametrize("seed", [b"", b"\x01" * 31, b"\x01" * 33])
def test_a_seed_of_another_length_makes_no_key_pair(seed: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        key_pair_of(seed)


@pytest.mark.parametrize(
    "key",
    [
        b"",
        PAIR.public_key[:-1],
        PAIR.public_key + b"\x00",
        b"\xff" * 1216,  # numbers that ML-KEM does not have
        PAIR.public_key[:1184] + bytes(32),  # a point of small order
    ],
)
def test_nothing_is_sealed_to_what_is_no_public_key(key: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        seal(WORDS, to=key, binding=HERE)


def test_a_seed_never_shows_in_a_repr() -> None:
    assert repr(PAIR) == "KeyPair()"


def test_the_self_test_passes_on_a_sound_machine() -> None:
    self_test()


def refuse(*_: object, **__: object) -> bytes:
    raise CannotOpen


def crash(*_: object, **__: object) -> bytes:
    raise TypeError("a build without the algorithm")


@pytest.mark.parametrize(
    ("function", "broken"),
    [
        ("seal", crash),
        ("open_sealed", crash),
        ("open_sealed", refuse),  # what was sealed does not open
        ("open_sealed", lambda *_, **__: b"whole"),  # everything opens, also what lies elsewhere
        ("open_sealed", lambda *_, **__: b"other"),
        ("unpadded", lambda _: b"other"),
    ],
)
def test_the_self_test_stops_a_machine_that_cannot_seal(
    function: str, broken: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envelopes, function, broken)

    with pytest.raises(SealingBroken):
        self_test()
