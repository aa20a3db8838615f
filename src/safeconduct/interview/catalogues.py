"""How do the texts reach translators, and how do translations come back? gettext's files, English as the key.

The context of a message is `file/id/slot`: `statements/who-we-are/text`, `appeal/words/hint`, `interface/buttons/next`.
A language that stands in no text file comes from a compiled catalogue; entries marked fuzzy are not in one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from safeconduct.interview.errors import TextWrong
from safeconduct.interview.interface import Interface, Wording
from safeconduct.interview.library import Library
from safeconduct.interview.reading import PLACEHOLDER, Text
from safeconduct.interview.scripts import Script, Step
from safeconduct.interview.statements import Statement

_KEY = "en"
# Equal bytes from equal texts: the moment of extraction says nothing.
_NO_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Message:
    """One text with its context and what a translator should know of it."""

    context: str
    text: Text
    notes: tuple[str, ...] = ()


def extract(library: Library) -> bytes:
    """All texts as a template (.pot), in the order in which a person may meet them."""
    return _po(library, None)


def translations(library: Library, language: str) -> bytes:
    """The same with the words of one language (.po), for a translator to look at or to correct."""
    return _po(library, language)


def messages(library: Library) -> Iterator[Message]:
    for statement in library.statements.values():
        yield from _of_statement(statement)
    for name in library.interface:
        wording = library.interface.wording(name)
        notes = [f"At most {wording.max} characters."]
        if wording.is_neutral:
            notes.append("A stranger may see it: it must not say who we are or what it is about.")
        yield Message(f"interface/{name}", wording.text, tuple(notes))
    for item in library.menu:
        yield Message(f"interface/menu/{item.name}", item.label, ("A question of the menu.",))
    for script in library.scripts.values():
        for step in script.steps:
            yield from _of_step(script, step)


def with_catalogue(library: Library, language: str, file: Path) -> Library:
    """`library` with one more language, from a compiled catalogue (.mo).

    A statement or script whose words are not all there is left out in this language; where a string of the
    interface is missing, the language is not offered at all. Raises `TextWrong` for words with other placeholders.
    """
    if language in library.languages:
        raise TextWrong(file.name, 1, language, "the language stands in the text files already")
    with file.open("rb") as content:
        translate = _Translator(language, GNUTranslations(content), file.name)
    interface = {
        name: translate.wording(f"interface/{name}", library.interface.wording(name)) for name in library.interface
    }
    menu = tuple(
        replace(item, label=translate.text(f"interface/menu/{item.name}", item.label)) for item in library.menu
    )
    is_whole = all(language in wording.text for wording in interface.values())
    is_whole = is_whole and all(language in item.label for item in menu)
    return replace(
        library,
        statements={id: translate.statement(statement) for id, statement in library.statements.items()},
        scripts={name: translate.script(script) for name, script in library.scripts.items()},
        interface=Interface(interface) if is_whole else library.interface,
        menu=menu if is_whole else library.menu,
        languages=(*library.languages, language) if is_whole else library.languages,
    )


def _of_statement(statement: Statement) -> Iterator[Message]:
    notes = [f"Label: {statement.label}. Source: {statement.source}."]
    if statement.needs_headquarters_confirmation:
        notes.append("The headquarters must confirm these very words.")
    if statement.placeholders:
        notes.append("A placeholder holds a length of time in words, to follow “within” or “after”.")
    if statement.operator_note:
        notes.append(statement.operator_note)
    yield Message(f"statements/{statement.id}/title", statement.title)
    yield Message(f"statements/{statement.id}/text", statement.text, tuple(notes))
    if statement.voice:
        yield Message(f"statements/{statement.id}/voice", statement.voice, ("Spoken on a telephone.",))


def _of_step(script: Script, step: Step) -> Iterator[Message]:
    for slot, text in step.slots.items():
        yield Message(f"{script.name}/{step.name}/{slot}", text, _SLOT_NOTES.get(slot, ()))
    for choice in step.choices:
        yield Message(f"{script.name}/{step.name}/choice.{choice.name}", choice.label, ("A choice to press.",))


_SLOT_NOTES = {
    "voice": ("Spoken on a telephone; each key is named after its choice.",),
    "short": ("Where there is little room.",),
    "constraint_message": ("Shown when the answer cannot be taken. Never blames.",),
}


def _po(library: Library, language: str | None) -> bytes:
    catalog = Catalog(
        locale=language,
        project="safeconduct",
        version="1",
        header_comment="# The words of Safeconduct. The context of a message is file/id/slot.",
        msgid_bugs_address="",
        last_translator=" ",
        language_team=" ",
        creation_date=_NO_MOMENT,
        revision_date=_NO_MOMENT,
        fuzzy=False,
    )
    for message in messages(library):
        words = message.text.get(language, "") if language else ""
        catalog.add(message.text[_KEY], words, context=message.context, auto_comments=message.notes)
    written = BytesIO()
    write_po(written, catalog, width=100)
    return written.getvalue()


class _Missing(NullTranslations):
    """Tells what is not translated from what is the same in both languages, like “{code}”."""

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002 - as gettext calls it
        return ""


class _Translator:
    """Adds the words of one language where the catalogue has them."""

    def __init__(self, language: str, catalogue: GNUTranslations, file: str) -> None:
        self._language, self._catalogue, self._file = language, catalogue, file
        catalogue.add_fallback(_Missing())

    def text(self, context: str, text: Text) -> Text:
        key = text[_KEY]
        words = self._catalogue.pgettext(context, key)
        if not words:
            return text
        if set(PLACEHOLDER.findall(words)) != set(PLACEHOLDER.findall(key)):
            raise TextWrong(self._file, 1, context, f"has other placeholders in {self._language}")
        return {**text, self._language: words}

    def wording(self, context: str, wording: Wording) -> Wording:
        text = self.text(context, wording.text)
        if len(text.get(self._language, "")) > wording.max:
            raise TextWrong(self._file, 1, context, f"is longer than {wording.max} characters in {self._language}")
        return replace(wording, text=text)

    def statement(self, statement: Statement) -> Statement:
        texts = {
            message.context.rsplit("/", 1)[1]: self.text(message.context, message.text)
            for message in _of_statement(statement)
        }
        if not all(self._language in text for text in texts.values()):
            return statement
        return replace(statement, title=texts["title"], text=texts["text"], voice=texts.get("voice", statement.voice))

    def script(self, script: Script) -> Script:
        steps = tuple(self._step(script, step) for step in script.steps)
        texts = [message.text for step in steps for message in _of_step(script, step)]
        if not all(self._language in text for text in texts):
            return script
        return replace(script, steps=steps, languages=(*script.languages, self._language))

    def _step(self, script: Script, step: Step) -> Step:
        place = f"{script.name}/{step.name}"
        return replace(
            step,
            slots={slot: self.text(f"{place}/{slot}", text) for slot, text in step.slots.items()},
            choices=tuple(
                replace(choice, label=self.text(f"{place}/choice.{choice.name}", choice.label))
                for choice in step.choices
            ),
        )
