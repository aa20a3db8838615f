"""What every page has in common: quiet headers, no cookie, the languages that are offered, the way out."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from safeconduct.front.web import forms, texts
from safeconduct.front.web.tests.people import Headquarters, Person
from safeconduct.front.web.views import frame, letters
from safeconduct.interview.confirmations import Line, confirm, write_confirmations
from safeconduct.interview.library import load_library
from safeconduct.sealing.signify import new_key, public_file

LIBRARY = load_library()
SAY = LIBRARY.interface.say
CACHED: tuple[Callable[..., object], ...] = (
    *(texts.approved, texts.terms, texts._statement, forms.questions_of, frame.frame),
    *(letters._fresh_page, letters._code_page),
)


@pytest.fixture
def confirmed(settings: LazySettings, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """A real site, where nothing may be shown but what is confirmed here: pairs of an id and a language."""

    def confirm_only(*pairs: tuple[str, str]) -> None:
        lines: tuple[Line, ...] = ()
        key = new_key()
        for id, language in pairs:
            lines = confirm(LIBRARY, lines, id, language, kind="confirmed", by="Test", on=date(2026, 1, 1))
        (tmp_path / "pages.pub").write_bytes(public_file(key.public))
        write_confirmations(tmp_path / "confirmations.jsonl", lines, key=key)
        settings.FRONT_PURPOSE = "site"
        settings.FRONT_PAGES_KEY, settings.FRONT_CONFIRMATIONS = (
            tmp_path / "pages.pub",
            tmp_path / "confirmations.jsonl",
        )
        forget()

    yield confirm_only
    settings.FRONT_PURPOSE = "bench"
    forget()


def forget() -> None:
    for cached in CACHED:
        cached.cache_clear()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "path", ["/ru/w", "/ru/n", "/ru/c", "/ru/x", "/x", "/ru/nothing", "/s/p.css", "/s/x.js", "/nowhere"]
)
def test_every_answer_keeps_quiet(db: None, path: str) -> None:
    response = Client().get(path)

    headers = response.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy)
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert not response.cookies
    assert "Set-Cookie" not in headers
    assert headers["Content-Length"] == str(len(response.content))


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options", "trace"])
@pytest.mark.parametrize("path", ["/ru/w", "/nowhere", "/s/p.css"])
def test_other_methods_are_not_allowed(db: None, method: str, path: str) -> None:
    assert getattr(Client(), method)(path).status_code == 405


def test_no_page_has_script_or_style_within_or_anything_from_elsewhere(person: Person) -> None:
    pages = [person.goes_to(letter).html for letter in "wncx"] + [person.writes("Привет").html]
    pages.append(person.comes_back(person.code).html)
    for page in pages:
        assert not re.search(r"<script(?! src=\"/s/x\.js\" defer>)|<style|style=|\son[a-z]+=|https?:", page)


def test_the_way_out_is_the_first_thing_that_can_be_reached(person: Person) -> None:
    for page in ("w", "n", "c", "nothing"):
        first = re.search(
            r"<(?:a|button|input|textarea|summary)\b[^>]*>", person.goes_to(page).html.partition("<body>")[2]
        )
        assert first
        assert 'class="exit"' in first[0]


def test_no_page_sends_what_is_typed_to_a_spelling_service_or_a_memory(person: Person) -> None:
    for page in ("w", "n", "c"):
        html = person.goes_to(page).html
        assert '<form id="f"' in html
        assert re.search(r'<form id="f"[^>]*autocomplete="off"', html)
        fields = re.findall(r'<(?:textarea|input[^>]* type="text")[^>]*>', html)
        assert all('spellcheck="false"' in each and 'autocomplete="off"' in each for each in fields)


def test_the_address_and_the_title_tell_nothing(person: Person) -> None:
    for page in ("w", "n", "c"):
        assert f"<title>{SAY('neutral_page/title', 'ru')}</title>" in person.goes_to(page).html


def test_a_page_that_is_not_there_says_so_in_the_language(person: Person) -> None:
    for language in ("ru", "uk", "en"):
        person.language = language
        assert SAY("errors/no_such_page", language) in person.goes_to("nothing").text
        assert person.status == 404
    person.language = "xx"
    assert SAY("errors/no_such_page", "ru") in person.goes_to("w").text


def test_enter_never_changes_the_language(person: Person) -> None:
    html = person.goes_to("c").html

    first = re.search(r'<button[^>]*form="f"[^>]*>', html)
    assert first
    assert 'value="next"' in first[0]
    assert 'tabindex="-1"' in first[0]


# --- a real site


def test_a_site_shows_only_the_languages_that_were_reviewed(person: Person, confirmed: Callable[..., None]) -> None:
    confirmed(("interface", "uk"), ("script:appeal", "uk"))

    assert person.goes_to("w").status == 404
    person.language = "uk"
    assert person.goes_to("w").status == 200
    assert "English" not in person.text
    assert SAY("demonstration/mark", "uk") not in person.text


def test_a_site_where_nothing_was_reviewed_yet_says_that_there_is_no_page(
    person: Person, confirmed: Callable[..., None]
) -> None:
    confirmed()

    for page in ("w", "n", "c", "nothing"):
        assert person.goes_to(page).status == 404
    assert person.goes_to("x").status == 200


def test_a_site_shows_no_statement_that_was_not_confirmed(person: Person, confirmed: Callable[..., None]) -> None:
    confirmed(("interface", "ru"), ("script:appeal", "ru"), ("what-not-to-write", "ru"))

    person.goes_to("w")

    assert LIBRARY.statements["what-not-to-write"].text["ru"] in person.text
    assert LIBRARY.statements["what-deletion-can-do"].text["ru"] not in person.text
    person.sends(words="Привет")
    assert LIBRARY.statements["when-we-answer"].title["ru"] not in person.text
    assert SAY("code_page/what_next", "ru") in person.text


def test_where_the_questions_are_not_reviewed_there_is_still_the_one_page(
    person: Person, headquarters: Headquarters, confirmed: Callable[..., None]
) -> None:
    confirmed(("interface", "ru"))

    person.goes_to("n")

    assert 'action="/ru/w"' in person.html
    assert 'name="deadline"' not in person.html
    assert person.sends(words="Привет").code
    assert [letter.words for letter in headquarters.letters()] == ["Привет"]


def test_a_term_that_is_not_set_is_not_said(person: Person, confirmed: Callable[..., None]) -> None:
    confirmed(("interface", "ru"), ("script:appeal", "ru"), ("when-we-answer", "ru"))

    person.writes("Привет")
    assert LIBRARY.statements["when-we-answer"].title["ru"] not in person.text

    person.comes_back(person.code)
    assert "{" not in person.text
