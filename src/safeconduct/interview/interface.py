"""What do pages, chats and telephone say around the statements? The small strings, and the menu of answers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from safeconduct.interview.errors import NoSuchText
from safeconduct.interview.reading import Entry, Text, fill
from safeconduct.interview.statements import without_missing


@dataclass(frozen=True)
class MenuItem:
    """One question of the menu and the statements that answer it, in their order."""

    name: str
    label: Text
    shows: tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """One string: its words, the longest it may be, and whether a stranger may see it."""

    text: Text
    max: int
    is_neutral: bool


class Interface:
    """All small strings by `section/name`."""

    def __init__(self, strings: Mapping[str, Wording]) -> None:
        self._strings = strings

    def say(self, name: str, language: str, **values: object) -> str:
        """The words of `section/name`. Raises `NoSuchText` for an unknown name, language, or a missing value."""
        try:
            return fill(self._strings[name].text[language], values)
        except KeyError:
            raise NoSuchText(name, language) from None

    def is_neutral(self, name: str) -> bool:
        """Whether it may be seen by a stranger, and so leave as a notice."""
        return self._strings[name].is_neutral

    def __contains__(self, name: str) -> bool:
        return name in self._strings

    def __iter__(self) -> Iterator[str]:
        return iter(self._strings)

    def wording(self, name: str) -> Wording:
        return self._strings[name]


def read_interface(file: Entry, languages: tuple[str, ...], *, installed: frozenset[str]) -> Interface:
    file.only("version", "sections", "menu")
    strings: dict[str, Wording] = {}
    for section in file.entries("sections", "section"):
        section.only("name", "max", "neutral", "strings")
        for name, wording in _section(section, languages, installed):
            if name in strings:
                section.refuse(f"`{name}` stands twice", "name")
            strings[name] = wording
    return Interface(strings)


def _section(section: Entry, languages: tuple[str, ...], installed: frozenset[str]) -> Iterable[tuple[str, Wording]]:
    longest = section.whole("max")
    strings = section.entry("strings")
    for key in strings:
        name = f"{section.string('name')}/{key}"
        entry = strings.entry(key, name)
        text = _words(strings, entry, key, languages, installed)
        for language, words in text.items():
            if len(words) > longest:
                entry.refuse(f"has {len(words)} characters in {language}; the section allows {longest}", language)
        yield name, Wording(text, longest, section.flag("neutral", False))


def _words(strings: Entry, entry: Entry, key: str, languages: tuple[str, ...], installed: frozenset[str]) -> Text:
    if "words" not in entry:
        return strings.words(key, languages)
    entry.only("words", "left_out_without")
    return without_missing(entry, "words", languages, installed)


def read_menu(file: Entry, languages: tuple[str, ...], *, statements: Mapping[str, object]) -> tuple[MenuItem, ...]:
    """Refuses an item that shows a statement nobody knows: it would be missed in silence."""
    items: dict[str, MenuItem] = {}
    for entry in file.entries("menu", "menu item"):
        entry.only("name", "label", "shows")
        item = MenuItem(entry.string("name"), entry.words("label", languages), entry.strings("shows"))
        if item.name in items:
            entry.refuse("this name stands twice", "name")
        for shown in item.shows:
            if shown not in statements:
                entry.refuse(f"shows an unknown statement {shown}", "shows")
        items[item.name] = item
    return tuple(items.values())
