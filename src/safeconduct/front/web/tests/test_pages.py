"""What every page has in common: quiet headers, no cookie, the languages that are offered, the way out."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from safeconduct.front.web.tests.people import Headquarters, Person, thread_of
from safeconduct.interview.library import load_library

LIBRARY = load_library()
SAY = LIBRARY.interface.say


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


def test_a_site_where_nothing_was_reviewed_yet_shows_names_of_languages_and_no_word_of_ours(
    person: Person, confirmed: Callable[..., None]
) -> None:
    confirmed()

    for page, status in (("w", 404), ("n", 404), ("c", 404), ("nothing", 404), ("x", 200)):
        assert person.goes_to(page).status == status
        assert person.text.split() == [
            "Русский",
            "·",
            "Українська",
            "·",
            "English",
            "×",
            "Русский",
            "Українська",
            "English",
        ]
        assert '<a class="exit" id="x" href="/x"' in person.html
        assert not any(word in person.html for word in every_word_of_the_interface())


def every_word_of_the_interface() -> Iterator[str]:
    for name in LIBRARY.interface:
        for words in LIBRARY.interface.wording(name).text.values():
            if "{" not in words:
                yield words


# --- what must be read before anything is written

BOTH = ("what-not-to-write", "what-deletion-can-do")


@pytest.mark.parametrize(
    "texts", [(), BOTH[:1], BOTH[1:], ("when-we-answer", "script:relative")], ids=["none", "one", "other", "neither"]
)
def test_nobody_is_offered_a_form_in_a_language_in_which_nothing_warns_him(
    person: Person, headquarters: Headquarters, confirmed: Callable[..., None], texts: tuple[str, ...]
) -> None:
    confirmed(("interface", "ru"), *((id, "ru") for id in texts))

    for page in ("w", "n"):
        assert person.goes_to(page).status == 404
        assert SAY("web/no_form", "ru") in person.text
        assert "<textarea" not in person.html
        assert person.sends_to(f"/ru/{page}", {"f": "", "words": "Привет", "go": "send"}).status == 404
    assert headquarters.letters() == []


def test_a_form_that_was_open_before_is_not_taken_and_its_words_are_not_lost(
    person: Person, headquarters: Headquarters, confirmed: Callable[..., None]
) -> None:
    confirmed(("interface", "ru"), ("script:appeal", "ru"))
    form = person.goes_to("w").hidden

    confirmed(("interface", "ru"))
    person.sends_to("/ru/w", {"f": form, "words": "Привет", "go": "send"})

    assert SAY("web/no_form", "ru") in person.text
    assert person.typed == "Привет"
    assert headquarters.letters() == []


@pytest.mark.parametrize("texts", [("script:appeal",), ("script:waiting",), BOTH])
def test_what_not_to_write_and_what_stays_are_seen_before_the_first_word(
    person: Person, confirmed: Callable[..., None], texts: tuple[str, ...]
) -> None:
    confirmed(("interface", "ru"), *((id, "ru") for id in texts))

    before = person.goes_to("w").html.partition("<textarea")[0]

    seen_at_once = re.sub(r"<details class=\"more\">.*?</details>", "", before, flags=re.DOTALL)
    assert "Не пишите имён" in seen_at_once
    assert "след в телефоне" in seen_at_once or "осмотр телефона" in seen_at_once
    assert "<textarea" in person.html


def test_who_cannot_write_in_one_language_is_shown_those_in_which_he_can(
    person: Person, confirmed: Callable[..., None]
) -> None:
    confirmed(("interface", "ru"), ("interface", "uk"), ("interface", "en"), *((id, "uk") for id in BOTH))

    person.goes_to("w")
    assert '<a href="/uk/w" lang="uk" hreflang="uk">Українська</a>' in person.html
    assert "/en/w" not in person.html

    person.language = "uk"
    assert "Русский" not in person.goes_to("w").text


def test_questions_that_were_not_reviewed_in_another_language_are_not_asked_in_it(
    person: Person, confirmed: Callable[..., None]
) -> None:
    confirmed(("interface", "ru"), ("script:appeal", "ru"), ("interface", "uk"), *((id, "uk") for id in BOTH))
    person.goes_to("n")

    person.sends("language", files=(), to="/uk/n")

    assert LIBRARY.scripts["appeal"].say("safe_now", "label", "uk") not in person.text
    assert 'action="/uk/w"' in person.html


def test_where_nobody_can_write_answers_are_still_read_and_wiped(
    person: Person, headquarters: Headquarters, confirmed: Callable[..., None]
) -> None:
    confirmed(("interface", "ru"), ("script:appeal", "ru"))
    code = person.writes("Привет").code
    headquarters.answers_to(thread_of(code), "Мы здесь.", dispatch_id=b"1" * 16)

    confirmed(("interface", "ru"))
    person.comes_back(code)

    assert "Мы здесь." in person.text
    assert SAY("web/no_form", "ru") in person.text
    assert "<textarea" not in person.html
    form = person.hidden
    person.sends_to("/ru/c", {"f": form, "words": "Ещё", "go": "send"}, is_multipart=False)
    assert headquarters.acts() == ["opening", "visit"]
    assert person.typed == "Ещё"
    person.sends_to("/ru/c", {"f": form, "go": "wipe"}, is_multipart=False)
    person.sends_to("/ru/c", {"f": person.hidden, "go": "erase"}, is_multipart=False)
    assert headquarters.acts()[-1] == "erasure"
    assert SAY("coming_back/quiet", "ru") not in person.comes_back(code).text
    assert SAY("coming_back/no_answers", "ru") in person.text


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
    confirmed(("interface", "ru"), *((id, "ru") for id in BOTH))

    person.goes_to("n")

    assert 'action="/ru/w"' in person.html
    assert SAY("web/step_by_step", "ru") not in person.text
    assert 'name="deadline"' not in person.html
    assert person.sends(words="Привет").code
    assert [letter.words for letter in headquarters.letters()] == ["Привет"]


def test_a_term_that_is_not_set_is_not_said(person: Person, confirmed: Callable[..., None]) -> None:
    confirmed(("interface", "ru"), ("script:appeal", "ru"), ("when-we-answer", "ru"))

    person.writes("Привет")
    assert LIBRARY.statements["when-we-answer"].title["ru"] not in person.text

    person.comes_back(person.code)
    assert "{" not in person.text
