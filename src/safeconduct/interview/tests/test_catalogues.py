"""Texts go to translators and come back; what is not translated is left out and never replaced."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from safeconduct.interview.catalogues import extract, messages, translations, with_catalogue
from safeconduct.interview.confirmations import approve, demonstration_lines
from safeconduct.interview.errors import TextWrong
from safeconduct.interview.library import load_library

LIBRARY = load_library()
SINGLE_CONTEXT = "statements/is-this-real/text"


def belarusian() -> Catalog:
    """A whole translation; its words are the Ukrainian ones, since only their way matters here."""
    return read_po(BytesIO(translations(LIBRARY, "uk")), locale="be")


def compiled(catalog: Catalog, folder: Path) -> Path:
    file = folder / "be.mo"
    with file.open("wb") as content:
        write_mo(content, catalog)  # leaves fuzzy entries out
    return file


def message_of(catalog: Catalog, context: str) -> Message:
    return next(message for message in catalog if message.context == context)


def test_every_text_is_extracted_once_with_its_context_and_notes() -> None:
    template = read_po(BytesIO(extract(LIBRARY)))
    by_context = {message.context: message for message in template if message.id}

    assert len(by_context) == len(list(messages(LIBRARY)))
    assert by_context["appeal/safe_now/choice.yes"].id == "Yes, nobody is near"
    assert by_context["interface/menu/filmed"].id == "Will I be filmed?"
    assert "At most 28 characters." in by_context["interface/buttons/next"].auto_comments
    notes = " ".join(by_context["interface/notices/answer_waiting"].auto_comments)
    assert "A stranger may see it" in notes
    notes = " ".join(by_context["statements/no-money/text"].auto_comments)
    assert "The headquarters must confirm" in notes
    assert "Never ask for the code" in notes
    assert all(not message.string for message in by_context.values())


def test_equal_texts_give_equal_bytes() -> None:
    assert extract(LIBRARY) == extract(load_library())


def test_a_translation_gives_back_the_words_of_its_language() -> None:
    catalog = read_po(BytesIO(translations(LIBRARY, "ru")))

    assert message_of(catalog, "interface/buttons/quick_exit").string == "Выйти быстро"
    assert not catalog.fuzzy


def test_a_whole_catalogue_brings_a_language(tmp_path: Path) -> None:
    library = with_catalogue(LIBRARY, "be", compiled(belarusian(), tmp_path))

    assert library.languages == ("ru", "uk", "en", "be")
    assert library.interface.say("buttons/next", "be") == "Далі"
    assert "be" in library.scripts["appeal"].languages
    assert library.menu[0].label["be"] == "Це правда?"
    approved = approve(library, demonstration_lines(library, on=date(2026, 1, 1)), "demo")
    assert "be" in approved.languages
    assert approved.may_show(library.statements["is-this-real"], "be")


def test_a_fuzzy_statement_is_left_out_in_that_language_alone(tmp_path: Path) -> None:
    catalog = belarusian()
    message_of(catalog, SINGLE_CONTEXT).flags.add("fuzzy")

    library = with_catalogue(LIBRARY, "be", compiled(catalog, tmp_path))

    assert "be" in library.languages
    assert "be" not in library.statements["is-this-real"].text
    assert "be" in library.statements["who-we-are"].text


def test_a_script_with_one_fuzzy_word_is_not_asked_in_that_language(tmp_path: Path) -> None:
    catalog = belarusian()
    message_of(catalog, "appeal/adult/choice.no").flags.add("fuzzy")

    library = with_catalogue(LIBRARY, "be", compiled(catalog, tmp_path))

    assert "be" not in library.scripts["appeal"].languages
    assert "be" in library.scripts["waiting"].languages


def test_an_interface_that_is_not_whole_means_no_such_language(tmp_path: Path) -> None:
    catalog = belarusian()
    message_of(catalog, "interface/buttons/back").flags.add("fuzzy")

    assert with_catalogue(LIBRARY, "be", compiled(catalog, tmp_path)).languages == ("ru", "uk", "en")


@pytest.mark.parametrize(
    ("context", "words", "reason"),
    [
        ("interface/start/progress", "Пытанне {number}", "other placeholders"),
        ("interface/buttons/next", "Д" * 29, "longer than 28"),
    ],
)
def test_a_translation_that_would_break_a_page_is_refused(
    tmp_path: Path, context: str, words: str, reason: str
) -> None:
    catalog = belarusian()
    message_of(catalog, context).string = words

    with pytest.raises(TextWrong, match=f"{context}: .*{reason}"):
        with_catalogue(LIBRARY, "be", compiled(catalog, tmp_path))


def test_a_language_of_the_files_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(TextWrong, match="already"):
        with_catalogue(LIBRARY, "uk", compiled(belarusian(), tmp_path))
