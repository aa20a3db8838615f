"""Passkeys and recovery codes at the desk, and the second factor asked again; without any script."""

import base64
import json
import re
from collections.abc import Callable
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from safeconduct.audit.models import Line
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.desk.tests.test_print import prints_of
from safeconduct.inner.operators import factors, rules
from safeconduct.inner.operators.passkeys import ask_at_log_in, passkeys_of
from safeconduct.inner.operators.tests.authenticator import Authenticator
from tests.people import Colleague, Writer

AtDesk = Callable[[Colleague], Desk]


@pytest.fixture
def late(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Olena's desk, when the factor of her log-in is old; her session goes on."""
    monkeypatch.setattr(rules, "FACTOR_FRESH_FOR", timedelta(0))
    return desk


def answers(desk: Desk, pocket: Authenticator, question: str) -> dict[str, str]:
    """What the script would send for the question at this address."""
    desk.posts(question)
    asked = desk.page.json()
    made = pocket.makes(asked) if question == "add_question" else pocket.signs(asked)
    return {"slip": made.slip, "signed": made.signed}


def test_a_passkey_is_added_listed_and_removed(desk: Desk, olena: Colleague) -> None:
    desk.posts("add_passkey")
    assert "Додати ключ доступу" in desk.words
    desk.posts("add_passkey", called="Телефон", **answers(desk, Authenticator(offers_prf=False), "add_question"))

    assert "Телефон" in desk.words
    assert "1 з 2" in desk.words
    assert "замість шести цифр" in desk.words

    desk.posts("remove_passkey", passkeys_of(olena.operator)[0].number)
    assert "Телефон" not in desk.words
    assert "0 з 2" in desk.words


def test_a_third_is_refused(desk: Desk, olena: Colleague) -> None:
    in_time = answers(desk, Authenticator(), "add_question")
    for _ in range(2):
        Authenticator().is_added_by(olena)

    assert desk.posts("add_question") == 409
    assert desk.posts("add_passkey", called="third", **in_time) == 422

    assert "уже два ключі" in desk.words
    assert len(passkeys_of(olena.operator)) == 2


@pytest.mark.parametrize("wrong", [{"signed": "{}"}, {"slip": "x"}, {"called": ""}, {"called": "x" * 41}])
def test_what_does_not_fit_adds_nothing(desk: Desk, olena: Colleague, wrong: dict[str, str]) -> None:
    sent = {"called": "mine", **answers(desk, Authenticator(), "add_question")} | wrong

    assert desk.posts("add_passkey", **sent) == 422

    assert passkeys_of(olena.operator) == []


def test_nobody_removes_anothers(desk: Desk, taras: Colleague) -> None:
    of_taras = Authenticator().is_added_by(taras)

    desk.posts("remove_passkey", of_taras.number)

    assert len(passkeys_of(taras.operator)) == 1


def test_log_in_by_passkey_at_the_page(olena: Colleague) -> None:
    pocket, desk = Authenticator(), Desk()
    pocket.is_added_by(olena)
    desk.posts("passkey_question", username="Olena ")
    answer = pocket.signs(desk.page.json())

    prf = base64.urlsafe_b64encode(answer.prf).decode().rstrip("=")
    desk.posts("log_in", username="olena", slip=answer.slip, signed=answer.signed, prf=prf)

    assert 'aria-label="Черга"' in desk.screen


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": "nobody"},
        {"prf": ""},
        {"prf": "AAAA"},
        {"prf": "ÿ"},
        {"slip": "x"},
        {"signed": "{"},
        {"passphrase": "one two three four five six"},
    ],
)
def test_every_refusal_of_a_passkey_says_the_same(olena: Colleague, wrong: dict[str, str]) -> None:
    pocket, desk, other = Authenticator(), Desk(), Desk()
    pocket.is_added_by(olena)
    answer = pocket.signs(ask_at_log_in(wrong.get("username", "olena")))
    sent = {"username": "olena", "slip": answer.slip, "signed": answer.signed, "prf": "A" * 43} | wrong

    assert desk.posts("log_in", **sent) == 422
    assert other.posts("log_in", username=sent["username"], passphrase="x", digits="000000") == 422

    assert bare(desk.screen) == bare(other.screen)


def bare(screen: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", screen)


def test_the_question_is_the_same_in_kind_for_a_name_that_nobody_has(olena: Colleague) -> None:
    Authenticator().is_added_by(olena)
    kinds = []
    for name in ("olena", "nobody", ""):
        desk = Desk()
        assert desk.posts("passkey_question", username=name) == 200
        asked = desk.page.json()
        kinds.append(
            (
                sorted(asked),
                sorted(asked["options"]["publicKey"]),
                len(asked["options"]["publicKey"]["allowCredentials"]),
            )
        )
        assert "__Host-session" not in desk.browser.cookies, "nothing is kept of who has not logged in"
    assert kinds[0] == kinds[1] == kinds[2]


@pytest.mark.parametrize("name", ["olena", "nobody"])
def test_who_asks_too_often_about_a_name_is_refused_and_a_seat_that_is_known_is_not_held_up(
    olena: Colleague, desk: Desk, name: str
) -> None:
    """`desk` is Olena's, where she has logged in; the other has never seen anybody."""
    desk.log_out()
    stranger = Desk()

    asked = [stranger.posts("passkey_question", username=name) for _ in range(11)]

    assert asked == [200] * 10 + [429]
    assert stranger.page.content == b""
    assert desk.posts("passkey_question", username="olena") == 200
    assert Desk().posts("passkey_question", username="taras") == 200
    assert desk.posts("log_in", username="olena", passphrase=olena.passphrase, digits=olena.totp_code) == 422
    desk.log_in(olena)
    assert desk.gets("queue") == 200


# --- recovery codes


def test_who_comes_in_by_a_recovery_code_is_told_how_many_are_left(olena: Colleague) -> None:
    desk = Desk()
    code = olena.recovery_codes[0]

    desk.log_in(olena, digits=f"{code[:4]} {code[4:]}")

    assert "лишилося 9" in desk.words
    assert desk.gets("queue") == 200
    assert desk.log_in(olena, digits=code) == 422


def test_ten_new_codes_are_shown_once(desk: Desk, olena: Colleague) -> None:
    desk.posts("new_codes")
    shown = re.findall(r"\b(\d{4}) (\d{4})\b", desk.words)

    assert ["".join(one) for one in shown] == factors.unused_recovery_codes(olena.operator)
    assert len(shown) == 10
    assert not set(factors.unused_recovery_codes(olena.operator)) & set(olena.recovery_codes)
    desk.gets("my_keys")
    assert not re.findall(r"\b\d{4} \d{4}\b", desk.words)
    assert desk.gets("new_codes") == 302
    assert Line.objects.filter(verb="operator.recovery_codes_made", about_id=olena.operator.pk).count() == 1


# --- asked again


@pytest.mark.parametrize("deed", ["add_passkey", "new_codes", "remove_passkey"])
def test_key_work_asks_the_second_factor_when_it_is_old(late: Desk, olena: Colleague, deed: str) -> None:
    number = Authenticator().is_added_by(olena).number
    args = [number] if deed == "remove_passkey" else []
    before = factors.unused_recovery_codes(olena.operator)

    assert late.posts(deed, *args) == 422

    assert "Це досі ви?" in late.words
    assert late.posts(deed, *args, **{"factor-digits": "000000"}) == 422
    assert "Не підійшло." in late.words
    assert factors.unused_recovery_codes(olena.operator) == before
    assert len(passkeys_of(olena.operator)) == 1
    assert late.posts("add_question") == 409


def test_a_print_asks_the_second_factor_when_it_is_old_and_then_prints(late: Desk, olena: Colleague) -> None:
    soldier = Writer()
    soldier.opens("the words of a person")
    late.takes(soldier.case)
    number = soldier.case.number

    assert late.posts("print", number) == 422
    assert "Це досі ви?" in late.words
    assert "the words of a person" not in late.screen
    assert prints_of(soldier.case) == []

    code = olena.recovery_codes[0]
    assert late.posts("print", number, **{"factor-digits": f"{code[:4]} {code[4:]}"}) == 200
    assert 'class="panes numbered"' in late.screen
    assert len(prints_of(soldier.case)) == 1


def test_a_passkey_does_for_a_print_as_well(late: Desk, olena: Colleague) -> None:
    pocket, soldier = Authenticator(), Writer()
    pocket.is_added_by(olena)
    soldier.opens("words")
    late.takes(soldier.case)
    sent = {f"factor-{name}": value for name, value in answers(late, pocket, "factor_question").items()}

    assert late.posts("print", soldier.case.number, **sent) == 200

    assert 'class="panes numbered"' in late.screen


def test_whether_there_is_such_a_case_is_not_told_by_what_is_asked(
    late: Desk, taras: Colleague, at_desk: AtDesk
) -> None:
    soldier = Writer()
    soldier.opens("words")
    at_desk(taras).takes(soldier.case)
    asked = []
    for number in (soldier.case.number, soldier.case.number + 1000):
        assert late.posts("print", number) == 422
        form = re.search(r'<form class="closing again".*?</form>', late.screen, re.DOTALL)
        assert form
        asked.append(re.sub(r'/cases/\d+|value="\w+"', "", form[0]))
    assert asked[0] == asked[1]


def test_five_minutes_later_it_is_asked_again(desk: Desk) -> None:
    assert desk.posts("new_codes") == 200
    now = timezone.now() + rules.FACTOR_FRESH_FOR + timedelta(seconds=1)
    with patch("django.utils.timezone.now", lambda: now):
        assert desk.posts("new_codes") == 422


def test_nothing_of_a_passkey_stands_in_the_page_but_its_name(desk: Desk, olena: Colleague) -> None:
    pocket = Authenticator()
    passkey = pocket.is_added_by(olena, name='"><b>mine')

    desk.gets("my_keys")

    assert "&quot;&gt;&lt;b&gt;mine" in desk.screen
    assert json.dumps(pocket.id.hex()) not in desk.screen
    assert passkey.salt.hex() not in desk.screen
