"""The words of the release: complete, true of what is installed, and refused where they are not."""

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
import yaml

from safeconduct.interview.errors import NoSuchText, TextWrong
from safeconduct.interview.library import TEXTS, load_library
from safeconduct.interview.showing import shown_in
from safeconduct.interview.terms import DEMO_TERMS

LIBRARY = load_library()
HOW_LONG_WE_KEEP = LIBRARY.statements["how-long-we-keep"]
TERMS = {"question_term": timedelta(days=30), "waiting_term": timedelta(days=90)}
SCHEMAS = TEXTS.parent / "schema"
CALL_NUMBER = {"ru": "номер для звонка", "uk": "номер для дзвінка", "en": "call number"}
BOT_OR_CHAT = re.compile(r"\b(?:бот\w*|чат\w*|bots?|chats?)\b", re.IGNORECASE)
HOURS = re.compile(r"\b(?:час[ыа]?|часов|годин|hour)", re.IGNORECASE)
CHOSEN_HOURS = re.compile(
    r"час[ыа]х?, которые|часы в чате|години, які|години в чаті|hours you|hours when", re.IGNORECASE
)
# These say what false helpers do, and what nobody of ours ever does.
WARNS_OF_FAKES = {"is-this-real", "no-money"}


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


def test_nobody_is_sent_to_a_bot_or_to_a_chat_while_there_is_none() -> None:
    for id, statement in LIBRARY.statements.items():
        for language in LIBRARY.languages:
            spoken_of = BOT_OR_CHAT.findall(statement.text[language])
            assert not statement.is_available or not spoken_of or id in WARNS_OF_FAKES, (id, language)
    for name in ("code_page/how_to_keep", "code_page/what_next"):
        for language in LIBRARY.languages:
            assert not BOT_OR_CHAT.search(LIBRARY.interface.say(name, language))
    for script in ("appeal", "waiting"):
        for language in LIBRARY.languages:
            assert not HOURS.search(LIBRARY.scripts[script].steps[0].say("label", language))


def test_no_hours_are_promised_while_nobody_can_choose_them() -> None:
    shown = [statement for statement in LIBRARY.statements.values() if statement.is_available]
    said = [LIBRARY.interface.wording("code_page/what_next").text, *(statement.text for statement in shown)]

    for words in said:
        for language in LIBRARY.languages:
            assert not CHOSEN_HOURS.search(words[language]), words[language]


def test_with_a_bot_its_words_are_there_again() -> None:
    with_bot = load_library(channels=frozenset({"bot"}))

    assert with_bot.statements["app-owner-sees"].is_available
    assert with_bot.statements["quiet-hours"].is_available
    assert "come back with the code to the page or the bot when" in with_bot.statements["how-it-works"].text["en"]
    assert "only on our page or in the bot." in with_bot.interface.say("code_page/how_to_keep", "en")
    assert "hours you chose" in with_bot.statements["we-never-write-first"].text["en"]
    assert "hours for an answer" in with_bot.scripts["appeal"].say("welcome", "label", "en")


def test_who_comes_to_the_page_is_told_to_come_back_to_it() -> None:
    say = LIBRARY.interface.say

    assert say("code_page/what_next", "ru").startswith("Ответ будет ждать под вашим кодом: приходите с ним")
    assert "но только на нашей странице." in say("code_page/how_to_keep", "ru")
    assert "с кодом на страницу, когда можете" in LIBRARY.statements["how-it-works"].text["ru"]
    assert "Якщо сторінка не відкривається" in LIBRARY.statements["technical-trouble"].text["uk"]
    assert (
        "the code works on every page of ours in the signed list" in LIBRARY.statements["technical-trouble"].text["en"]
    )


def test_no_answer_is_promised_under_the_code_while_nobody_searches() -> None:
    for id in ("search-how", "search-nothing-yet", "search-who-decides"):
        for words in LIBRARY.statements[id].text.values():
            assert "18" not in words
    assert not LIBRARY.statements["search-grades"].is_available
    with_tracing = load_library(channels=frozenset({"tracing"}))
    assert "18:00" in with_tracing.statements["search-nothing-yet"].text["en"]
    assert with_tracing.statements["search-grades"].is_available


def test_nobody_in_despair_is_told_to_press_what_is_not_there() -> None:
    said = LIBRARY.statements["when-it-is-too-much"].text

    assert all(LIBRARY.interface.say("buttons/person_now", language) not in said[language] for language in said)
    assert said["en"].endswith("Write us even a single word: you need not explain or say who you are.")


def test_no_words_are_promised_to_be_blotted_out_while_that_cannot_be_done() -> None:
    assert "We pass them on to nobody." in LIBRARY.statements["op-refuse-military"].text["en"]
    with_redaction = load_library(channels=frozenset({"redaction"}))
    assert "We blot these words out for good" in with_redaction.statements["op-refuse-military"].text["en"]


def test_no_meeting_is_spoken_of_in_the_terms_while_none_is_arranged() -> None:
    assert "meeting" not in HOW_LONG_WE_KEEP.text["en"]
    with_reception = load_library(channels=frozenset({"reception"})).statements["how-long-we-keep"]
    assert "meeting" in with_reception.text["en"]


def test_nothing_is_said_to_erase_itself_without_its_term() -> None:
    """The terms are the headquarters' decision: where it made none, no page may speak of one."""
    assert "erased by itself" not in LIBRARY.statements["lost-code"].text["en"]
    assert HOW_LONG_WE_KEEP.placeholders == {"question_term", "waiting_term"}
    assert not DEMO_TERMS.keys() & HOW_LONG_WE_KEEP.placeholders


def test_complaints_are_not_spoken_of_while_nobody_reads_them() -> None:
    assert not LIBRARY.statements["complain-about-us"].is_available
    assert load_library(channels=frozenset({"complaints"})).statements["complain-about-us"].is_available


def test_nobody_is_asked_for_a_name_while_searches_have_no_store() -> None:
    assert "name" not in LIBRARY.statements["search-how"].text["en"]
    assert "name" in load_library(channels=frozenset({"tracing"})).statements["search-how"].text["en"]


def test_what_was_left_out_leaves_whole_sentences_behind() -> None:
    interface = (LIBRARY.interface.wording(name).text for name in LIBRARY.interface)
    for said in (*(statement.text for statement in LIBRARY.statements.values()), *interface):
        for words in said.values():
            assert "  " not in words
            assert ".." not in words
            assert not re.search(r" [.,:;]|[,:;]\.|[.:;,][^\W\d_]", words), words
    for statement in LIBRARY.statements.values():
        assert all(words.endswith((".", "?")) for words in statement.text.values()), statement.id


# -- how it is shown


def test_a_statement_is_shown_with_label_source_and_terms_in_words() -> None:
    shown = shown_in(HOW_LONG_WE_KEEP, "uk", interface=LIBRARY.interface, terms=TERMS)

    assert shown is not None
    assert shown.label == "commitment"
    assert shown.source == "установив штаб"
    assert "через 90 днів" in shown.text
    assert "{" not in shown.text


def test_a_statement_whose_term_is_not_set_is_not_shown() -> None:
    for missing in TERMS:
        terms = {name: length for name, length in TERMS.items() if name != missing}

        assert shown_in(HOW_LONG_WE_KEEP, "uk", interface=LIBRARY.interface, terms=terms) is None


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
        shown = shown_in(statement, "ru", interface=LIBRARY.interface, terms={**DEMO_TERMS, **TERMS})
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
