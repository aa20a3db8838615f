"""A small drawing, made and not taken: for those of the demonstration who send a picture."""

import struct
import zlib

WIDTH, HEIGHT = 320, 200
PAPER, INK = 0xF4, 0x30


def leaflet() -> bytes:
    """A sheet with lines of writing that say nothing, as PNG."""
    rows = (bytes([0]) + bytes(_shade(across, down) for across in range(WIDTH)) for down in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(b"".join(rows))), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _shade(across: int, down: int) -> int:
    line, inside = divmod(down - 24, 18)
    is_writing = 0 <= line < 9 and inside < 5 and 24 < across < WIDTH - 30 - 53 * (line % 3) and across % 11 > 1
    return INK if is_writing else PAPER


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
