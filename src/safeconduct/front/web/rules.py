"""What is right: which envelope is which, which files are taken, how long an answer stays. Plain Python."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

MAX_CHARACTERS = 4000
MAX_FILES = 3
MAX_FILE_BYTES = 10 * 1024 * 1024
ENVELOPE_ID_BYTES = 16
FILE_NAME_CHARACTERS = 80

ANSWER_KEPT_DAYS = 30
ANSWER_KEPT_SPREAD_DAYS = 7


class Kind(NamedTuple):
    """A kind of file that is taken. `starts`: each way its content may begin, with the place where that stands."""

    media_type: str
    starts: tuple[tuple[int, bytes], ...]


PICTURES = {
    "jpg": Kind("image/jpeg", ((0, b"\xff\xd8\xff"),)),
    "png": Kind("image/png", ((0, b"\x89PNG\r\n\x1a\n"),)),
    "gif": Kind("image/gif", ((0, b"GIF87a"), (0, b"GIF89a"))),
    "webp": Kind("image/webp", ((8, b"WEBPVP8"),)),
}
# What is drawn anew comes out in one of these; a moving picture as its first frame.
CLEANED_AS = {"jpg": "jpg", "png": "png", "gif": "png", "webp": "webp"}
_ZIP, _OLE, _OGG, _MP4 = (0, b"PK\x03\x04"), (0, b"\xd0\xcf\x11\xe0"), (0, b"OggS"), (4, b"ftyp")
# A document or a voice. Nothing that a browser or a system would run: no page, no drawing with script, no macros.
OTHERS = {
    "pdf": Kind("application/pdf", ((0, b"%PDF-"),)),
    "txt": Kind("text/plain", ((0, b""),)),
    "odt": Kind("application/vnd.oasis.opendocument.text", (_ZIP,)),
    "docx": Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (_ZIP,)),
    "doc": Kind("application/msword", (_OLE,)),
    "ogg": Kind("audio/ogg", (_OGG,)),
    "oga": Kind("audio/ogg", (_OGG,)),
    "opus": Kind("audio/ogg", (_OGG,)),
    "mp3": Kind("audio/mpeg", ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2"))),
    "m4a": Kind("audio/mp4", (_MP4,)),
    "aac": Kind("audio/aac", ((0, b"\xff\xf1"), (0, b"\xff\xf9"))),
    "amr": Kind("audio/amr", ((0, b"#!AMR"),)),
    "3gp": Kind("audio/3gpp", (_MP4,)),
    "wav": Kind("audio/wav", ((8, b"WAVE"),)),
}
# What the page offers to choose. Without the Apple kind in it, a telephone turns such pictures into JPEG by itself.
ACCEPTED = ",".join([*(kind.media_type for kind in PICTURES.values()), *(f".{extension}" for extension in OTHERS)])


def picture_of(content: bytes) -> str | None:
    """The picture's extension by its content, whatever its name says; None where it is no picture that we decode."""
    return next((extension for extension, kind in PICTURES.items() if _begins_as(kind, content)), None)


def other_kind_of(name: str, content: bytes) -> Kind | None:
    """The kind of a document or voice: told by its name, and its content must begin as that kind does."""
    kind = OTHERS.get(extension_of(name))
    return kind if kind and _begins_as(kind, content) else None


def _begins_as(kind: Kind, content: bytes) -> bool:
    return any(content[place : place + len(start)] == start for place, start in kind.starts)


def extension_of(name: str) -> str:
    return name.rpartition(".")[2].lower()


def plain_name(name: str, *, extension: str) -> str:
    """The last part of a file's name, without signs that cannot be seen, and with this extension."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in last if sign.isprintable())
    stem = seen.rpartition(".")[0].strip(" .") or "file"
    return f"{stem[:FILE_NAME_CHARACTERS]}.{extension}"


def digest_of(answers: Mapping[str, str], *words: str, files: Sequence[bytes]) -> bytes:
    """One digest over all that a form brought; no part can pass as another."""
    parts = [list(map(list, answers.items())), *words, [hashlib.sha256(file).hexdigest() for file in files]]
    return hashlib.sha256(json.dumps(parts).encode()).digest()


def envelope_id(form_id: bytes, *parts: bytes) -> bytes:
    """The same form with the same content is the same envelope, however often it arrives."""
    digest = hashlib.sha256(form_id)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()[:ENVELOPE_ID_BYTES]


def forget_at(first_read_at: datetime) -> datetime:
    """When an answer leaves the front: spread at random, so that it does not tell when it was read."""
    spread = timedelta(days=ANSWER_KEPT_SPREAD_DAYS).total_seconds()
    around = secrets.randbelow(int(2 * spread) + 1) - spread
    return first_read_at + timedelta(days=ANSWER_KEPT_DAYS, seconds=around)
