"""What crosses between the wings, and its one exact form in bytes.

Each form is strict: what does not come out as the same bytes when written again was not written by us.
"""

import base64
import hashlib
import json
import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from safeconduct.handover.errors import NotALetter
from safeconduct.sealing.envelopes import PUBLIC_KEY_BYTES, Binding, open_sealed, seal
from safeconduct.sealing.signing import SIGNATURE_BYTES, VERIFYING_KEY_BYTES, is_signed, sign, verifying_key_of

ACTS = ("opening", "writing", "visit", "file", "erasure", "second")
LANGUAGES = ("ru", "uk", "en", "other")
ABOUTS = ("oneself", "group", "relative", "question", "unsaid")
DANGERS = ("none", "soon", "now")
ID_BYTES = 16
LOOKUP_BYTES = 32
MOST_THREADS = 16
_TOKEN = re.compile(r"[a-z0-9:/+._-]{1,40}", re.ASCII)
_SIZE = struct.Struct(">I")


@dataclass(frozen=True)
class ThreadName:
    """A thread as inner may know it: found by `lookup`, answered by sealing to `public_key`."""

    lookup: bytes
    public_key: bytes


@dataclass(frozen=True)
class Header:
    """All that a queue may show before anybody opens the words.

    `first`: of a request for a second code, the lookup ids of the code that it was asked with; `threads` are then those
    of the second one. Any other act has none, and its bytes do not name the field.
    `signers`: verifying keys of the codes whose signatures `open_header` found true: that of `threads`, and for such a
    request that of `first`, too. They are no part of the bytes.
    """

    kind: str
    act: str
    channel: str
    language: str
    about: str
    danger: str
    window: str
    threads: tuple[ThreadName, ...]
    message: bytes = b""
    first: tuple[bytes, ...] = ()
    signers: tuple[bytes, ...] = ()

    def to_bytes(self) -> bytes:
        threads = [[_text_of(thread.lookup), _text_of(thread.public_key)] for thread in self.threads]
        fields = vars(self) | {"threads": threads, "message": _text_of(self.message)}
        del fields["first"], fields["signers"]
        if self.act == "second":
            fields["first"] = [[_text_of(lookup)] for lookup in self.first]
        return _written(fields)

    @classmethod
    def from_bytes(cls, written: bytes) -> "Header":
        """Raises `NotALetter`; the front may be in other hands, so every value is checked."""
        is_second = _read(written).get("act") == "second"
        read = _Record(written, cls, without=("signers",) if is_second else ("signers", "first"))
        first = read.rows("first", least=1, most=MOST_THREADS, width=1) if is_second else ()
        return cls(
            kind=read.token("kind"),
            act=read.among("act", ACTS),
            channel=read.token("channel"),
            language=read.among("language", LANGUAGES),
            about=read.among("about", ABOUTS),
            danger=read.among("danger", DANGERS),
            window=read.token("window"),
            threads=tuple(_thread_from(pair) for pair in read.rows("threads", least=1, most=MOST_THREADS, width=2)),
            message=read.blob("message", (0, ID_BYTES)),
            first=tuple(_bytes(lookup, (LOOKUP_BYTES,)) for (lookup,) in first),
        )


@dataclass(frozen=True)
class FileNote:
    """That a file belongs to a letter; the file itself comes in an envelope of its own."""

    envelope_id: bytes
    name: str
    kind: str
    size: int


@dataclass(frozen=True)
class Letter:
    """A person's words and answers, as they stood on the last page."""

    words: str
    answers: Mapping[str, str]
    script: str
    script_version: int
    our_word: str
    your_word: str
    files: tuple[FileNote, ...] = ()

    def to_bytes(self) -> bytes:
        files = [[_text_of(file.envelope_id), file.name, file.kind, file.size] for file in self.files]
        # Pairs, not an object: the desk shows the answers in the order in which they were given.
        return _written(vars(self) | {"answers": [list(pair) for pair in self.answers.items()], "files": files})

    @classmethod
    def from_bytes(cls, written: bytes) -> "Letter":
        """Raises `NotALetter`."""
        read = _Record(written, cls)
        answers = [(_str(name), _str(said)) for name, said in read.rows("answers", width=2)]
        if len(dict(answers)) != len(answers):
            raise NotALetter
        return cls(
            words=read.text("words"),
            answers=dict(answers),
            script=read.text("script"),
            script_version=read.whole("script_version"),
            our_word=read.text("our_word"),
            your_word=read.text("your_word"),
            files=tuple(
                FileNote(_bytes(envelope_id, (ID_BYTES,)), _str(name), _str(kind), _int(size))
                for envelope_id, name, kind, size in read.rows("files", width=4)
            ),
        )


@dataclass(frozen=True)
class FilePart:
    """One file as the person sent it, or as it was drawn anew without metadata."""

    name: str
    kind: str
    content: bytes

    def to_bytes(self) -> bytes:
        head = _written({"name": self.name, "kind": self.kind})
        return _SIZE.pack(len(head)) + head + self.content

    @classmethod
    def from_bytes(cls, written: bytes) -> "FilePart":
        """Raises `NotALetter`."""
        head, content = _cut(written)
        read = _Record(head, cls, without=("content",))
        return cls(name=read.text("name"), kind=read.text("kind"), content=content)


@dataclass(frozen=True)
class Said:
    """A statement as it was shown: the person later sees what we said then, not what we say now."""

    id: str
    version: int
    label: str
    title: str
    text: str
    source: str


@dataclass(frozen=True)
class Answer:
    """What the headquarters says to the person."""

    text: str
    statements: tuple[Said, ...]
    written_on: date

    def to_bytes(self) -> bytes:
        said = [list(vars(statement).values()) for statement in self.statements]
        return _written({"text": self.text, "statements": said, "written_on": self.written_on.isoformat()})

    @classmethod
    def from_bytes(cls, written: bytes) -> "Answer":
        """Raises `NotALetter`."""
        read = _Record(written, cls)
        return cls(
            text=read.text("text"),
            statements=tuple(
                Said(_str(id), _int(version), _str(label), _str(title), _str(text), _str(source))
                for id, version, label, title, text, source in read.rows("statements", width=6)
            ),
            written_on=_day(read.text("written_on")),
        )


@dataclass(frozen=True)
class Envelope:
    """What the front keeps and inner pulls. Only ids, a minute and two closed blobs."""

    id: bytes
    store: str
    epoch: int
    arrived_at: datetime
    header: bytes
    body: bytes


def seal_envelope(
    header: Header,
    body: Letter | FilePart | None,
    *,
    id: bytes,
    store: str,
    epoch: int,
    store_key: bytes,
    intake_key: bytes,
    arrived_at: datetime,
    signed_by: Sequence[bytes],
) -> Envelope:
    """Close header and body, each for its reader. A visit or an erasure has no body.

    `signed_by`: the signing seed of the code; of a request for a second code its own, then that of the first.
    """
    lookup = header.threads[0].lookup
    purpose = "file" if isinstance(body, FilePart) else "letter"
    sealed_body = seal(body.to_bytes(), to=store_key, binding=Binding(purpose, store, lookup, id)) if body else b""
    signed = _signed(header.to_bytes(), _statement(store, id, sealed_body), signed_by)
    return Envelope(
        id=id,
        store=store,
        epoch=epoch,
        arrived_at=to_the_minute(arrived_at),
        header=seal(signed, to=intake_key, binding=Binding("header", store, envelope_id=id)),
        body=sealed_body,
    )


def open_header(envelope: Envelope, *, intake_seed: bytes) -> Header:
    """Its signatures are true then, and cover the body; whether it is the right code that signed is not known here.

    Raises `CannotOpen`, of which `NotALetter` is one.
    """
    binding = Binding("header", envelope.store, envelope_id=envelope.id)
    signed = open_sealed(envelope.header, seed=intake_seed, binding=binding)
    signers, written = _checked(signed, _statement(envelope.store, envelope.id, envelope.body))
    header = Header.from_bytes(written)
    if len(signers) != (2 if header.act == "second" else 1):
        raise NotALetter
    return replace(header, signers=signers)


def open_letter(body: bytes, *, epoch_seed: bytes, store: str, lookup: bytes, envelope_id: bytes) -> Letter:
    """`lookup` is the first of the header's threads. Raises `CannotOpen`."""
    return Letter.from_bytes(open_sealed(body, seed=epoch_seed, binding=Binding("letter", store, lookup, envelope_id)))


def open_file(body: bytes, *, epoch_seed: bytes, store: str, lookup: bytes, envelope_id: bytes) -> FilePart:
    """`lookup` is the first of the header's threads. Raises `CannotOpen`."""
    return FilePart.from_bytes(open_sealed(body, seed=epoch_seed, binding=Binding("file", store, lookup, envelope_id)))


def seal_answer(answer: Answer, *, to: ThreadName, store: str, dispatch_id: bytes) -> bytes:
    """Close an answer for the thread's key; it opens under this lookup id and this dispatch id only."""
    return seal(answer.to_bytes(), to=to.public_key, binding=Binding("answer", store, to.lookup, dispatch_id))


def open_answer(blob: bytes, *, seed: bytes, store: str, lookup: bytes, dispatch_id: bytes) -> Answer:
    """`seed` is the thread's, drawn from the code just typed. Raises `CannotOpen`."""
    return Answer.from_bytes(open_sealed(blob, seed=seed, binding=Binding("answer", store, lookup, dispatch_id)))


def to_the_minute(moment: datetime) -> datetime:
    """Seconds would tell two people apart who are known to have written in the same minute."""
    return moment.replace(second=0, microsecond=0)


def _statement(store: str, id: bytes, sealed_body: bytes) -> bytes:
    """What is signed together with a header: its place, and what comes with it."""
    name = store.encode()
    return b"safeconduct/header/1" + struct.pack(">H", len(name)) + name + id + hashlib.sha256(sealed_body).digest()


def _signed(written: bytes, statement: bytes, seeds: Sequence[bytes]) -> bytes:
    """How many signed, each one's verifying key with the signature, and what was signed."""
    keys = [verifying_key_of(seed) for seed in seeds]
    message = b"".join([statement, *keys, written])
    proofs = [key + sign(message, seed=seed) for key, seed in zip(keys, seeds, strict=True)]
    return b"".join([bytes([len(proofs)]), *proofs, written])


def _checked(signed: bytes, statement: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """Who signed, in order, and what. Raises `NotALetter` unless each signature is true."""
    each = VERIFYING_KEY_BYTES + SIGNATURE_BYTES
    end = 1 + each * (signed[0] if signed else 0)
    proofs, written = [signed[start : start + each] for start in range(1, end, each)], signed[end:]
    keys = tuple(proof[:VERIFYING_KEY_BYTES] for proof in proofs)
    message = b"".join([statement, *keys, written])
    if not all(
        is_signed(message, proof[VERIFYING_KEY_BYTES:], by=key) for key, proof in zip(keys, proofs, strict=True)
    ):
        raise NotALetter
    return keys, written


class _Record:
    """The fields of one written record; exactly those of `form`."""

    def __init__(self, written: bytes, form: type, *, without: tuple[str, ...] = ()) -> None:
        self._fields = _read(written)
        if set(self._fields) != set(form.__annotations__) - set(without):
            raise NotALetter

    def text(self, name: str) -> str:
        return _str(self._fields[name])

    def whole(self, name: str) -> int:
        return _int(self._fields[name])

    def blob(self, name: str, lengths: tuple[int, ...]) -> bytes:
        return _bytes(self._fields[name], lengths)

    def among(self, name: str, known: tuple[str, ...]) -> str:
        value = _str(self._fields[name])
        if value not in known:
            raise NotALetter
        return value

    def token(self, name: str) -> str:
        """A short word of ours; inner keeps it in the clear, so nothing else may pass as one."""
        value = _str(self._fields[name])
        if not _TOKEN.fullmatch(value):
            raise NotALetter
        return value

    def rows(self, name: str, *, width: int, least: int = 0, most: int = 10_000) -> Iterable[list[Any]]:
        rows = self._fields[name]
        if not isinstance(rows, list) or not least <= len(rows) <= most:
            raise NotALetter
        if any(not isinstance(row, list) or len(row) != width for row in rows):
            raise NotALetter
        return rows


def _thread_from(pair: list[Any]) -> ThreadName:
    return ThreadName(_bytes(pair[0], (LOOKUP_BYTES,)), _bytes(pair[1], (PUBLIC_KEY_BYTES,)))


def _written(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _read(written: bytes) -> dict[str, Any]:
    """The one object in `written`; spaces, doubled names, another order or encoding are refused alike."""
    try:
        fields = json.loads(written)
        if not isinstance(fields, dict) or _written(fields) != written:
            raise NotALetter
    except (ValueError, RecursionError):
        raise NotALetter from None
    return fields


def _cut(written: bytes) -> tuple[bytes, bytes]:
    """A head with its length before it, and the rest."""
    if len(written) < _SIZE.size:
        raise NotALetter
    end = _SIZE.size + _SIZE.unpack_from(written)[0]
    if end > len(written):
        raise NotALetter
    return written[_SIZE.size : end], written[end:]


def _text_of(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(value: object, lengths: tuple[int, ...]) -> bytes:
    try:
        read = base64.b64decode(_str(value), validate=True)
    except ValueError:
        raise NotALetter from None
    if len(read) not in lengths or _text_of(read) != value:
        raise NotALetter
    return read


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise NotALetter
    return value


def _int(value: object) -> int:
    # True counts as 1 in Python.
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise NotALetter
    return value


def _day(value: str) -> date:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise NotALetter from None
    if day.isoformat() != value:
        raise NotALetter
    return day
