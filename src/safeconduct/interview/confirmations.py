"""Which texts may be shown, and who said so? Lines of one signed file, made on inner, read on both wings.

A line is one JSON object: `{"id", "language", "sha256", "kind", "by", "on"}`. `id` is that of a statement,
`script:NAME` or `interface`; `sha256` is that of the exact words in that language; `kind` is `confirmed` (by the
headquarters), `reviewed`, or `demonstration`. The file `NAME.sig` beside it is a signature by the pages key.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from safeconduct.interview.errors import NotConfirmed
from safeconduct.interview.library import Library
from safeconduct.interview.scripts import Script
from safeconduct.interview.statements import Statement
from safeconduct.sealing.signify import (
    NotSignifyFile,
    NotVerified,
    PublicKey,
    SecretKey,
    sign_detached,
    verify_detached,
)

Kind = Literal["confirmed", "reviewed", "demonstration"]
Purpose = str  # of the installation: "site", "demo" or "bench"
INTERFACE = "interface"
# What must be read before anything is written: what not to write, and what deletion cannot do. Two statements say it,
# or the note before the words, which is the same in both scripts.
BEFORE_WRITING = ("what-not-to-write", "what-deletion-can-do")
SCRIPTS_THAT_SAY_IT = ("appeal", "waiting")


@dataclass(frozen=True)
class Line:
    id: str
    language: str
    sha256: str
    kind: Kind
    by: str
    on: date


@dataclass(frozen=True)
class Approved:
    """What may be shown, worked out once: a page asks many times."""

    texts: frozenset[tuple[str, str]]  # id, language
    languages: tuple[str, ...]

    def may_show(self, text: Statement | Script, language: str) -> bool:
        return language in self.languages and (id_of(text), language) in self.texts

    def may_write(self, language: str) -> bool:
        """Whether a form to write on may be offered: not before what must be read first may be shown."""
        texts = {id for id, each in self.texts if each == language and language in self.languages}
        return texts.issuperset(BEFORE_WRITING) or any(f"script:{name}" in texts for name in SCRIPTS_THAT_SAY_IT)


def approve(library: Library, lines: Sequence[Line], purpose: Purpose) -> Approved:
    texts: list[Statement | Script] = [*library.statements.values(), *library.scripts.values()]
    return Approved(
        frozenset((id_of(t), lang) for t in texts for lang in library.languages if may_show(t, lang, lines, purpose)),
        offered_languages(library, lines, purpose),
    )


def may_show(text: Statement | Script, language: str, lines: Sequence[Line], purpose: Purpose) -> bool:
    """Whether these very words were confirmed, or reviewed where that is enough, in this language.

    The one rule: what the headquarters must confirm needs a `confirmed` line; all else needs at least a `reviewed`
    one; a `demonstration` line counts in a demonstration and in a benchmark only. The line is of the exact words.
    """
    if isinstance(text, Statement) and not text.is_available:
        return False
    if language not in _languages_of(text):
        return False
    is_binding = isinstance(text, Statement) and text.needs_headquarters_confirmation
    return _has_line(id_of(text), language, words_of(text, language), is_binding, lines, purpose)


def offered_languages(library: Library, lines: Sequence[Line], purpose: Purpose) -> tuple[str, ...]:
    """The languages whose interface texts were reviewed, in our order; no other is offered at all."""
    return tuple(
        language
        for language in library.languages
        if _has_line(INTERFACE, language, words_of(library, language), False, lines, purpose)
    )


def id_of(text: Statement | Script | Library) -> str:
    """By what its lines name it."""
    if isinstance(text, Statement):
        return text.id
    return f"script:{text.name}" if isinstance(text, Script) else INTERFACE


def confirm(
    library: Library, lines: Sequence[Line], id: str, language: str, *, kind: Kind, by: str, on: date
) -> tuple[Line, ...]:
    """`lines` with one more for the words as they are now; earlier ones stay, as a record.

    Raises `NotConfirmed` with a sentence where there is no such text in that language.
    """
    text = _text_by_id(library, id)
    if text is None:
        raise NotConfirmed(f"There is no text {id}: give the id of a statement, script:NAME or {INTERFACE}")
    if language not in _languages_of(text):
        raise NotConfirmed(f"{id} has no words in {language}")
    return (*lines, Line(id, language, _hash(words_of(text, language)), kind, by, on))


def demonstration_lines(library: Library, *, on: date) -> tuple[Line, ...]:
    """One line for every text in every language; they count in a demonstration and in a benchmark only."""
    texts: list[Statement | Script | Library] = [*library.statements.values(), *library.scripts.values(), library]
    return tuple(
        Line(id_of(text), language, _hash(words_of(text, language)), "demonstration", "demonstration", on)
        for text in texts
        for language in library.languages
        if language in _languages_of(text)
    )


def write_confirmations(file: Path, lines: Iterable[Line], *, key: SecretKey) -> None:
    """The lines and, beside them, their signature by the pages key; each file is replaced whole."""
    content = b"".join(
        json.dumps({**asdict(line), "on": line.on.isoformat()}, ensure_ascii=False).encode() + b"\n" for line in lines
    )
    for path, written in ((file, content), (signature_of(file), sign_detached(content, key=key))):
        part = path.with_name(path.name + ".part")
        part.write_bytes(written)
        part.replace(path)


def read_confirmations(file: Path, *, by: PublicKey) -> tuple[Line, ...]:
    """Raises `NotConfirmed` with a sentence: missing, altered, signed by another key, or a line that is none."""
    try:
        content = file.read_bytes()
        verify_detached(content, signature_of(file).read_bytes(), by=by)
    except OSError:
        raise NotConfirmed(f"{file.name} or its signature {signature_of(file).name} cannot be read") from None
    except (NotVerified, NotSignifyFile):
        raise NotConfirmed(f"{file.name} was changed after it was signed, or signed by another key") from None
    return tuple(_line(file.name, number, text) for number, text in enumerate(content.splitlines(), 1))


def signature_of(file: Path) -> Path:
    return file.with_name(file.name + ".sig")


def words_of(text: Statement | Script | Library, language: str) -> str:
    """The exact words that a line vouches for: all that a person may see or hear of this text in one language."""
    if isinstance(text, Statement):
        words: Any = [text.title[language], text.text[language], text.voice.get(language, ""), text.label, text.source]
    elif isinstance(text, Script):
        words = [
            [
                step.name,
                [step.say(slot, language) for slot in sorted(step.slots)],
                [c.label[language] for c in step.choices],
            ]
            for step in text.steps
        ]
    else:
        interface = text.interface
        words = [
            {name: interface.wording(name).text[language] for name in interface},
            {item.name: item.label[language] for item in text.menu},
        ]
    return json.dumps(words, ensure_ascii=False, sort_keys=True)


def _has_line(id: str, language: str, words: str, is_binding: bool, lines: Sequence[Line], purpose: Purpose) -> bool:
    kinds = {"confirmed"} if is_binding else {"confirmed", "reviewed"}
    if purpose in ("demo", "bench"):
        kinds.add("demonstration")
    wanted = (id, language, _hash(words))
    return any(line.kind in kinds and (line.id, line.language, line.sha256) == wanted for line in lines)


def _text_by_id(library: Library, id: str) -> Statement | Script | Library | None:
    if id == INTERFACE:
        return library
    if id.startswith("script:"):
        return library.scripts.get(id.removeprefix("script:"))
    return library.statements.get(id)


def _languages_of(text: Statement | Script | Library) -> Collection[str]:
    return text.text if isinstance(text, Statement) else text.languages


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def _line(file: str, number: int, text: bytes) -> Line:
    try:
        values = json.loads(text)
        line = Line(**{**values, "on": date.fromisoformat(values["on"])})
    except (ValueError, TypeError, KeyError):
        raise NotConfirmed(f"{file}, line {number}: is no confirmation") from None
    if line.kind not in get_args(Kind):
        raise NotConfirmed(f"{file}, line {number}: {line.kind} is not a kind of confirmation")
    return line
