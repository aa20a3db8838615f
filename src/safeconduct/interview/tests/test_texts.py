"""The words of the release: complete, true of what is installed, and refused where they are not."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
import yaml

from safeconduct.interview.errors import NoSuchText, TextWrong
from safeconduct.interview.library import TEXTS, load_library
from safeconduct.interview.showing import shown_in
from safeconduct.interview.terms import DEMO_TERMS

LIBRARY = load_library()
SCHEMAS = TEXTS.parent / "schema"
CALL_NUMBER = {"ru": "номер для звонка", "uk": "номер для дзвінка", "en": "call number"}


def validator_of(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize(
    ("file", "schema"),
    [
        ("statements.yaml", "statements"),
        ("interface.yaml", "interface"),
        *((f"scripts/{file.name}", "script") for file in sorted((TEXTS / "scripts").glob("*.yaml"))),
    ],
)
def test_each_file_keeps_the_published_schema(file: str, schema: str) -> None:
    found = [f"{error.json_path}: {error.message}" for error in validator_of(schema).iter_errors(content_of(file))]

    assert found == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"type": "select_multiple"}, "$.steps[1]"),
        ({"required": True}, "$.steps[1].required"),
        ({"choices": []}, "$.steps[1].choices"),
        ({"nmae": "x"}, "$.steps[1]"),
        ({"label": {"ru": "x"}}, "$.steps[1].label"),
        ({"sensitivity": "open"}, "$.steps[1].sensitivity"),
    ],
)
def test_the_schema_refuses_what_the_loader_would(change: dict[str, object], place: str) -> None:
    script = content_of("scripts/appeal.yaml")
    script["steps"][1].update(change)

    assert place in {error.json_path.replace(".type", "") for error in validator_of("script").iter_errors(script)}


# -- true of what is installed


def test_nobody_is_sent_to_a_call_number_while_there_is_no_line() -> None:
    for statement in LIBRARY.statements.values():
        for language, words in CALL_NUMBER.items():
            assert not statement.is_available or words not in statement.text[language].lower(), statement.id
    for name in ("code_page/never_asked", "receipt/danger"):
        for language, words in CALL_NUMBER.items():
            assert words not in LIBRARY.interface.say(name, language)


def test_with_a_line_its_words_are_there_again() -> None:
    with_line = load_library(channels=frozenset({"line"}))

    assert with_line.statements["phone-call-trace"].is_available
    assert "call number" in with_line.statements["lost-code"].text["en"]
    assert "call number" in with_line.interface.say("code_page/never_asked", "en")


def test_complaints_are_not_spoken_of_while_nobody_reads_them() -> None:
    assert not LIBRARY.statements["complain-about-us"].is_available
    assert load_library(channels=frozenset({"complaints"})).statements["complain-about-us"].is_available


def test_nobody_is_asked_for_a_name_while_searches_have_no_store() -> None:
    assert "name" not in LIBRARY.statements["search-how"].text["en"]
    assert "name" in load_library(channels=frozenset({"tracing"})).statements["search-how"].text["en"]


def test_what_was_left_out_leaves_a_whole_sentence_behind() -> None:
    for id in ("check-words", "lost-code", "technical-trouble", "search-how"):
        for words in LIBRARY.statements[id].text.values():
            assert words.endswith(".")
            assert "  " not in words
            assert ".." not in words
            assert " ," not in words


# -- how it is shown


def test_a_statement_is_shown_with_label_source_and_terms_in_words() -> None:
    shown = shown_in(LIBRARY.statements["how-long-we-keep"], "uk", interface=LIBRARY.interface, terms=DEMO_TERMS)

    assert shown is not None
    assert shown.label == "commitment"
    assert shown.source == "установив штаб"
    assert "через 90 днів" in shown.text
    assert "{" not in shown.text


def test_a_statement_whose_term_is_not_set_is_not_shown() -> None:
    terms = {name: length for name, length in DEMO_TERMS.items() if name != "order_term"}

    assert shown_in(LIBRARY.statements["how-long-we-keep"], "uk", interface=LIBRARY.interface, terms=terms) is None


def test_the_law_is_named_in_the_persons_language() -> None:
    shown = {
        language: shown_in(LIBRARY.statements["your-things"], language, interface=LIBRARY.interface, terms={})
        for language in LIBRARY.languages
    }

    assert {language: found and found.source for language, found in shown.items()} == {
        "ru": "Третья Женевская конвенция, ст. 17(3), 18(1), 18(4)-(5), 18(6)",
        "uk": "Третя Женевська конвенція, ст. 17(3), 18(1), 18(4)-(5), 18(6)",
        "en": "Third Geneva Convention, art. 17(3), 18(1), 18(4)-(5), 18(6)",
    }


def test_every_source_is_put_into_words() -> None:
    for statement in LIBRARY.statements.values():
        shown = shown_in(statement, "ru", interface=LIBRARY.interface, terms=DEMO_TERMS)
        assert shown is not None
        assert not set("abcdefghijklmnopqrstuvwxyz") & set(shown.source), statement.id


def test_an_interface_text_wants_its_values_and_never_reads_them() -> None:
    say = LIBRARY.interface.say

    assert say("coming_back/mistyped", "en", group="{count}").startswith(
        "There is a mistake in the digits, most likely in group {count}"
    )
    for name in ("coming_back/mistyped", "coming_back/nothing", ""):
        with pytest.raises(NoSuchText):
            say(name, "en")
    with pytest.raises(NoSuchText):
        say("buttons/next", "fr")


def test_neutral_texts_are_marked() -> None:
    assert LIBRARY.interface.is_neutral("neutral_page/title")
    assert not LIBRARY.interface.is_neutral("start/hello")


# -- refused, with file, line and item

SPOILED = {
    "an id twice": (
        "statements.yaml",
        "- id: is-this-real",
        "- id: who-we-are",
        "item who-we-are: this id stands already",
    ),
    "a language is missing": (
        "statements.yaml",
        'en: "Who we are"',
        'xx: "Who we are"',
        "item who-we-are: `title` has an unknown language xx",
    ),
    "an unknown label": ("statements.yaml", "label: commitment", "label: promise", "`label` must be one of"),
    "an unknown audience": ("statements.yaml", "audience: all", "audience: everybody", "`audience` must be one of"),
    "an undeclared placeholder": (
        "statements.yaml",
        "  answer_term: target for",
        "  other_term: target for",
        "{answer_term} is not declared",
    ),
    "words to leave out that do not stand there": (
        "statements.yaml",
        'en: ", and give the call number if you have one"',
        'en: "and the number"',
        "item lost-code: the words",
    ),
    "a need nobody knows": ("statements.yaml", "needs: [line]", "needs: [lien]", "item phone-call-trace: `needs` has"),
    "a flag that is none": (
        "statements.yaml",
        "needs_headquarters_confirmation: true",
        "needs_headquarters_confirmation: maybe",
        "must be true or",
    ),
    "a string longer than its section": (
        "interface.yaml",
        'en: "Leave quickly"',
        'en: "Leave this page very quickly now"',
        "32 characters in en; the section allows 28",
    ),
    "a menu item that shows nothing known": (
        "interface.yaml",
        "shows: [is-this-real,",
        "shows: [is-it-real,",
        "menu item is_it_real: shows an unknown statement",
    ),
    "an unknown key of a section": (
        "interface.yaml",
        "  max: 28",
        "  most: 28",
        "section buttons: `most` is not a key",
    ),
    "a string twice": ("interface.yaml", "    begin: {", "    ask: {", "`ask` stands twice"),
    "other placeholders": ("interface.yaml", "Source: {source}", "Source: {origin}", "other placeholders in en"),
}


@pytest.mark.parametrize("what", SPOILED)
def test_a_spoiled_text_is_refused_with_file_line_and_item(tmp_path: Path, what: str) -> None:
    file, before, after, reason = SPOILED[what]
    folder = shutil.copytree(TEXTS, tmp_path / "texts")
    text = (folder / file).read_text("utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), "utf-8")

    with pytest.raises(TextWrong) as refused:
        load_library(folder)

    assert str(refused.value).startswith(f"texts/{file}, line ")
    assert reason in str(refused.value)


def test_a_refusal_names_the_very_line(tmp_path: Path) -> None:
    folder = shutil.copytree(TEXTS, tmp_path / "texts")
    text = (folder / "statements.yaml").read_text("utf-8")
    line = text[: text.index("  label: right_by_law")].count("\n") + 1
    (folder / "statements.yaml").write_text(text.replace("  label: right_by_law", "  label: right", 1), "utf-8")

    with pytest.raises(TextWrong) as refused:
        load_library(folder)

    assert refused.value.line == line


@pytest.mark.parametrize("content", [b"\xff\xfe", b"", b"- a list", b"a: [", b"a: !!python/object:os.system x"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    folder = shutil.copytree(TEXTS, tmp_path / "texts")
    (folder / "statements.yaml").write_bytes(content)

    with pytest.raises(TextWrong, match=r"^texts/statements\.yaml, line [12]: "):
        load_library(folder)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TextWrong, match="the file is missing"):
        load_library(tmp_path)


def content_of(file: str) -> dict[str, list[dict[str, object]]]:
    content: dict[str, list[dict[str, object]]] = yaml.safe_load((TEXTS / file).read_text("utf-8"))
    return content
