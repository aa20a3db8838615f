"""Six words, a code of the telephone, a session, and a second cookie."""

import base64
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import RequestFactory

from safeconduct.audit.models import Line
from safeconduct.inner.operators import actions
from safeconduct.inner.operators.errors import LogInRefused, NotAdmitted
from safeconduct.inner.operators.session import KEY_COOKIE
from safeconduct.inner.operators.tests.desk import SESSION_COOKIE, Seat
from safeconduct.sealing.stores import Halves, PassphraseCost, halves_of
from tests.people import Colleague

NewSeat = Callable[[], Seat]
WRONG = "abandon ability able about above absent"


def test_olena_logs_in_and_her_keys_open_the_store(olena: Colleague, seat: NewSeat) -> None:
    desk = seat()

    assert desk.log_in(olena)

    assert desk.who() == {"operator": olena.operator.pk, "is_open": True}


def test_marta_logs_in_and_opens_no_store(marta: Colleague, seat: NewSeat) -> None:
    desk = seat()

    assert desk.log_in(marta)

    with pytest.raises(NotAdmitted):
        desk.who()


def test_six_words_may_be_typed_with_other_capitals_and_spaces(olena: Colleague, seat: NewSeat) -> None:
    assert seat().log_in(olena, passphrase="  " + olena.passphrase.upper().replace(" ", "   "))


def refusal_of(username: str, passphrase: str, code: str) -> LogInRefused:
    request = RequestFactory().post("/log-in")
    with pytest.raises(LogInRefused) as refused:
        actions.log_in(request, username=username, passphrase=passphrase, totp_code=code)
    return refused.value


def test_every_refusal_looks_the_same(olena: Colleague, taras: Colleague, nadia: Colleague) -> None:
    actions.suspend(taras.operator, by=None)

    refusals = [
        refusal_of("olena", WRONG, olena.totp_code),
        refusal_of("olena", olena.passphrase, "000000"),
        refusal_of("olena", "", ""),
        refusal_of("nobody", olena.passphrase, olena.totp_code),
        refusal_of("taras", taras.passphrase, taras.totp_code),
    ]

    assert {str(refusal) for refusal in refusals} == {""}
    assert {refusal.args for refusal in refusals} == {()}


def test_a_name_that_nobody_has_costs_as_much_work(olena: Colleague, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[bytes] = []

    def counted(passphrase: str, *, salt: bytes, secret: bytes, cost: PassphraseCost) -> Halves:
        hashed.append(salt)
        return halves_of(passphrase, salt=salt, secret=secret, cost=cost)

    monkeypatch.setattr(actions, "halves_of", counted)

    refusal_of("olena", WRONG, "000000")
    refusal_of("nobody", WRONG, "000000")
    refusal_of("nobody", WRONG, "000000")

    assert len(hashed) == 3
    assert [len(salt) for salt in hashed] == [16, 16, 16]
    assert hashed[1] == hashed[2], "a salt that changed would tell that nobody has the name"


def test_a_refusal_is_written_down_whether_the_name_exists_or_not(
    olena: Colleague, taras: Colleague, nadia: Colleague
) -> None:
    """Else the commit would tell a stranger which names there are, by its time; and nobody would see him try them."""
    actions.suspend(taras.operator, by=None)

    refusal_of("olena", WRONG, "000000")
    refusal_of("nobody", WRONG, "000000")
    refusal_of("taras", taras.passphrase, taras.totp_code)

    lines = Line.objects.filter(verb="operator.refused").order_by("seq")
    assert [(line.about_kind, line.about_id) for line in lines] == [
        ("operator", olena.operator.pk),
        ("", None),
        ("", None),
    ]


def test_a_code_counts_once(olena: Colleague, seat: NewSeat) -> None:
    desk, code = seat(), olena.totp_code
    assert desk.log_in(olena, code=code)
    desk.log_out()

    assert not desk.log_in(olena, code=code)


def test_a_code_that_was_seen_over_a_shoulder_counts_no_second_time_while_the_clock_would_still_take_it(
    olena: Colleague, seat: NewSeat
) -> None:
    desk, code = seat(), olena.totp_code
    assert desk.log_in(olena, code=code)

    thief = seat()
    thief.later(seconds=31)

    assert not thief.log_in(olena, code=code)


def test_too_many_tries_hold_up_one_name_and_nobody_else(olena: Colleague, taras: Colleague, seat: NewSeat) -> None:
    desk = seat()
    for _ in range(5):
        assert not desk.log_in(olena, passphrase=WRONG)

    assert not desk.log_in(olena)

    assert desk.log_in(taras)


def test_a_flood_of_other_names_makes_no_count_forgotten(olena: Colleague, seat: NewSeat) -> None:
    desk = seat()
    for _ in range(5):
        desk.log_in(olena, passphrase=WRONG)

    for number in range(1000):
        cache.set(f"tries-of-invented-name-{number}", [1.0], 300)

    assert not desk.log_in(olena)


def test_a_success_forgets_the_wrong_tries_before_it(olena: Colleague, seat: NewSeat) -> None:
    desk = seat()
    for _ in range(4):
        assert not desk.log_in(olena, passphrase=WRONG, code="000000")
    assert desk.log_in(olena)
    desk.log_out()

    # Four more wrong ones would make nine within the five minutes, were the first four still counted.
    for _ in range(4):
        assert not desk.log_in(olena, passphrase=WRONG, code="000000")
    assert Line.objects.filter(verb="operator.refused", about_id=olena.operator.pk).count() == 8


def test_a_session_that_was_planted_before_the_log_in_leads_nowhere(olena: Colleague, seat: NewSeat) -> None:
    planted = seat()
    session = planted.browser.session
    session["planted"] = True
    session.save()
    before = session.session_key
    planted.browser.cookies[SESSION_COOKIE] = str(before)

    assert planted.log_in(olena)

    assert planted.session_cookie != before
    assert not Session.objects.filter(session_key=before).exists()


def test_the_second_cookie_is_new_each_time_and_reaches_only_us(
    olena: Colleague, taras: Colleague, seat: NewSeat
) -> None:
    first, second = seat(), seat()
    first.log_in(olena)
    second.log_in(taras)

    morsel = first.browser.cookies[KEY_COOKIE]
    assert (morsel["httponly"], morsel["secure"], morsel["samesite"]) == (True, True, "Strict")
    assert (morsel["path"], morsel["domain"], morsel["max-age"]) == ("/", "", "")
    assert len(base64.urlsafe_b64decode(first.key_cookie)) == 32
    assert first.key_cookie != second.key_cookie


def test_an_idle_session_ends_with_its_keys_and_both_cookies(olena: Colleague, seat: NewSeat) -> None:
    desk = seat()
    desk.log_in(olena)
    desk.later(minutes=9)
    assert desk.who()["is_open"]
    desk.later(minutes=9)
    assert desk.who()["is_open"], "nine minutes after the last deed"

    desk.later(minutes=10, seconds=1)

    assert desk.who() == {"operator": None, "is_open": False}
    assert not desk.key_cookie


def test_a_session_ends_after_twelve_hours_however_busy_it_is(olena: Colleague, seat: NewSeat) -> None:
    desk = seat()
    desk.log_in(olena)
    for _ in range(12 * 12 - 1):
        desk.later(minutes=5)
        assert desk.who()["is_open"]

    desk.later(minutes=5)

    assert desk.who(is_live=True) == {"operator": None, "is_open": False}
    assert not desk.key_cookie
    with desk.clock:
        code = olena.totp_code
    assert desk.log_in(olena, code=code)
    assert desk.who()["is_open"]


def test_a_page_that_re_fetches_itself_keeps_no_session_awake(olena: Colleague, seat: NewSeat) -> None:
    desk = seat()
    desk.log_in(olena)

    for _ in range(10):
        assert desk.who(is_live=True)["is_open"]
        desk.later(seconds=61)

    assert desk.who(is_live=True) == {"operator": None, "is_open": False}


def test_log_out_ends_every_session_of_olena_and_none_of_taras(
    olena: Colleague, taras: Colleague, seat: NewSeat
) -> None:
    desk, other, of_taras = seat(), seat(), seat()
    desk.log_in(olena)
    of_taras.log_in(taras)
    # A second browser of hers, without waiting half a minute for the next code.
    row = Session.objects.get(session_key=desk.session_cookie)
    Session.objects.create(session_key="x" * 32, session_data=row.session_data, expire_date=row.expire_date)
    other.browser.cookies[SESSION_COOKIE] = "x" * 32
    other.browser.cookies[KEY_COOKIE] = desk.key_cookie
    assert other.who()["is_open"]

    desk.log_out()

    assert not desk.key_cookie
    assert other.who() == {"operator": None, "is_open": False}
    assert of_taras.who()["is_open"]


def test_a_suspended_operator_is_out_with_the_next_request(olena: Colleague, nadia: Colleague, seat: NewSeat) -> None:
    desk = seat()
    desk.log_in(olena)

    actions.suspend(olena.operator, by=None)

    assert desk.who() == {"operator": None, "is_open": False}


def test_without_the_second_cookie_olena_is_known_and_her_keys_stay_closed(olena: Colleague, seat: NewSeat) -> None:
    desk = seat()
    desk.log_in(olena)

    del desk.browser.cookies[KEY_COOKIE]

    assert desk.who() == {"operator": olena.operator.pk, "is_open": False}


def test_the_cookie_of_one_opens_no_session_of_another(olena: Colleague, taras: Colleague, seat: NewSeat) -> None:
    of_olena, of_taras = seat(), seat()
    of_olena.log_in(olena)
    of_taras.log_in(taras)

    of_taras.browser.cookies[KEY_COOKIE] = of_olena.key_cookie

    assert of_taras.who() == {"operator": taras.operator.pk, "is_open": False}


@pytest.mark.parametrize("broken", ["", "x", "=", "AAAA", "\x00", "ÿ" * 8])
def test_a_broken_second_cookie_is_a_closed_one(olena: Colleague, seat: NewSeat, broken: str) -> None:
    desk = seat()
    desk.log_in(olena)

    desk.browser.cookies[KEY_COOKIE] = broken

    assert desk.who()["is_open"] is False
