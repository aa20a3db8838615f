"""What does somebody hold who has stolen one part? Nothing that opens."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from pytest_django import Settings

from safeconduct.inner.operators import actions, factors
from safeconduct.inner.operators.actions import keys_with_passphrase
from safeconduct.inner.operators.errors import LogInRefused
from safeconduct.inner.operators.models import EpochWrap, Operator
from safeconduct.inner.operators.passkeys import ask_at_log_in
from safeconduct.inner.operators.seats import SEAT_COOKIE
from safeconduct.inner.operators.secret_file import key_for
from safeconduct.inner.operators.session import KEY_COOKIE, _context
from safeconduct.inner.operators.tests.authenticator import Authenticator as Key
from safeconduct.inner.operators.tests.desk import Seat
from safeconduct.inner.operators.tests.stored import values_in_the_database
from safeconduct.sealing.envelopes import CannotOpen, unlock
from safeconduct.sealing.stores import (
    KEYS_CONTEXT,
    PassphraseCost,
    halves_of,
    key_of_prf,
    unlock_keys,
    unwrap_epoch,
)
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
        TOTP(totp_row_of(olena)).validate_code(olena.totp_code)


def test_a_database_alone_has_no_value_that_unlocks_an_operators_keys(headquarters: Headquarters) -> None:
    candidates = keys_that_could_stand_in(everything_stored())

    for operator in Operator.objects.all():
        for key in candidates:
            with pytest.raises(CannotOpen):
                unlock_keys(bytes(operator.locked_keys), key=key)


def test_a_totp_secret_is_sealed_where_it_lies(olena: Colleague) -> None:
    kept = json.dumps(totp_row_of(olena).data)

    assert olena.totp_secret not in kept
    assert base64.b32decode(olena.totp_secret) not in base64.b64decode(json.loads(kept)["secret"])
    assert TOTP(totp_row_of(olena)).validate_code(olena.totp_code)


def test_recovery_codes_are_sealed_where_they_lie(olena: Colleague, settings: Settings) -> None:
    stored = b"\n".join(everything_stored())
    assert not any(code.encode() in stored for code in olena.recovery_codes)
    assert factors.unused_recovery_codes(olena.operator) == list(olena.recovery_codes)

    settings.INNER_SECRET = b"\xff" * 32

    with pytest.raises(CannotOpen):
        factors.unused_recovery_codes(olena.operator)


# --- a server at rest: every file and every row, and nobody logged in


def test_a_server_at_rest_opens_no_operators_key(olena: Colleague, seat: NewSeat, settings: Settings) -> None:
    """Database, secret file and session rows of somebody at work, without cookies: six words or the authenticator."""
    pocket, desk = Key(), seat()
    added = pocket.is_added_by(olena)
    desk.log_in(olena)
    in_files = [file.read_bytes() for file in Path(settings.INNER_SECRETS_DIR).iterdir()]
    assert settings.INNER_SECRET in in_files

    candidates = keys_that_could_stand_in([*everything_stored(), added.salt, added.credential, *in_files])

    by_passphrase, by_passkey = bytes(Operator.objects.get(pk=olena.operator.pk).locked_keys), added.locked_keys
    in_session, context = locked_in(Session.objects.get()), _context(olena.operator)
    assert len(candidates) > 1000
    for key in candidates:
        # As a key itself, and as what an authenticator might answer.
        as_answered = key_of_prf(key, secret=settings.INNER_SECRET)
        assert not opens(by_passphrase, KEYS_CONTEXT, key)
        assert not opens(by_passkey, KEYS_CONTEXT, key)
        assert not opens(by_passkey, KEYS_CONTEXT, as_answered)
        assert not opens(in_session, context, key)


def opens(blob: bytes, context: bytes, key: bytes) -> bool:
    try:
        return bool(unlock(blob, key=key, context=context))
    except CannotOpen:
        return False


def test_six_words_or_the_authenticator_open_it_with_the_secret_file_and_not_without(
    olena: Colleague, settings: Settings
) -> None:
    """What the test before could not find is enough: it looked for the right thing."""
    pocket = Key()
    added = pocket.is_added_by(olena)
    prf = pocket.signs(ask_at_log_in("olena")).prf
    opened = unlock_keys(added.locked_keys, key=key_of_prf(prf, secret=settings.INNER_SECRET))
    assert opened.public_key == bytes(olena.operator.public_key)
    assert keys_with_passphrase(olena.operator, olena.passphrase).public_key == opened.public_key

    with pytest.raises(CannotOpen):
        unlock_keys(added.locked_keys, key=key_of_prf(prf, secret=b"\xff" * 32))


def test_what_an_authenticator_answers_is_kept_nowhere(
    olena: Colleague, seat: NewSeat, caplog: pytest.LogCaptureFixture
) -> None:
    pocket, desk = Key(), seat()
    with caplog.at_level("DEBUG"):
        pocket.is_added_by(olena)
        answer = pocket.signs(ask_at_log_in("olena"))
        assert desk.log_in_by(answer)

    stored = b"\n".join(everything_stored())
    key = key_of_prf(answer.prf, secret=settings_secret())
    assert answer.prf not in stored
    assert key not in stored
    said = "\n".join(record.getMessage() for record in caplog.records)
    for secret in (answer.prf, key, pocket.id):
        assert secret.hex() not in said
        assert base64.urlsafe_b64encode(secret).decode().rstrip("=") not in said


def test_ten_codes_on_paper_open_no_key(olena: Colleague, seat: NewSeat) -> None:
    """They stand in for six digits and for nothing else: who finds the paper still lacks the six words."""
    thief = seat()

    assert not thief.log_in(olena, passphrase="abandon " * 6, code=olena.recovery_codes[0])
    for code in olena.recovery_codes:
        with pytest.raises(LogInRefused):
            keys_with_passphrase(olena.operator, code)

    assert thief.log_in(olena, code=olena.recovery_codes[1]), "with the six words they are a factor"


def test_the_seats_cookie_is_worth_no_session_and_no_key(olena: Colleague, taras: Colleague, seat: NewSeat) -> None:
    desk, thief = seat(), seat()
    desk.log_in(olena)

    thief.browser.cookies[SEAT_COOKIE] = desk.cookie(SEAT_COOKIE)

    assert thief.who() == {"operator": None, "is_open": False}
    for forged in (key_for("slip/seat"), b"\x00" * 32):
        with pytest.raises(CannotOpen):
            unlock(locked_in(Session.objects.get()), key=forged, context=_context(olena.operator))


# --- somebody was forced


def test_who_forced_her_reads_with_a_later_disk_nothing_and_with_an_earlier_one_the_store(
    olena: Colleague, seat: NewSeat, settings: Settings
) -> None:
    """He knows both sets of her words and has the secret file: what he lacks, once the others were given, is a wrap."""
    other_words = actions.give_duress_words(olena.operator)
    earlier = wraps()

    assert seat().log_in(olena, passphrase=other_words)

    assert len(opened_with(olena.passphrase, olena, among=earlier)) == 1
    assert len(wraps()) == len(earlier) - 1
    for words in (olena.passphrase, other_words):
        assert opened_with(words, olena, among=wraps()) == []


def wraps() -> list[tuple[int, bytes]]:
    return [(one.epoch.number, bytes(one.blob)) for one in EpochWrap.objects.select_related("epoch")]


def opened_with(words: str, colleague: Colleague, *, among: list[tuple[int, bytes]]) -> list[bytes]:
    """What these words open with the row, the secret file and our code, whatever any rule says."""
    row = Operator.objects.get(pk=colleague.operator.pk)
    cost = PassphraseCost(memory_kib=django_settings.INNER_PASSPHRASE_MEMORY_KIB)
    halves = halves_of(words, salt=bytes(row.salt), secret=settings_secret(), cost=cost)
    found = []
    with suppress(CannotOpen):
        seed = unlock_keys(bytes(row.locked_keys), key=halves.key).seed
        for number, blob in among:
            with suppress(CannotOpen):
                found.append(unwrap_epoch(blob, store="appeals", epoch=number, seed=seed))
    return found


def settings_secret() -> bytes:
    secret: bytes = django_settings.INNER_SECRET
    return secret


def totp_row_of(colleague: Colleague) -> Authenticator:
    return Authenticator.objects.get(user=colleague.operator, type=Authenticator.Type.TOTP)
