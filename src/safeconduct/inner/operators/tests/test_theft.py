"""What does somebody hold who has stolen one part? Nothing that opens."""

import base64
import json
import re
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.sessions.models import Session
from pytest_django import Settings

from safeconduct.inner.operators.actions import keys_with_passphrase
from safeconduct.inner.operators.errors import LogInRefused
from safeconduct.inner.operators.models import Operator
from safeconduct.inner.operators.session import KEY_COOKIE, _context
from safeconduct.inner.operators.tests.desk import Seat
from safeconduct.inner.operators.tests.stored import values_in_the_database
from safeconduct.sealing.envelopes import CannotOpen, unlock
from safeconduct.sealing.stores import unlock_keys
from tests.people import Colleague, Headquarters

NewSeat = Callable[[], Seat]


def readings_of(value: bytes) -> Iterator[bytes]:
    """The value itself, and what stands in it as base64 or as hexadecimal digits."""
    yield value
    for found in re.findall(rb"[A-Za-z0-9+/_-]{20,}", value):
        text = found.replace(b"+", b"-").replace(b"/", b"_")
        # A run of one sign more than whole groups is no base64.
        yield base64.urlsafe_b64decode(text[: len(text) - (len(text) % 4 == 1)] + b"==")
    for found in re.findall(rb"(?:[0-9a-f]{2}){16,}", value):
        yield bytes.fromhex(found.decode())


def everything_stored() -> list[bytes]:
    return [reading for value in values_in_the_database() for reading in readings_of(value)]


def keys_that_could_stand_in(stored: list[bytes]) -> set[bytes]:
    """Every run of 32 bytes in what is short enough to hold a key on purpose."""
    return {value[at : at + 32] for value in stored if len(value) <= 4096 for at in range(len(value) - 31)}


def locked_in(session: Session) -> bytes:
    return base64.b64decode(session.get_decoded()["operator_keys"])


def test_a_database_of_the_headquarters_holds_no_key_and_no_passphrase(headquarters: Headquarters) -> None:
    stored = b"\n".join(everything_stored())

    for colleague in (headquarters.olena, headquarters.taras, headquarters.marta):
        keys = colleague.keys._keys
        for secret in (keys.seed, keys.signing_seed, colleague.passphrase.encode(), colleague.totp_secret.encode()):
            assert secret not in stored
    assert headquarters.olena.keys.epoch_seed("appeals", 1) not in stored
    # The search itself finds what is there.
    assert bytes(headquarters.olena.operator.public_key) in stored


def test_the_session_rows_alone_open_no_keys(olena: Colleague, seat: NewSeat) -> None:
    desk = seat()
    desk.log_in(olena)
    session = Session.objects.get()
    cookie = base64.urlsafe_b64decode(desk.key_cookie)
    assert unlock(locked_in(session), key=cookie, context=_context(olena.operator))

    candidates = keys_that_could_stand_in(everything_stored())

    assert cookie not in candidates
    assert len(candidates) > 1000
    for key in candidates:
        with pytest.raises(CannotOpen):
            unlock(locked_in(session), key=key, context=_context(olena.operator))


def test_the_cookie_alone_opens_nothing_once_the_session_is_gone(olena: Colleague, seat: NewSeat) -> None:
    desk = seat()
    desk.log_in(olena)
    cookie_text, cookie = desk.key_cookie, base64.urlsafe_b64decode(desk.key_cookie)

    desk.log_out()
    desk.browser.cookies[KEY_COOKIE] = cookie_text

    assert desk.who() == {"operator": None, "is_open": False}
    for blob in everything_stored():
        for context in (_context(olena.operator), b"safeconduct/operator-keys/1", b"safeconduct/totp/1"):
            with pytest.raises(CannotOpen):
                unlock(blob, key=cookie, context=context)


def test_a_session_row_moved_to_another_operator_stays_closed(
    olena: Colleague, taras: Colleague, seat: NewSeat
) -> None:
    desk = seat()
    desk.log_in(olena)

    with pytest.raises(CannotOpen):
        unlock(
            locked_in(Session.objects.get()),
            key=base64.urlsafe_b64decode(desk.key_cookie),
            context=_context(taras.operator),
        )


def test_a_database_without_the_secret_file_opens_nothing_even_with_the_passphrase(
    olena: Colleague, settings: Settings
) -> None:
    assert olena.keys.epoch_seed("appeals", 1)

    settings.INNER_SECRET = b"\xff" * 32

    with pytest.raises(LogInRefused):
        keys_with_passphrase(olena.operator, olena.passphrase)
    with pytest.raises(CannotOpen):
        TOTP(Authenticator.objects.get(user=olena.operator)).validate_code(olena.totp_code)


def test_a_database_alone_has_no_value_that_unlocks_an_operators_keys(headquarters: Headquarters) -> None:
    candidates = keys_that_could_stand_in(everything_stored())

    for operator in Operator.objects.all():
        for key in candidates:
            with pytest.raises(CannotOpen):
                unlock_keys(bytes(operator.locked_keys), key=key)


def test_a_totp_secret_is_sealed_where_it_lies(olena: Colleague) -> None:
    kept = json.dumps(Authenticator.objects.get(user=olena.operator).data)

    assert olena.totp_secret not in kept
    assert base64.b32decode(olena.totp_secret) not in base64.b64decode(json.loads(kept)["secret"])
    assert TOTP(Authenticator.objects.get(user=olena.operator)).validate_code(olena.totp_code)
