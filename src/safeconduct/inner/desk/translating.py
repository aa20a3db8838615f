"""Which words of the desk want translating? Found in its Python files and templates, and in what it shows of others;
kept in locale/.

python -m safeconduct.inner.desk.translating      brings the .po files up to date; then translate what is empty
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOM = Path(__file__).parent
# Sentences of other rooms that the desk alone shows.
ELSEWHERE = (
    ROOM.parents[1] / "handover" / "reaching" / "lookups.py",
    ROOM.parents[1] / "inner" / "operators" / "apps.py",
)
LANGUAGES = ("uk", "ru")
_CONTEXT_FIRST = ((1, "c"), 2)
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": _CONTEXT_FIRST,
    "pgettext_lazy": _CONTEXT_FIRST,
    "npgettext": ((1, "c"), 2, 3),
}


def catalogue() -> Catalog:
    """Every message with its context, plural and the files that say it."""
    found = Catalog(charset="utf-8")
    for file, source in _sources():
        for _line, message, _comments, context in extract("python", BytesIO(source.encode()), _KEYWORDS):
            # Without line numbers: an edit elsewhere in a file is no change of its words.
            found.add(message, locations=[(file, 0)], context=context)
    return found


def po_file(language: str) -> Path:
    return ROOM / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    for language in LANGUAGES:
        known = read(language) if po_file(language).exists() else Catalog(locale=language, charset="utf-8")
        known.update(catalogue(), no_fuzzy_matching=True, update_creation_date=False)
        known.header_comment = "# The words of the desk, for those who work at it."
        known.project, known.version, known.last_translator = "Safeconduct", "1", "Safeconduct"
        known.msgid_bugs_address, known.revision_date = "", known.creation_date
        # A catalogue whose head is fuzzy is not compiled at all.
        known.fuzzy = False
        po_file(language).parent.mkdir(parents=True, exist_ok=True)
        with po_file(language).open("wb") as file:
            write_po(file, known, width=110, include_lineno=False, ignore_obsolete=True, sort_output=True)


def _sources() -> Iterator[tuple[str, str]]:
    for file in sorted(ROOM.rglob("*.py")):
        if "tests" not in file.parts:
            yield str(file.relative_to(ROOM)), file.read_text("utf-8")
    for file in ELSEWHERE:
        yield str(file.relative_to(ROOM.parents[1])), file.read_text("utf-8")
    for file in sorted(ROOM.rglob("*.html")):
        yield str(file.relative_to(ROOM)), templatize(file.read_text("utf-8"))


if __name__ == "__main__":
    update()
