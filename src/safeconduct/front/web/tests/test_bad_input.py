"""What goes wrong on the way: each time a clear sentence, and nothing that was typed is lost."""

import time
from urllib.parse import urlencode

import pytest

from safeconduct.front.web import actions, keys
from safeconduct.front.web.tests.conftest import Storage
from safeconduct.front.web.tests.people import Headquarters, Person, thread_of
from safeconduct.interview.library import load_library
from safeconduct.sealing.threads import Mistyped, likely_group, new_code

SAY = load_library().interface.say
A_DAY_AND_A_MINUTE = 24 * 3600 + 60


def later(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    now = time.time() + seconds
    monkeypatch.setattr(time, "time", lambda: now)


def altered(hidden: str) -> str:
    return hidden[:40] + ("A" if hidden[40] != "A" else "B") + hidden[41:]


# --- the code


def slip(code: str, *, with_group: bool) -> tuple[str, int | None]:
    """The code with two neighbours swapped or one digit wrong, so that a group stands out, or none does."""
    for place in range(24):
        for digit in "0123456789":
            wrong = code[:place] + digit + code[place + 1 :]
            if wrong != code and (likely_group(wrong) is not None) == with_group:
                return wrong, likely_group(wrong)
    raise AssertionError("no such slip")


def test_a_mistyped_code_says_which_group(person: Person, headquarters: Headquarters) -> None:
    wrong, group = slip(new_code(), with_group=True)

    person.comes_back(wrong)

    assert SAY("coming_back/mistyped", "ru", group=group) in person.text
    assert " ".join(wrong[n : n + 4] for n in range(0, 24, 4)) in person.html
    assert not headquarters.envelopes()


def test_where_no_group_stands_out_none_is_named(person: Person) -> None:
    wrong, _ = slip(new_code(), with_group=False)

    assert SAY("coming_back/mistyped_anywhere", "ru") in person.comes_back(wrong).text


@pytest.mark.parametrize(("typed", "count"), [("", 0), ("1234", 4), ("нет", 0), ("1" * 25, 25), ("9" * 5000, 5000)])
def test_a_code_of_the_wrong_length_says_how_many_digits_there_are(
    person: Person, headquarters: Headquarters, typed: str, count: int
) -> None:
    person.comes_back(typed)

    assert SAY("coming_back/wrong_length", "ru", count=count) in person.text
    assert f'value="{typed}"' in person.html
    assert not headquarters.envelopes()


def test_no_refusal_of_a_code_holds_its_digits() -> None:
    assert str(Mistyped(3)) == "3"


# --- the form


@pytest.mark.parametrize("spoil", [altered, lambda hidden: "", lambda hidden: "нет", lambda hidden: hidden[:-8]])
def test_an_altered_form_keeps_what_was_typed_and_can_be_sent_again(
    person: Person, headquarters: Headquarters, spoil: object
) -> None:
    person.goes_to("w")
    form = spoil(person.hidden)  # type: ignore[operator]

    person.sends_to(
        "/ru/w", {"f": form, "words": "Помогите", "deadline": "hours", "check_word": "журавль", "go": "send"}
    )

    assert SAY("errors/page_too_old", "ru") in person.text
    assert person.typed == "Помогите"
    assert 'value="hours" checked' in person.html
    assert 'value="журавль"' in person.html
    assert not headquarters.envelopes()
    assert person.sends(words=person.typed).code


def test_a_form_older_than_a_day_keeps_what_was_typed(
    person: Person, headquarters: Headquarters, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.goes_to("w")
    later(monkeypatch, A_DAY_AND_A_MINUTE)

    person.sends(words="Помогите")

    assert SAY("errors/page_too_old", "ru") in person.text
    assert person.typed == "Помогите"
    assert person.sends(words=person.typed).code


def test_questions_that_were_open_too_long_keep_what_the_last_page_holds(
    person: Person, headquarters: Headquarters, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.goes_to("n").answers(("safe_now", "yes"), ("about", "asking"), ("reply_language", ""), ("check_word", ""))
    later(monkeypatch, A_DAY_AND_A_MINUTE)

    person.sends("next", words="Почти отправленное")

    assert SAY("web/answers_gone", "ru") in person.text
    assert person.typed == "Почти отправленное"
    assert not headquarters.envelopes()
    assert person.sends(words=person.typed).code


def test_whoever_came_with_a_code_enters_it_again_and_his_words_wait(
    person: Person, headquarters: Headquarters, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = new_code()
    person.comes_back(code)
    later(monkeypatch, A_DAY_AND_A_MINUTE)

    person.sends(words="Долго думал")
    assert SAY("web/code_again", "ru") in person.text
    assert person.typed == "Долго думал"
    person.sends("code", code=code, words=person.typed)
    assert person.typed == "Долго думал"
    person.sends(words=person.typed)

    assert headquarters.letters()[-1].words == "Долго думал"
    assert headquarters.headers()[-1].threads == (thread_of(code),)


# --- what was typed


def test_an_empty_letter_is_refused_kindly(person: Person, headquarters: Headquarters) -> None:
    person.writes("  \n ", deadline="day")

    assert SAY("web/empty", "ru") in person.text
    assert 'value="day" checked' in person.html
    assert not headquarters.envelopes()


@pytest.mark.parametrize("letter", ["w", "n", "c"])
def test_a_post_with_nothing_in_it_gets_a_page_with_a_form(
    person: Person, headquarters: Headquarters, letter: str
) -> None:
    person.sends_to(f"/ru/{letter}", {})

    assert person.status == 200
    assert 'id="f"' in person.html
    assert not headquarters.envelopes()


def test_a_text_that_is_too_long_stays_in_the_page(person: Person, headquarters: Headquarters) -> None:
    person.writes("я" * 4001)

    assert SAY("errors/too_long", "ru", limit=4000) in person.text
    assert person.typed == "я" * 4001
    assert 'aria-invalid="true"' in person.html
    assert not headquarters.envelopes()
    assert person.sends(words="я" * 4000).code


def test_a_text_that_is_too_long_for_the_questions_stays_in_the_page(person: Person) -> None:
    person.goes_to("n").answers(("safe_now", "yes"), ("about", "asking"), ("reply_language", ""), ("check_word", ""))

    person.sends("next", words="я" * 4001)

    assert person.typed == "я" * 4001
    assert not person.code


def test_lines_are_counted_once_though_browsers_send_two_signs(person: Person) -> None:
    assert person.writes("\r\n".join(["я"] * 2000)).code


def test_bytes_that_are_no_letters_are_told_and_the_rest_stays(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("w")
    body = urlencode({"f": person.hidden, "go": "send"}).encode() + b"&words=%D0%9F%D0%BE%D0%BC%FF%FE%D0%B3%D0%B8"

    person.sees(person.client.post("/ru/w", body, content_type="application/x-www-form-urlencoded"))

    assert SAY("web/unread_signs", "ru") in person.text
    assert person.typed == "Пом??ги"
    assert not headquarters.envelopes()
    assert person.sends(words=person.typed).code


def test_bytes_that_are_no_letters_are_told_in_a_form_with_parts_as_well(person: Person) -> None:
    person.goes_to("w")
    edge = "e" * 20
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in (("f", person.hidden.encode()), ("words", b"\xd0\x9f\xff!"), ("go", b"send"))
    ]
    body = b"".join(parts) + f"--{edge}--\r\n".encode()

    person.sees(person.client.post("/ru/w", body, content_type=f"multipart/form-data; boundary={edge}"))

    assert SAY("web/unread_signs", "ru") in person.text
    assert person.typed == "П?!"


def test_what_was_typed_is_never_markup(person: Person) -> None:
    person.writes("</textarea><b>" + "я" * 4000, check_word='"><b>')

    assert "<b>" not in person.html.replace("<b aria-current", "").replace("<b>Демонстр", "")
    assert person.typed.startswith("</textarea><b>")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"&".join(b"a%d=1" % number for number in range(200)), "application/x-www-form-urlencoded"),
        (b"words=" + b"a" * (1024 * 1024 + 10), "application/x-www-form-urlencoded"),
        (b"no parts at all", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
    ],
    ids=["too many fields", "too large", "no parts", "no boundary"],
)
@pytest.mark.parametrize("letter", ["w", "n", "c"])
def test_what_no_page_of_ours_sends_is_told_with_the_way_back(
    person: Person, headquarters: Headquarters, body: bytes, kind: str, letter: str
) -> None:
    person.sees(person.client.post(f"/ru/{letter}", body, content_type=kind))

    assert person.status in (200, 400)
    assert SAY("web/unreadable", "ru") in person.text or 'id="f"' in person.html
    assert not headquarters.envelopes()


# --- when nothing can be stored


def test_a_letter_that_cannot_be_stored_is_told_and_all_of_it_stays(
    person: Person, headquarters: Headquarters, storage: Storage
) -> None:
    storage.fails()

    person.writes("Помогите", deadline="hours", check_word="журавль")

    assert person.status == 503
    assert SAY("errors/not_stored", "ru") in person.text
    assert person.typed == "Помогите"
    assert 'value="hours" checked' in person.html
    assert not person.code
    storage.is_mended()
    assert person.sends(words=person.typed, deadline="hours").code
    assert len(headquarters.envelopes()) == 1


def test_an_interview_that_cannot_be_stored_loses_no_answer(
    person: Person, headquarters: Headquarters, storage: Storage
) -> None:
    storage.fails()
    person.goes_to("n").answers(("safe_now", "yes"), ("about", "asking"), ("reply_language", "en"), ("check_word", ""))
    person.sends("next", words="Помогите")
    assert person.status == 503
    assert person.typed == "Помогите"

    storage.is_mended()
    person.sends("next", words=person.typed)

    assert person.code
    assert headquarters.letters()[0].answers["about"] == "asking"


def test_files_of_a_page_that_is_shown_again_must_be_chosen_again_and_that_is_said(
    person: Person, storage: Storage
) -> None:
    storage.fails()

    person.goes_to("w").sends(words="Смотрите", files=[("note.pdf", b"%PDF-1.7 x")])

    assert person.status == 503
    assert SAY("web/files_again", "ru") in person.text
    assert '<details class="more" open>' in person.html


def test_a_visit_that_cannot_be_noted_shows_nothing_and_keeps_the_typed_code(person: Person, storage: Storage) -> None:
    storage.fails()
    code = new_code()

    person.comes_back(code)

    assert person.status == 503
    assert SAY("notices/try_later", "ru") in person.text
    assert code[:4] in person.html


def test_where_too_many_wait_for_the_hash_it_is_told_and_all_stays(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "WAIT_SECONDS", 0.01)
    held = 0
    try:
        while keys._turns.acquire(blocking=False):
            held += 1

        person.writes("Помогите")
        assert (person.status, person.typed) == (503, "Помогите")
        assert SAY("errors/busy", "ru") in person.text
        code = new_code()
        person.comes_back(code)
        assert person.status == 503
        assert code[:4] in person.html
    finally:
        for _ in range(held):
            keys._turns.release()


def test_our_own_fault_is_told_and_only_the_person_sees_the_letter_again(
    person: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(actions, "keep", break_down)
    person.client.raise_request_exception = False

    person.writes("Тайное слово")

    assert person.status == 500
    assert SAY("errors/our_fault", "ru") in person.text
    assert person.typed == "Тайное слово"
    assert SAY("web/text_is_below", "ru") in person.text
    assert "Тайное" not in caplog.text
