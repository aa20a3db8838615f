"""Does a sealed file open whole, in order and to its end, and otherwise not at all?"""

import io
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeconduct.inner.site import sealed_file
from safeconduct.inner.site.sealed_file import (
    CHUNK,
    KEY_PLACE,
    TAG,
    VERSION_LINE,
    FromNewerVersion,
    NotABackup,
    NotWhole,
    SealedWriter,
    opened_lines,
)
from safeconduct.sealing.envelopes import KeyPair, seal

RECOVERY = KeyPair(b"\x51" * 32)
HEAD = len(VERSION_LINE) + 4 + len(seal(bytes(32), to=RECOVERY.public_key, binding=KEY_PLACE))


def sealed(*contents: bytes, to: KeyPair = RECOVERY) -> bytes:
    file = io.BytesIO()
    writer = SealedWriter(file, to=to.public_key)
    for content in contents:
        writer.write(content)
    writer.end()
    return file.getvalue()


def opened(file: bytes, *, by: KeyPair = RECOVERY) -> list[bytes]:
    return list(opened_lines(io.BytesIO(file), seed=by.seed))


def chunks_of(file: bytes) -> list[bytes]:
    body = file[HEAD:]
    return [body[start : start + CHUNK + TAG] for start in range(0, len(body), CHUNK + TAG)]


THREE_CHUNKS = sealed(b"x" * CHUNK, b"y" * CHUNK, b"z" * 1000 + b"\n")


@given(st.lists(st.binary(max_size=300).map(lambda line: line.replace(b"\n", b"")), max_size=20))
@settings(deadline=None)
def test_lines_come_back_as_they_were(lines: list[bytes]) -> None:
    assert opened(sealed(*(line + b"\n" for line in lines))) == lines


@pytest.mark.parametrize("length", [0, 1, CHUNK - 2, CHUNK - 1, CHUNK, 2 * CHUNK - 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_a_line_may_end_anywhere_in_a_chunk(length: int) -> None:
    lines = [b"a" * length, b"b"]

    assert opened(sealed(*(line + b"\n" for line in lines))) == lines


def test_each_chunk_but_the_last_has_one_mebibyte() -> None:
    assert [len(chunk) - TAG for chunk in chunks_of(THREE_CHUNKS)] == [CHUNK, CHUNK, 1001]
    assert [len(chunk) - TAG for chunk in chunks_of(sealed(b"x" * (CHUNK - 1) + b"\n"))] == [CHUNK]


def test_nothing_of_the_content_shows() -> None:
    file = sealed(b"marker " * 1000 + b"\n")

    assert b"marker" not in file
    assert sealed(b"same\n") != sealed(b"same\n")


@given(st.integers(len(VERSION_LINE), len(THREE_CHUNKS) - 1), st.integers(0, 7))
@settings(max_examples=50, deadline=None)
def test_one_changed_bit_and_it_is_not_whole(place: int, bit: int) -> None:
    changed = bytearray(THREE_CHUNKS)
    changed[place] ^= 1 << bit

    with pytest.raises(NotWhole):
        opened(bytes(changed))


FIRST, SECOND, LAST = chunks_of(THREE_CHUNKS)


@pytest.mark.parametrize(
    "chunks",
    [
        [],
        [FIRST],
        [FIRST, SECOND],
        [FIRST, LAST],
        [SECOND, FIRST, LAST],
        [FIRST, FIRST, LAST],
        [FIRST, SECOND, LAST, LAST],
        [FIRST, SECOND, LAST[:-1]],
        [FIRST, SECOND, LAST, b"x"],
        [FIRST, SECOND, LAST[:TAG]],
        [LAST],
        [FIRST, SECOND, chunks_of(sealed(b"of another backup\n"))[0]],
    ],
)
def test_chunks_that_are_missing_moved_repeated_or_added_are_noticed(chunks: Sequence[bytes]) -> None:
    with pytest.raises(NotWhole):
        opened(THREE_CHUNKS[:HEAD] + b"".join(chunks))


@pytest.mark.parametrize("length", [len(VERSION_LINE), len(VERSION_LINE) + 3, len(VERSION_LINE) + 4, HEAD - 1, HEAD])
def test_a_file_cut_short_in_its_head_is_not_whole(length: int) -> None:
    with pytest.raises(NotWhole):
        opened(THREE_CHUNKS[:length])


def test_another_recovery_key_does_not_open_it() -> None:
    with pytest.raises(NotWhole):
        opened(THREE_CHUNKS, by=KeyPair(b"\x52" * 32))


def test_a_head_that_promises_a_huge_key_is_refused_before_it_is_read() -> None:
    with pytest.raises(NotWhole):
        opened(VERSION_LINE + b"\xff\xff\xff\xff" + bytes(100))


@pytest.mark.parametrize("content", [b"", b"safe", b"PK\x03\x04", b"untrusted comment: safeconduct backup 1\n"])
def test_another_file_is_no_backup(content: bytes) -> None:
    with pytest.raises(NotABackup):
        opened(content)


def test_a_backup_in_a_newer_format_says_so() -> None:
    with pytest.raises(FromNewerVersion):
        opened(b"safeconduct backup 2\n" + THREE_CHUNKS[len(VERSION_LINE) :])


def test_a_last_line_without_its_end_is_not_whole() -> None:
    with pytest.raises(NotWhole):
        opened(sealed(b"whole\nbroken off"))


def test_writing_and_reading_hold_a_few_chunks_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_file, "CHUNK", 100)
    file = io.BytesIO()
    writer = SealedWriter(file, to=RECOVERY.public_key)

    for _ in range(1000):
        writer.write(b"0123456789\n")
        assert len(writer._waiting) <= 100 + 11
    writer.end()

    lines = opened_lines(io.BytesIO(file.getvalue()), seed=RECOVERY.seed)
    assert next(lines) == b"0123456789"
    assert sum(1 for _ in lines) == 999
