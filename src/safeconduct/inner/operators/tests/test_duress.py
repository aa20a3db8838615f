"""Somebody is forced to log in: the other six words take his keys away, and nothing tells that they did."""

import statistics
import time
from collections.abc import Callable
from unittest.mock import patch

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import RequestFactory

from safeconduct.audit.models import Line
from safeconduct.inner.operators import actions, duress, factors, lookups, passkeys
from safeconduct.inner.operators.errors import LogInRefused, NotAdmitted
from safeconduct.inner.operators.keys import OpenedKeys
from safeconduct.inner.operators.models import EpochWrap, Operator
from safeconduct.inner.operators.passkeys import ask_at_log_in
from safeconduct.inner.operators.tests.authenticator import Authenticator
from safeconduct.inner.operators.tests.desk import Seat
from safeconduct.sealing.stores import Halves, PassphraseCost, halves_of
from tests.people import Colleague, enrol

NewSeat = Callable[[], Seat]


@pytest.fixture
def words(olena: Colleague) -> str:
    """Olena's, for duress."""
    return actions.give_duress_words(olena.operator)


def now(colleague: Colleague) -> Operator:
    return Operator.objects.get(pk=colleague.operator.pk)


def alarms() -> list[Line]:
    """That they ring, and for whom: in the room of duty."""
    return list(Line.objects.filter(verb="alarm.duress"))


def is_forced(seat: Seat, colleague: Colleague, words: str) -> None:
    assert seat.log_in(colleague, passphrase=words)
    cache.clear()


def test_whether_somebody_has_such_words_is_not_seen_in_the_database(db: None) -> None:
    with_words = actions.enrol("ihor", "Ігор", roles={"operator"}, with_duress=True)
    without = actions.enrol("lesia", "Леся", roles={"operator"})

    rows = [Operator.objects.get(pk=one.operator.pk) for one in (with_words, without)]

    assert len(with_words.duress_words.split()) == 6
    assert without.duress_words == ""
    assert [len(row.duress_hash) for row in rows] == [64, 64]
    assert len({value for row in rows for value in (row.duress_hash, row.password)}) == 4
    verbs = [list(Line.objects.filter(about_id=row.pk).values_list("verb", flat=True)) for row in rows]
    assert verbs == [["operator.created"], ["operator.created"]]


def test_words_that_are_given_later_leave_no_line_and_end_the_earlier_ones(
    olena: Colleague, seat: NewSeat, words: str
) -> None:
    before = Line.objects.count()
    newer = actions.give_duress_words(olena.operator)
    assert Line.objects.count() == before

    assert not seat().log_in(olena, passphrase=words)
    cache.clear()
    assert seat().log_in(olena, passphrase=newer)


def test_olenas_keys_open_nothing_any_more_and_her_other_sessions_end(
    olena: Colleague, taras: Colleague, seat: NewSeat, words: str
) -> None:
    earlier, of_taras = seat(), seat()
    earlier.log_in(olena)
    of_taras.log_in(taras)
    cache.clear()
    taken_before = olena.keys
    assert taken_before.epoch_seed("appeals", 1)

    is_forced(seat(), olena, words)

    assert earlier.who() == {"operator": None, "is_open": False}
    assert of_taras.who()["is_open"]
    assert not EpochWrap.objects.filter(operator=olena.operator).exists()
    assert EpochWrap.objects.filter(operator=taras.operator).exists()
    assert EpochWrap.objects.filter(operator=None).exists(), "recovery stays"
    with pytest.raises(NotAdmitted):
        actions.keys_with_passphrase(now(olena), olena.passphrase).epoch_seed("appeals", 1)


def test_one_transaction_does_it_all(olena: Colleague, words: str) -> None:
    """If the alarm cannot ring, nobody is logged in, and the keys are still there: another try does the whole."""
    request = RequestFactory().post("/log-in")

    with patch.object(duress, "_told", [lambda _operator: 1 / 0]), pytest.raises(ZeroDivisionError):
        actions.log_in(request, username="olena", passphrase=words, totp_code=olena.totp_code)

    assert not now(olena).is_under_duress
    assert EpochWrap.objects.filter(operator=olena.operator).exists()
    assert not Session.objects.exists()


def test_the_alarm_rings_for_another_supervisor_and_the_audit_says_it_where_nobody_forced_looks(
    olena: Colleague, seat: NewSeat, words: str
) -> None:
    is_forced(seat(), olena, words)

    (line,) = alarms()
    assert (line.store, line.actor, line.about_id) == ("site", None, olena.operator.pk)


def test_without_the_digits_the_words_for_duress_do_nothing(olena: Colleague, seat: NewSeat, words: str) -> None:
    assert not seat().log_in(olena, passphrase=words, code="000000")

    assert not now(olena).is_under_duress
    assert not alarms()


def test_the_words_of_one_are_worth_nothing_for_another(
    olena: Colleague, taras: Colleague, seat: NewSeat, words: str
) -> None:
    assert not seat().log_in(taras, passphrase=words)
    assert not alarms()


def test_at_the_command_line_they_are_no_words_at_all(olena: Colleague, words: str) -> None:
    with pytest.raises(LogInRefused):
        actions.keys_with_passphrase(olena.operator, words)


def test_session_and_cookies_look_as_after_any_other_log_in(olena: Colleague, seat: NewSeat, words: str) -> None:
    calm, forced = seat(), seat()
    calm.log_in(olena)
    cache.clear()
    as_calm = Session.objects.get(session_key=calm.session_cookie).get_decoded()

    is_forced(forced, olena, words)

    as_forced = Session.objects.get(session_key=forced.session_cookie).get_decoded()
    assert as_forced.keys() == as_calm.keys()
    assert {name: len(str(value)) for name, value in as_forced.items() if name != "came_at" and name != "seen_at"} == {
        name: len(str(value)) for name, value in as_calm.items() if name != "came_at" and name != "seen_at"
    }
    assert len(forced.key_cookie) == len(calm.key_cookie)
    assert len(forced.session_cookie) == len(calm.session_cookie)
    marks = ("path", "domain", "max-age", "expires", "secure", "httponly", "samesite")
    assert {name: [morsel[mark] for mark in marks] for name, morsel in forced.browser.cookies.items()} == {
        name: [morsel[mark] for mark in marks] for name, morsel in calm.browser.cookies.items()
    }


def test_it_costs_one_slow_hash_as_every_log_in(olena: Colleague, seat: NewSeat, words: str) -> None:
    hashed: list[bytes] = []

    def counted(passphrase: str, *, salt: bytes, secret: bytes, cost: PassphraseCost) -> Halves:
        hashed.append(salt)
        return halves_of(passphrase, salt=salt, secret=secret, cost=cost)

    with patch.object(actions, "halves_of", counted):
        for passphrase in (olena.passphrase, words, "abandon ability able about above absent"):
            seat().log_in(olena, passphrase=passphrase)
            cache.clear()

    assert len(hashed) == 3
    assert len(set(hashed)) == 1


def test_it_takes_no_longer_than_the_eye_would_notice(olena: Colleague, seat: NewSeat, words: str) -> None:
    """Beside the slow hash and a network: a few rows more. The first of each warms up."""
    seconds: dict[str, list[float]] = {olena.passphrase: [], words: []}
    for passphrase in (olena.passphrase, words):
        for _ in range(6):
            desk = seat()
            began = time.perf_counter()
            assert desk.log_in(olena, passphrase=passphrase)
            seconds[passphrase].append(time.perf_counter() - began)
            cache.clear()

    calm, forced = (statistics.median(taken[1:]) for taken in seconds.values())
    assert abs(forced - calm) < 0.1


def test_with_the_right_words_afterwards_she_comes_to_the_same_empty_shift(
    olena: Colleague, seat: NewSeat, words: str
) -> None:
    """Else whoever forces both out of her would see which were which."""
    is_forced(seat(), olena, words)
    again = seat()

    assert again.log_in(olena)

    assert not now(olena).may_hold("appeals")
    with pytest.raises(NotAdmitted):
        again.who()
    assert len(alarms()) == 2


def test_a_new_epoch_is_not_wrapped_for_her(
    olena: Colleague, taras: Colleague, nadia: Colleague, seat: NewSeat, words: str
) -> None:
    is_forced(seat(), olena, words)

    epoch = actions.open_epoch("appeals", by=(taras.keys, nadia.keys))

    assert set(epoch.wraps.values_list("operator", flat=True)) == {taras.operator.pk, nadia.operator.pk, None}


def test_she_signs_for_nobody(olena: Colleague, taras: Colleague, nadia: Colleague, seat: NewSeat, words: str) -> None:
    keys, ihor = olena.keys, enrol("ihor", "Ігор", "operator")
    is_forced(seat(), olena, words)

    for deed in (
        lambda: actions.admit(ihor.operator, "appeals", by=(taras.keys, keys)),
        lambda: actions.open_epoch("appeals", by=(keys, taras.keys)),
        lambda: actions.admit(now(olena), "appeals", by=(taras.keys, keys)),
    ):
        with pytest.raises(NotAdmitted):
            deed()


def test_two_holders_admit_her_again_and_everything_opens(
    olena: Colleague, taras: Colleague, nadia: Colleague, seat: NewSeat, words: str
) -> None:
    """Nadia's admission was signed by Olena, and Nadia signs for Olena now: neither may fall with the other."""
    is_forced(seat(), olena, words)

    actions.admit(now(olena), "appeals", by=(taras.keys, nadia.keys))

    assert not now(olena).is_under_duress
    assert {one.username for one in lookups.admitted_operators("appeals")} == {"olena", "taras", "nadia"}
    assert actions.keys_with_passphrase(now(olena), olena.passphrase).epoch_seed("appeals", 1)
    assert seat().log_in(olena)
    assert len(alarms()) == 1


def test_what_was_added_while_she_was_forced_lets_nobody_in_once_she_is_admitted_again(
    olena: Colleague, taras: Colleague, nadia: Colleague, seat: NewSeat, words: str
) -> None:
    """Whoever forces her may have her add a key of his own, at the empty shift or with the right words."""
    hers, his, his_too = Authenticator(), Authenticator(), Authenticator()
    hers.is_added_by(olena)
    is_forced(seat(), olena, words)
    passkeys.remove(now(olena), passkeys.passkeys_of(now(olena))[0].number or 0)
    nobody = OpenedKeys(now(olena), duress.keys_of_nobody())
    passkeys.add(nobody, his.makes(passkeys.ask_to_add(now(olena))), name="at the empty shift")
    his_too.is_added_by(olena, name="with the right words")
    assert seat().log_in_by(his_too.signs(ask_at_log_in("olena"))), "to the empty shift"
    read_off = factors.new_recovery_codes(now(olena))

    actions.admit(now(olena), "appeals", by=(taras.keys, nadia.keys))

    for pocket in (hers, his, his_too):
        cache.clear()
        assert not seat().log_in_by(pocket.signs(ask_at_log_in("olena")))
        assert not seat().log_in_by(pocket.signs(ask_at_log_in("olena")), passphrase=olena.passphrase)
    for code in (read_off[0], olena.recovery_codes[0]):
        cache.clear()
        assert not seat().log_in(olena, code=code)
    cache.clear()
    assert seat().log_in(olena)


def test_a_session_from_the_time_when_she_was_forced_ends_when_she_is_admitted_again(
    olena: Colleague, taras: Colleague, nadia: Colleague, seat: NewSeat, words: str
) -> None:
    """With the right words it has her keys in it, and nothing would keep it from the store any more."""
    is_forced(seat(), olena, words)
    his = seat()
    assert his.log_in(olena)

    actions.admit(now(olena), "appeals", by=(taras.keys, nadia.keys))

    assert his.who() == {"operator": None, "is_open": False}


def test_one_whom_the_first_two_did_not_found_comes_back_by_those_whom_he_signed_for(
    olena: Colleague, taras: Colleague, nadia: Colleague, seat: NewSeat
) -> None:
    """Ihor was admitted by Olena and Nadia; Nadia is forced, and Olena and Ihor bring her back."""
    ihor = enrol("ihor", "Ігор", "operator")
    actions.admit(ihor.operator, "appeals", by=(olena.keys, nadia.keys))
    is_forced(seat(), nadia, actions.give_duress_words(nadia.operator))

    actions.admit(now(nadia), "appeals", by=(olena.keys, ihor.keys))

    assert {one.username for one in lookups.admitted_operators("appeals")} == {"olena", "taras", "nadia", "ihor"}


def test_one_of_the_last_two_loses_the_keys_as_well(
    olena: Colleague, taras: Colleague, seat: NewSeat, words: str
) -> None:
    """Who forces one of two must not be safer from it. One holder still reads; two papers make two holders again."""
    is_forced(seat(), olena, words)

    assert [one.username for one in lookups.admitted_operators("appeals")] == ["taras"]
    assert taras.keys.epoch_seed("appeals", 1)
    assert EpochWrap.objects.filter(operator=None).exists()


def test_a_suspended_operator_comes_in_with_neither(
    olena: Colleague, nadia: Colleague, seat: NewSeat, words: str
) -> None:
    actions.suspend(olena.operator, by=None)

    assert not seat().log_in(olena, passphrase=words)


@pytest.mark.django_db(transaction=True)
def test_rows_from_before_get_a_value_of_their_own() -> None:
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes()
    executor.migrate([("operators", "0005_admissions_seen")])
    before = executor.loader.project_state([("operators", "0005_admissions_seen")]).apps
    for number in range(2):
        before.get_model("operators", "Operator").objects.create(
            username=f"old-{number}",
            name="x",
            salt=b"s",
            locked_keys=b"k",
            public_key=b"p",
            verifying_key=bytes([number]),
        )

    executor = MigrationExecutor(connection)
    executor.migrate(newest)

    hashes = list(Operator.objects.values_list("duress_hash", flat=True))
    assert [len(one) for one in hashes] == [64, 64]
    assert len(set(hashes)) == 2
