"""What does this service say, and how sure is it? Statements: versioned, labelled, with their source."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast, get_args

from safeconduct.interview.reading import PLACEHOLDER, Entry, Text, fill
from safeconduct.interview.terms import in_words

Label = Literal["right_by_law", "commitment", "possible_not_promised", "fact", "safety"]
Audience = Literal["all", "serviceman", "relative", "occupied_territory_citizen", "third_country", "operator_script"]
# What a text may need beyond this release: a bot, a telephone line, a reviewer of complaints, the search for the
# missing, the blotting out of words, a reception that is arranged with the person.
CHANNELS = ("bot", "line", "complaints", "tracing", "redaction", "reception")
_SPACE_BEFORE_STOP = re.compile(r" (?=[.,:;])")
Terms = Mapping[str, timedelta]  # placeholder → length of time, as the headquarters set it


@dataclass(frozen=True)
class Statement:
    """`text` and `voice` as this release shows them: what needs a channel that is not there was left out."""

    id: str
    title: Text
    topic: str
    label: Label
    source: str
    version: int
    text: Text
    voice: Text
    audience: Audience
    needs_headquarters_confirmation: bool
    is_available: bool
    operator_note: str
    line: int

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(name for words in self.text.values() for name in PLACEHOLDER.findall(words))

    def has_terms(self, terms: Terms) -> bool:
        return self.placeholders <= terms.keys()

    def text_in(self, language: str, terms: Terms) -> str:
        """The words to show. Raises `KeyError` where a term is not set: ask `has_terms` first."""
        return fill(self.text[language], {name: in_words(terms[name], language) for name in self.placeholders})


def read_statements(file: Entry, languages: tuple[str, ...], *, installed: frozenset[str]) -> dict[str, Statement]:
    """`installed`: channels and stores that are there, for texts that are true only then."""
    file.only("version", "placeholders", "statements")
    version = file.whole("version")
    placeholders = frozenset(file.entry("placeholders"))
    statements: dict[str, Statement] = {}
    for entry in file.entries("statements", "item"):
        statement = _statement(entry, languages, version, installed)
        if statement.id in statements:
            entry.refuse(f"this id stands already in line {statements[statement.id].line}", "id")
        for name in statement.placeholders - placeholders:
            entry.refuse(f"the placeholder {{{name}}} is not declared", "text")
        statements[statement.id] = statement
    return statements


def _statement(entry: Entry, languages: tuple[str, ...], version: int, installed: frozenset[str]) -> Statement:
    entry.only(
        "id", "title", "topic", "audience", "label", "source", "version", "needs_headquarters_confirmation",
        "text", "voice", "operator_note", "needs", "left_out_without",
    )  # fmt: skip
    return Statement(
        id=entry.string("id"),
        title=entry.words("title", languages),
        topic=entry.string("topic"),
        label=cast(Label, _one_of(entry, "label", get_args(Label))),
        source=entry.string("source"),
        version=entry.whole("version") if "version" in entry else version,
        text=without_missing(entry, "text", languages, installed),
        voice=entry.words("voice", languages, required=False),
        audience=cast(Audience, _one_of(entry, "audience", get_args(Audience))),
        needs_headquarters_confirmation=entry.flag("needs_headquarters_confirmation"),
        is_available=_is_there(entry, entry.strings("needs", ()), installed),
        operator_note=entry.string("operator_note", ""),
        line=entry.line,
    )


def without_missing(entry: Entry, key: str, languages: tuple[str, ...], installed: frozenset[str]) -> Text:
    """The words under `key` without those parts that are untrue while something is not installed.

    `left_out_without` names the parts word for word, so that a changed sentence cannot silently stay in.
    """
    words = dict(entry.words(key, languages))
    for part in entry.entries("left_out_without", required=False):
        part.only("needs", "words")
        parts = part.words("words", languages)
        for language in languages:
            if parts[language] not in words[language]:
                part.refuse(f"the words to leave out do not stand in `{key}` in {language}", "words")
            if not _is_there(part, (part.string("needs"),), installed):
                words[language] = _closed_up(words[language].replace(parts[language], ""))
    return words


def _closed_up(words: str) -> str:
    """Without the spaces that were left where words went."""
    return _SPACE_BEFORE_STOP.sub("", " ".join(words.split()))


def _is_there(entry: Entry, needs: tuple[str, ...], installed: frozenset[str]) -> bool:
    for name in needs:
        if name not in CHANNELS:
            entry.refuse(f"`needs` has an unknown name {name}", "needs")
    return installed.issuperset(needs)


def _one_of(entry: Entry, key: str, known: tuple[str, ...]) -> str:
    value = entry.string(key)
    if value not in known:
        entry.refuse(f"`{key}` must be one of {', '.join(known)}", key)
    return value
