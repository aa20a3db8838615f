"""The search itself: a search that finds nothing proves nothing until it has found what was planted."""

import base64

import pytest

from tests.stories.searching import dresses_of, found_in, packed, writings_of

MARKER = "мандариновий-равлик-5521"


@pytest.mark.parametrize("dress", sorted(dresses_of(MARKER)))
def test_a_marker_is_found_in_every_dress(dress: str) -> None:
    hidden = b"\x00\xffbefore " + dresses_of(MARKER)[dress] + b" after\x00"

    found = found_in([("a place", hidden)], {"the words": MARKER})

    assert any(line.startswith("a place: the words as") for line in found)


@pytest.mark.parametrize("way", ["gzip", "deflate", "twice"])
def test_a_marker_is_found_in_packed_streams(way: str) -> None:
    hidden = b"\x00 something before " + packed(b"some text " + MARKER.encode())[way] + b" something after"

    assert found_in([("a place", hidden)], {"the words": MARKER})


def test_base64_is_found_whatever_stands_before_the_marker() -> None:
    for before in (b"", b"a", b"ab", b"abc"):
        hidden = base64.b64encode(before + MARKER.encode() + b" and more")

        assert found_in([("a place", hidden)], {"the words": MARKER}), before


def test_a_code_is_found_with_and_without_its_gaps() -> None:
    code = "407188523390176490256613"

    for written in ("4071 8852 3390 1764 9025 6613", "4071-8852-3390-1764-9025-6613", code):
        markers = {f"code {n}": writing for n, writing in enumerate(writings_of(code))}
        assert found_in([("a log", f"at 12:00 {written}.".encode())], markers)


def test_other_words_are_not_taken_for_the_marker() -> None:
    assert found_in([("a place", "мандариновий-равлик-5522".encode() * 100)], {"the words": MARKER}) == []
