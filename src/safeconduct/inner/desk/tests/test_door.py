"""In and out: who may come in, what a refusal says, and what is left behind."""

from collections.abc import Callable

import pytest

from safeconduct.inner.cases import actions
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.duty import lookups as duty
from tests.people import Colleague, Writer

AtDesk = Callable[[Colleague], Desk]
pytestmark = pytest.mark.usefixtures("before_the_shift")


def test_olena_comes_on_shift_with_passphrase_and_digits(olena: Colleague) -> None:
    desk = Desk()

    desk.log_in(olena)

    assert 'aria-label="Черга"' in desk.screen
    assert duty.on_shift() == [olena.operator]


@pytest.mark.parametrize(
    "wrong",
    [
        {"passphrase": "one two three four five six"},
        {"digits": "000000"},
        {"digits": "12"},
        {"digits": "three!"},
        {"username": "nobody"},
        {"passphrase": ""},
    ],
)
def test_every_refusal_says_the_same(olena: Colleague, wrong: dict[str, str]) -> None:
    desk = Desk()

    status = desk.log_in(olena, **wrong)

    assert status == 422
    assert "Не підійшло." in desk.screen
    assert "Потрібно шість цифр" not in desk.screen
    assert olena.passphrase not in desk.screen
    assert duty.on_shift() == []


def test_digits_may_be_typed_in_two_groups(olena: Colleague) -> None:
    desk = Desk()
    code = olena.totp_code

    desk.log_in(olena, digits=f"{code[:3]} {code[3:]}")

    assert duty.on_shift() == [olena.operator]


def test_the_log_in_page_speaks_three_languages_and_the_desk_goes_on_in_the_chosen_one(olena: Colleague) -> None:
    desk = Desk()
    for language, word in [("uk", "Увійти"), ("ru", "Войти"), ("en", "Log in"), ("xx", "Увійти")]:
        desk.gets("log_in", language=language)
        assert word in desk.words

    desk.page = desk.browser.post(
        "/log-in?language=en",
        {"username": "olena", "passphrase": olena.passphrase, "digits": olena.totp_code},
        secure=True,
        follow=True,
    )

    assert "Take the next one" in desk.screen


def test_without_a_choice_the_desk_speaks_the_operators_language(olena: Colleague) -> None:
    olena.operator.language = "ru"
    olena.operator.save(update_fields=["language"])
    desk = Desk()

    desk.log_in(olena)

    assert "Взять следующее" in desk.screen


@pytest.mark.parametrize(
    "path",
    ["/", "/cases/1", "/cases/1/close", "/cases/1/files/a", "/cases/1/files/a/image", "/live", "/keys", "/find"],
)
def test_who_is_not_logged_in_is_led_to_the_log_in_page(db: None, path: str) -> None:
    desk = Desk()

    desk.page = desk.browser.get(path, secure=True)

    assert desk.page.status_code == 302
    assert desk.page["Location"].startswith("/log-in")


@pytest.mark.parametrize("name", ["take", "release", "close", "danger", "words", "answer", "note"])
def test_no_deed_without_log_in(db: None, name: str) -> None:
    desk = Desk()

    desk.page = desk.browser.post(f"/cases/1/{name}", {}, secure=True)

    assert desk.page.status_code == 302
    assert desk.page["Location"] == "/log-in"


def test_a_page_that_looks_for_changes_after_log_out_goes_away_whole(db: None) -> None:
    desk = Desk()

    desk.gets_part("live")

    assert desk.page["HX-Redirect"] == "/log-in?ended=1"
    assert desk.screen == ""


def test_after_log_in_the_page_that_was_asked_for_comes_but_never_another_site(olena: Colleague) -> None:
    for asked_for, comes in [("/keys", "/keys"), ("https://example.org/", "/"), ("//example.org", "/")]:
        desk = Desk()
        desk.log_in(olena, next=asked_for)
        assert desk.page.redirect_chain[-1][0] == comes


def test_logging_out_gives_open_cases_back_to_the_queue(at_desk: AtDesk, olena: Colleague, soldier: Writer) -> None:
    soldier.opens()
    desk = at_desk(olena)
    desk.takes(soldier.case)

    desk.log_out()

    assert soldier.case.owner is None
    assert duty.on_shift() == []
    assert desk.gets("queue") == 302


def test_who_was_not_admitted_is_told_so(at_desk: AtDesk, olena: Colleague, soldier: Writer) -> None:
    soldier.opens("secret words")
    desk = at_desk(olena)
    actions.take(soldier.case, by=olena.operator)
    olena.operator.admissions.all().delete()

    status = desk.opens(soldier.case)

    assert status == 403
    assert "двоє власників сховища" in desk.words
    assert "secret words" not in desk.screen


def test_a_session_without_its_second_cookie_opens_nothing(desk: Desk, soldier: Writer) -> None:
    soldier.opens("secret words")
    desk.takes(soldier.case)
    del desk.browser.cookies["__Host-key"]

    assert desk.opens(soldier.case) == 302
    assert desk.page["Location"] == f"/log-in?next=%2Fcases%2F{soldier.case.number}"
    assert desk.gets_part("case", soldier.case.number) == 204
    assert desk.page["HX-Redirect"] == "/log-in?ended=1"


def test_an_auditor_sees_no_case_at_all(at_desk: AtDesk, marta: Colleague, soldier: Writer) -> None:
    soldier.opens()
    desk = at_desk(marta)

    desk.looks_at_the_queue()

    assert f"row-{soldier.case.number}" not in desk.screen
    assert desk.opens(soldier.case) == 404
    assert desk.takes(soldier.case) == 404


def test_light_language_and_letters_are_kept_for_the_session(desk: Desk) -> None:
    desk.posts("preferences", theme="dark")
    assert 'data-theme="dark"' in desk.screen

    desk.posts("preferences", theme="")
    assert "data-theme" not in desk.screen

    desk.posts("preferences", letter_keys="off")
    assert "keys-off" in desk.screen

    desk.posts("preferences", language="en")
    assert "Take the next one" in desk.screen

    desk.posts("preferences", language="xx", theme="<script>")
    assert "Take the next one" in desk.screen
    assert "<script>" not in desk.screen
