"""Finds what must not be anywhere: a person's words, names and code, in every dress in which they could lie about."""

import base64
import gzip
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

DEEPEST = 2
LARGEST_UNPACKED = 64 * 1024 * 1024
COMPRESSED = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|PK\x03\x04")


def dresses_of(marker: str) -> dict[str, bytes]:
    """Every way in which `marker` might be written down: name of the way, and the bytes to look for."""
    texts = {
        "plain": marker.encode(),
        "UTF-16 LE": marker.encode("utf-16-le"),
        "UTF-16 BE": marker.encode("utf-16-be"),
        "JSON escapes": marker.encode("ascii", "backslashreplace"),
        "percent": quote(marker).encode(),
        "percent of all": "".join(f"%{byte:02X}" for byte in marker.encode()).encode(),
    }
    dresses = dict(texts)
    for name in ("plain", "UTF-16 LE", "UTF-16 BE"):
        text = texts[name]
        dresses[f"hex of {name}"] = text.hex().encode()
        dresses[f"HEX of {name}"] = text.hex().upper().encode()
        for shift in range(3):
            standard = _base64_at(text, shift)
            dresses[f"base64 of {name}, alignment {shift}"] = standard
            dresses[f"base64 for addresses of {name}, alignment {shift}"] = standard.translate(
                bytes.maketrans(b"+/", b"-_")
            )
    return dresses


def _base64_at(text: bytes, shift: int) -> bytes:
    """The part of the base64 form that depends on `text` alone when `shift` bytes stand before it."""
    encoded = base64.b64encode(bytes(shift) + text)
    whole = (shift + len(text)) * 8 // 6
    return encoded[-(-shift * 8 // 6) : whole]


def writings_of(code: str) -> list[str]:
    """A code as digits alone, and in its groups."""
    groups = [code[start : start + 4] for start in range(0, len(code), 4)]
    return [code, " ".join(groups), "-".join(groups), "\u00a0".join(groups)]


def found_in(places: Iterable[tuple[str, bytes]], markers: Mapping[str, str]) -> list[str]:
    """Where which marker lies, and in which dress: "front.sqlite3: words as hex". Empty is what we want.

    `markers`: what it is called, and the marker. Packed streams inside are looked into.
    """
    wanted = [
        (called, dress, needle) for called, marker in markers.items() for dress, needle in dresses_of(marker).items()
    ]
    return sorted(
        {
            f"{layer}: {called} as {dress}"
            for place, content in places
            for layer, inside in _layers(place, content)
            for called, dress, needle in wanted
            if needle in inside
        }
    )


def _layers(place: str, content: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """The content itself, and what unpacks from any offset where a packed stream seems to begin."""
    yield place, content
    if depth == DEEPEST:
        return
    for sign in COMPRESSED.finditer(content):
        unpacked = _unpacked(content, sign.start(), sign.group())
        if len(unpacked) >= 4:
            yield from _layers(f"{place} (packed)", unpacked, depth + 1)


def _unpacked(content: bytes, start: int, sign: bytes) -> bytes:
    """What can be read from there, even if the end is missing or spoilt."""
    if sign == b"PK\x03\x04":
        lengths = content[start + 26 : start + 30]
        start += 30 + int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little")
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    else:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    read = b""
    try:
        for offset in range(start, len(content), 4096):
            read += unpacker.decompress(content[offset : offset + 4096], LARGEST_UNPACKED - len(read))
            if unpacker.eof or len(read) >= LARGEST_UNPACKED:
                break
    except zlib.error:
        pass
    return read


def packed(text: bytes) -> dict[str, bytes]:
    """`text` in the packed forms that the search must see through."""
    return {"gzip": gzip.compress(text), "deflate": zlib.compress(text), "twice": zlib.compress(gzip.compress(text))}
