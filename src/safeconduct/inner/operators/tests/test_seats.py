"""Who tries names at the log-in page holds nobody up at a seat that is known."""

from collections.abc import Callable

from safeconduct.inner.operators import rules
from safeconduct.inner.operators.seats import SEAT_COOKIE
from safeconduct.inner.operators.tests.desk import Seat
from tests.people import Colleague, Headquarters, enrol

NewSeat = Callable[[], Seat]
WRONG = "abandon ability able about above absent"


def hammer(attacker: Seat, colleagues: list[Colleague], *, times: int = 6) -> None:
    for _ in range(times):
        for colleague in colleagues:
            assert not attacker.log_in(colleague, passphrase=WRONG, code="000000")


def test_an_attacker_hammers_all_ten_names_and_the_shift_goes_on_logging_in(
    headquarters: Headquarters, seat: NewSeat
) -> None:
    shift = [headquarters.olena, headquarters.taras] + [enrol(f"o{n}", f"O {n}", "operator") for n in range(8)]
    seats = [seat() for _ in shift]
    for desk, colleague in zip(seats, shift, strict=True):
        assert desk.log_in(colleague)
        desk.log_out()

    attacker = seat()
    hammer(attacker, shift)

    for number, (desk, colleague) in enumerate(zip(seats, shift, strict=True)):
        assert desk.log_in(colleague, code=colleague.recovery_codes[0]), number
    # He is held up all the while, also with everything that is right, and so is every other stranger.
    for colleague in shift:
        assert not attacker.log_in(colleague, code=colleague.recovery_codes[1])
        assert not seat().log_in(colleague, code=colleague.recovery_codes[1])


def test_a_success_at_a_known_seat_gives_strangers_no_new_tries(olena: Colleague, seat: NewSeat) -> None:
    desk, attacker = seat(), seat()
    assert desk.log_in(olena)
    hammer(attacker, [olena], times=5)

    assert desk.log_in(olena, code=olena.recovery_codes[0])

    assert not attacker.log_in(olena, code=olena.recovery_codes[1])


def test_a_known_seat_has_five_tries_too(olena: Colleague, seat: NewSeat) -> None:
    desk = seat()
    assert desk.log_in(olena)
    hammer(desk, [olena], times=5)

    assert not desk.log_in(olena, code=olena.recovery_codes[0])

    assert seat().log_in(olena, code=olena.recovery_codes[0]), "those at this seat count for no other"


def test_several_operators_share_a_seat(olena: Colleague, taras: Colleague, seat: NewSeat) -> None:
    desk = seat()
    assert desk.log_in(olena)
    desk.log_out()
    assert desk.log_in(taras)
    desk.log_out()
    hammer(seat(), [olena, taras])

    assert desk.log_in(olena, code=olena.recovery_codes[0])
    desk.log_out()
    assert desk.log_in(taras, code=taras.recovery_codes[0])


def test_a_seat_known_to_one_is_a_strangers_to_another(olena: Colleague, taras: Colleague, seat: NewSeat) -> None:
    """A dishonest colleague has a known seat; it helps against nobody else's name."""
    desk = seat()
    assert desk.log_in(taras)
    hammer(desk, [olena], times=5)

    assert not desk.log_in(olena)
    assert not seat().log_in(olena)


def test_a_seat_is_forgotten_after_three_months(olena: Colleague, seat: NewSeat) -> None:
    desk, attacker = seat(), seat()
    assert desk.log_in(olena)
    for one in (desk, attacker):
        one.later(days=rules.SEAT_KNOWN_FOR.days, seconds=1)
    hammer(attacker, [olena], times=5)

    assert not desk.log_in(olena, code=olena.recovery_codes[0])


def test_a_cookie_that_somebody_made_up_makes_no_seat_known(olena: Colleague, seat: NewSeat) -> None:
    for forged in ("", "x", "AAAA", "ÿ", "eyJrbm93biI6IHsiMSI6ICJhIn19"):
        attacker = seat()
        attacker.browser.cookies[SEAT_COOKIE] = forged
        for _ in range(5):
            attacker.log_in(olena, passphrase=WRONG)

    assert not seat().log_in(olena)


def test_the_cookie_reaches_only_us_and_names_nobody(olena: Colleague, seat: NewSeat) -> None:
    desk = seat()
    desk.log_in(olena)

    morsel = desk.browser.cookies[SEAT_COOKIE]
    assert (morsel["httponly"], morsel["secure"], morsel["samesite"]) == (True, True, "Strict")
    assert (morsel["path"], morsel["domain"]) == ("/", "")
    assert morsel["max-age"] == rules.SEAT_KNOWN_FOR.days * 86400
    assert "olena" not in morsel.value

    desk.log_out()
    assert desk.cookie(SEAT_COOKIE) == morsel.value, "the seat stays known"


def test_a_refused_try_makes_no_seat_known(olena: Colleague, seat: NewSeat) -> None:
    desk = seat()

    desk.log_in(olena, passphrase=WRONG)

    assert not desk.cookie(SEAT_COOKIE)


def test_a_seat_remembers_so_many_and_the_last_of_them(olena: Colleague, seat: NewSeat) -> None:
    desk = seat()
    assert desk.log_in(olena)
    for number in range(rules.OPERATORS_OF_A_SEAT):
        assert desk.log_in(enrol(f"o{number}", f"O {number}", "operator"))
    hammer(seat(), [olena])

    assert len(desk.cookie(SEAT_COOKIE)) < 2500
    assert not desk.log_in(olena, code=olena.recovery_codes[0])
