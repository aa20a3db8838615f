"""What may be shown is what somebody answered for, in these very words and this language."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from safeconduct.interview.confirmations import (
    SCRIPTS_THAT_SAY_IT,
    Line,
    approve,
    confirm,
    demonstration_lines,
    may_show,
    offered_languages,
    read_confirmations,
    signature_of,
    write_confirmations,
)
from safeconduct.interview.errors import NotConfirmed
from safeconduct.interview.library import load_library
from safeconduct.sealing.signify import SecretKey, new_key, sign_detached

LIBRARY = load_library()
TODAY = date(2026, 3, 1)
BINDING = LIBRARY.statements["who-we-are"]  # the headquarters must confirm it
FREE = LIBRARY.statements["is-this-real"]
APPEAL = LIBRARY.scripts["appeal"]
KEY = SecretKey(b"12345678", b"\x01" * 32)


def lines_for(*texts: tuple[str, str, str]) -> tuple[Line, ...]:
    """Lines of (id, language, kind)."""
    lines: tuple[Line, ...] = ()
    for id, language, kind in texts:
        lines = confirm(LIBRARY, lines, id, language, kind=kind, by="Olena", on=TODAY)  # type: ignore[arg-type]
    return lines


@pytest.mark.parametrize(
    ("kind", "purpose", "binding", "free"),
    [
        ("confirmed", "site", True, True),
        ("reviewed", "site", False, True),
        ("demonstration", "site", False, False),
        ("demonstration", "demo", True, True),
        ("demonstration", "bench", True, True),
        ("reviewed", "demo", False, True),
    ],
)
def test_what_each_kind_of_line_allows(kind: str, purpose: str, binding: bool, free: bool) -> None:
    lines = lines_for((BINDING.id, "uk", kind), (FREE.id, "uk", kind), ("script:appeal", "uk", kind))

    assert may_show(BINDING, "uk", lines, purpose) is binding
    assert may_show(FREE, "uk", lines, purpose) is free
    assert may_show(APPEAL, "uk", lines, purpose) is free


def test_without_a_line_nothing_is_shown() -> None:
    assert not may_show(FREE, "uk", (), "demo")
    assert offered_languages(LIBRARY, (), "demo") == ()


def test_a_line_is_good_for_its_language_only() -> None:
    lines = lines_for((FREE.id, "uk", "reviewed"))

    assert may_show(FREE, "uk", lines, "site")
    assert not may_show(FREE, "ru", lines, "site")
    assert not may_show(FREE, "fr", lines, "site")


def test_a_changed_word_takes_the_confirmation_away() -> None:
    lines = lines_for((FREE.id, "uk", "reviewed"), ("script:appeal", "uk", "reviewed"), ("interface", "uk", "reviewed"))
    other_text = replace(FREE, text={**FREE.text, "uk": FREE.text["uk"] + " Так."})
    other_label = replace(FREE, label="fact")
    first, *rest = APPEAL.steps
    other_script = replace(
        APPEAL, steps=(replace(first, slots={**first.slots, "label": {"ru": "x", "uk": "x", "en": "x"}}), *rest)
    )
    with_line = load_library(channels=frozenset({"line"}))

    assert not may_show(other_text, "uk", lines, "site")
    assert not may_show(other_label, "uk", lines, "site")
    assert not may_show(other_script, "uk", lines, "site")
    # a line comes to the site: the words that speak of it were not reviewed
    assert offered_languages(LIBRARY, lines, "site") == ("uk",)
    assert offered_languages(with_line, lines, "site") == ()


def test_what_is_not_installed_is_not_shown_even_if_confirmed() -> None:
    lines = demonstration_lines(LIBRARY, on=TODAY)

    assert not may_show(LIBRARY.statements["complain-about-us"], "uk", lines, "demo")


def test_the_demonstration_shows_everything_and_a_site_nothing_of_it() -> None:
    lines = demonstration_lines(LIBRARY, on=TODAY)
    demo, site = approve(LIBRARY, lines, "demo"), approve(LIBRARY, lines, "site")

    assert demo.languages == LIBRARY.languages
    for statement in LIBRARY.statements.values():
        assert demo.may_show(statement, "ru") is statement.is_available
        assert not site.may_show(statement, "ru")
    assert demo.may_show(APPEAL, "en")
    assert site.languages == ()


def test_in_a_language_without_its_interface_nothing_is_shown() -> None:
    lines = lines_for((FREE.id, "uk", "reviewed"), (FREE.id, "ru", "reviewed"), ("interface", "uk", "reviewed"))
    approved = approve(LIBRARY, lines, "site")

    assert approved.may_show(FREE, "uk")
    assert not approved.may_show(FREE, "ru")


@pytest.mark.parametrize(
    ("reviewed", "may_write"),
    [
        ((), False),
        (("what-not-to-write",), False),
        (("what-deletion-can-do",), False),
        (("what-not-to-write", "what-deletion-can-do"), True),
        (("script:appeal",), True),
        (("script:waiting",), True),
        (("script:relative", "who-we-are"), False),
    ],
)
def test_nobody_writes_before_he_can_read_what_not_to_write_and_what_stays(
    reviewed: tuple[str, ...], may_write: bool
) -> None:
    lines = lines_for(*((id, "uk", "reviewed") for id in reviewed))
    with_interface = (*lines, *lines_for(("interface", "uk", "reviewed"), ("interface", "ru", "reviewed")))

    assert approve(LIBRARY, with_interface, "site").may_write("uk") is may_write
    assert not approve(LIBRARY, with_interface, "site").may_write("ru")
    assert not approve(LIBRARY, lines, "site").may_write("uk")


def test_each_script_that_lets_write_says_first_what_the_other_says() -> None:
    notes = {name: LIBRARY.scripts[name].step_of["before_words"] for name in SCRIPTS_THAT_SAY_IT}

    assert notes["appeal"].slots["label"] == notes["waiting"].slots["label"]
    for name in SCRIPTS_THAT_SAY_IT:
        places = LIBRARY.scripts[name].places
        assert places["words"] == places["before_words"] + 1


@pytest.mark.parametrize(
    ("id", "language"), [("nothing", "uk"), ("script:nothing", "uk"), ("who-we-are", "fr"), ("interface", "fr")]
)
def test_confirming_what_is_not_there_is_refused(id: str, language: str) -> None:
    with pytest.raises(NotConfirmed, match=id):
        confirm(LIBRARY, (), id, language, kind="confirmed", by="Olena", on=TODAY)


def test_lines_are_kept_signed_and_read_back(tmp_path: Path) -> None:
    lines = lines_for((BINDING.id, "uk", "confirmed"), ("interface", "uk", "reviewed"))
    file = tmp_path / "confirmations.jsonl"

    write_confirmations(file, lines, key=KEY)

    assert read_confirmations(file, by=KEY.public) == lines
    assert sorted(path.name for path in tmp_path.iterdir()) == ["confirmations.jsonl", "confirmations.jsonl.sig"]


def test_an_altered_foreign_or_missing_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "confirmations.jsonl"
    write_confirmations(file, lines_for((BINDING.id, "uk", "confirmed")), key=KEY)
    content = file.read_bytes()

    with pytest.raises(NotConfirmed, match="another key"):
        read_confirmations(file, by=new_key().public)
    file.write_bytes(content + content)
    with pytest.raises(NotConfirmed, match="changed after it was signed"):
        read_confirmations(file, by=KEY.public)
    file.write_bytes(content)
    signature_of(file).unlink()
    with pytest.raises(NotConfirmed, match="cannot be read"):
        read_confirmations(file, by=KEY.public)


@pytest.mark.parametrize("line", [b"{}", b"[]", b"no json", b'{"id": "x"}'])
def test_a_signed_line_that_is_none_is_refused_with_its_number(tmp_path: Path, line: bytes) -> None:
    file = tmp_path / "confirmations.jsonl"
    write_confirmations(file, lines_for((FREE.id, "uk", "reviewed")), key=KEY)
    content = file.read_bytes() + line + b"\n"
    file.write_bytes(content)
    signature_of(file).write_bytes(sign_detached(content, key=KEY))

    with pytest.raises(NotConfirmed, match="line 2: is no confirmation"):
        read_confirmations(file, by=KEY.public)
