"""A script that would lead somebody astray is refused, and the refusal says where to look."""

from pathlib import Path

import pytest

from safeconduct.interview.errors import TextWrong
from safeconduct.interview.library import INSTALLED_SCRIPTS, KNOWN_SCRIPTS, TEXTS, load_library
from safeconduct.interview.tests.scripts import line_of, load, spoiled

LONG_NAME = "n" * 60

# What is changed in the small script, a part of the line that the refusal must name, step, words of the reason.
SPOILED = {
    "an unknown key": ([("  name: where", "  name: where\n  nmae: x")], "nmae", "step where", "not a key"),
    "a key twice": ([("  name: where", "  name: where\n  name: there")], "name: there", "", "stands twice"),
    "no type": (
        [("- type: integer\n  name: hours", "- name: hours")],
        "- name: hours",
        "step hours",
        "`type` is missing",
    ),
    "an unknown type": ([("type: integer", "type: decimal")], "type: decimal", "step hours", "must be one of"),
    "a language is missing": ([('uk: "Де", ', "")], 'label: {ru: "Где"', "step where", "missing in uk"),
    "words are empty": ([('uk: "Де"', 'uk: " "')], 'label: {ru: "Где"', "step where", "empty in uk"),
    "a placeholder is missing in one language": (
        [('ru: "Где", uk: "Де"', 'ru: "Где {x}", uk: "Де {x}"')],
        'label: {ru: "Где',
        "step where",
        "other placeholders",
    ),
    "a name that no earlier step gives": (
        [("${where} = 'home'", "${words} = 'home'")],
        "name: hours",
        "step hours",
        "${words} is no earlier question",
    ),
    "a step that asks itself": (
        [("${where} = 'home'", "${hours} = 1")],
        "name: hours",
        "step hours",
        "${hours} is no earlier question",
    ),
    "a choice that does not exist": (
        [("${where} = 'home'", "${where} = 'hoem'")],
        "name: hours",
        "step hours",
        "where has no choice hoem",
    ),
    "a step that no answers lead to": (
        [("${where} = 'home'", "${where} = 'home' and ${where} = 'front'")],
        "name: hours",
        "step hours",
        "no answers lead",
    ),
    "a danger that never comes true": (
        [("${hours} < 12", "${hours} < 12 and ${where} = 'front'")],
        "level: soon",
        "danger",
        "no answers make this",
    ),
    "danger hangs on a sealed answer": (
        [("${hours} < 12", "${words} = 'help'")],
        "level: soon",
        "danger",
        "${words} is sealed",
    ),
    "the way hangs on a sealed answer": (
        [("name: end\n", "name: end\n  relevant: \"${words} = ''\"\n")],
        "name: end",
        "step end",
        "${words} is sealed",
    ),
    "a digit twice": ([('digit: "2"', 'digit: "1"')], "name: front", "step where", "stands for two choices"),
    "a choice of two digits": ([('digit: "2"', 'digit: "12"')], "name: front", "step where", "needs one digit"),
    "a choice without a digit": ([('digit: "2", ', "")], "name: front", "choice front", "`digit` is missing"),
    "the digit that skips": ([('digit: "2"', 'digit: "0"')], "name: where", "step where", "skips and can be no choice"),
    "a label twice": ([('en: "At the front"', 'en: "AT HOME"')], "name: front", "step where", "stands for two choices"),
    "a button over 64 bytes": (
        [("name: front, digit", f"name: {LONG_NAME}x, digit"), ("'front'", "'home'")],
        LONG_NAME,
        "step where",
        "over 64 bytes",
    ),
    "a bare yes": ([('"Дома", uk', "yes, uk")], "ru: yes", "choice home", "must be a text"),
    "an unknown statement": (
        [("be-careful", "be-carefull")],
        "name: front",
        "step where",
        "unknown statement be-carefull",
    ),
    "an unknown script": (
        [("statement: be-careful", "go: nowhere")],
        "name: front",
        "step where",
        "unknown script nowhere",
    ),
    "it leads to itself": ([("statement: be-careful", "go: small")], "name: front", "step where", "a loop"),
    "a step twice": ([("name: words", "name: hours")], "type: text", "step hours", "stands twice"),
    "typed words without a message": (
        [('  constraint_message: {ru: "Длинно", uk: "Довго", en: "Too long"}\n', "")],
        "type: text",
        "step words",
        "its message",
    ),
    "a required question": (
        [("  name: words", "  required: true\n  name: words")],
        "required",
        "step words",
        "can be skipped",
    ),
    "an expression that is none": (
        [("string-length(.) <= 40", "string-length(.) <=")],
        'constraint: "s',
        "step words",
        "early",
    ),
    "a slow pattern": (
        [("string-length(.) <= 40", "regex(., '^(a{1,9}){1,9}$')")],
        'constraint: "r',
        "step words",
        "may be slow",
    ),
    "no YAML": ([("  name: where", "  name: [where")], "  sensitivity: routing", "", "not YAML"),
}


@pytest.mark.parametrize("what", SPOILED)
def test_a_spoiled_script_is_refused_with_file_line_and_step(tmp_path: Path, what: str) -> None:
    changes, place, step, reason = SPOILED[what]
    text = spoiled(*changes)

    with pytest.raises(TextWrong) as refused:
        load(tmp_path, text)

    said = str(refused.value)
    assert said.startswith(f"{tmp_path.name}/small.yaml, line ")
    assert step in said
    assert reason in said
    if what != "no YAML":  # the parser sees the mistake only some lines further on
        assert refused.value.line in _lines_of_item(text, place)


def test_the_small_script_is_good_as_it_stands(tmp_path: Path) -> None:
    assert load(tmp_path).name == "small"


def test_a_circle_of_two_scripts_is_refused(tmp_path: Path) -> None:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    for name in ("interface.yaml", "statements.yaml"):
        (tmp_path / name).write_text((TEXTS / name).read_text("utf-8"), "utf-8")
    (scripts / "small.yaml").write_text(spoiled(("statement: be-careful", "go: other")), "utf-8")
    second = spoiled(("script: small", "script: other"), ("statement: be-careful", "go: small"))
    (scripts / "other.yaml").write_text(second, "utf-8")

    with pytest.raises(TextWrong, match=r"line 23, step where: `go` leads back to (small|other): a loop"):
        load_library(tmp_path, known=frozenset({"small", "other"}), installed=frozenset())


def test_an_installed_script_without_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    for name in ("interface.yaml", "statements.yaml"):
        (tmp_path / name).write_text((TEXTS / name).read_text("utf-8"), "utf-8")

    with pytest.raises(TextWrong, match=r"scripts/appeal\.yaml, line 1: the script is installed"):
        load_library(tmp_path, installed=frozenset({"appeal"}))


def test_the_texts_of_the_release_load_and_install_what_the_release_has() -> None:
    library = load_library()

    assert set(library.scripts) <= KNOWN_SCRIPTS
    assert set(library.scripts) >= INSTALLED_SCRIPTS
    assert library.scripts["appeal"].installed == INSTALLED_SCRIPTS


def _lines_of_item(text: str, place: str) -> range:
    """From the line of `place` back to the head of its step: a refusal may name either."""
    line = line_of(text, place)
    lines = text.splitlines()
    head = next(at for at in range(line, 0, -1) if lines[at - 1].startswith("- "))
    return range(head, line + 1)
