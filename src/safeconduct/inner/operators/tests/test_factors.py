"""The second factor: recovery codes on paper, and the factor asked again before what must not be done in passing."""

from collections.abc import Callable

import pytest

from safeconduct.audit.models import Line
from safeconduct.inner.operators import factors
from safeconduct.inner.operators.passkeys import ask_again, ask_at_log_in
from safeconduct.inner.operators.tests.authenticator import Authenticator
from safeconduct.inner.operators.tests.desk import Seat
from tests.people import Colleague

NewSeat = Callable[[], Seat]


def times(verb: str, colleague: Colleague) -> int:
    return Line.objects.filter(verb=verb, about_kind="operator", about_id=colleague.operator.pk).count()


# --- recovery codes


def test_ten_codes_are_given_once_and_stand_in_for_the_telephone(olena: Colleague, seat: NewSeat) -> None:
    assert len(set(olena.recovery_codes)) == 10
    assert {len(code) for code in olena.recovery_codes} == {8}

    desk = seat()
    assert desk.log_in(olena, code=olena.recovery_codes[3])

    assert desk.who()["is_open"]
    assert times("operator.recovery_code_used", olena) == 1


def test_each_code_counts_once(olena: Colleague, seat: NewSeat) -> None:
    assert seat().log_in(olena, code=olena.recovery_codes[0])

    assert not seat().log_in(olena, code=olena.recovery_codes[0])

    assert factors.unused_recovery_codes(olena.operator) == list(olena.recovery_codes[1:])


def test_a_slip_in_the_six_words_spends_no_code(olena: Colleague, seat: NewSeat) -> None:
    assert not seat().log_in(olena, passphrase="one two three four five six", code=olena.recovery_codes[0])

    assert len(factors.unused_recovery_codes(olena.operator)) == 10
    assert times("operator.recovery_code_used", olena) == 0


def test_a_code_of_another_opens_nothing(olena: Colleague, taras: Colleague, seat: NewSeat) -> None:
    assert not seat().log_in(olena, code=taras.recovery_codes[0])

    assert len(factors.unused_recovery_codes(taras.operator)) == 10


def test_new_codes_end_the_old_ones(olena: Colleague, seat: NewSeat) -> None:
    assert seat().log_in(olena, code=olena.recovery_codes[0])

    fresh = factors.new_recovery_codes(olena.operator)

    assert not set(fresh) & set(olena.recovery_codes)
    assert not seat().log_in(olena, code=olena.recovery_codes[1])
    assert seat().log_in(olena, code=fresh[0])


def test_two_who_use_the_same_code_at_once_get_it_once(olena: Colleague) -> None:
    code = olena.recovery_codes[0]
    assert factors.kind_of_code(olena.operator, code) == factors.kind_of_code(olena.operator, code) == "recovery"

    assert factors.spend_recovery_code(olena.operator, code)
    assert not factors.spend_recovery_code(olena.operator, code)


# --- asked again


@pytest.fixture
def desk(olena: Colleague, seat: NewSeat) -> Seat:
    """Olena's, six minutes after log-in: the factor of then is old."""
    desk = seat()
    desk.log_in(olena)
    assert desk.may_do_key_work(), "just shown"
    desk.later(minutes=5, seconds=1)
    assert not desk.may_do_key_work()
    return desk


def test_six_digits_are_good_for_five_minutes(desk: Seat, olena: Colleague) -> None:
    with desk.clock:
        code = olena.totp_code

    assert desk.shows_again(code=code)

    desk.later(minutes=4, seconds=50)
    assert desk.may_do_key_work()
    desk.later(seconds=11)
    assert not desk.may_do_key_work()


def test_a_recovery_code_or_a_passkey_will_do(desk: Seat, olena: Colleague) -> None:
    pocket = Authenticator(offers_prf=False)
    pocket.is_added_by(olena)

    assert desk.shows_again(code=olena.recovery_codes[0])
    assert desk.may_do_key_work()
    desk.later(minutes=6)

    with desk.clock:
        asked = ask_again(olena.operator)
    assert desk.shows_again(answer=pocket.signs(asked))
    assert desk.may_do_key_work()
    assert not desk.shows_again(code=olena.recovery_codes[0])


def test_anothers_factor_will_not_do(desk: Seat, taras: Colleague) -> None:
    pocket = Authenticator()
    pocket.is_added_by(taras)

    with desk.clock:
        assert not desk.shows_again(code=taras.totp_code)
        assert not desk.shows_again(answer=pocket.signs(ask_again(taras.operator)))
    assert not desk.shows_again(code=taras.recovery_codes[0])
    assert not desk.shows_again(code="")
    assert not desk.may_do_key_work()


def test_what_was_signed_for_log_in_is_no_factor_within_a_session(desk: Seat, olena: Colleague) -> None:
    pocket = Authenticator()
    pocket.is_added_by(olena)

    with desk.clock:
        assert not desk.shows_again(answer=pocket.signs(ask_at_log_in("olena")))


def test_who_sits_down_at_an_unlocked_screen_has_five_guesses(desk: Seat, olena: Colleague) -> None:
    for number in range(5):
        assert not desk.shows_again(code=f"{number:06}")

    assert not desk.shows_again(code=olena.recovery_codes[0])
    assert times("operator.refused", olena) == 5

    desk.later(minutes=5, seconds=1)
    assert desk.shows_again(code=olena.recovery_codes[0])
