"""A passkey instead of six digits, and, where its authenticator offers `prf`, instead of the six words as well."""

import base64
import json
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator as Row
from fido2.cose import ES256, EdDSA

from safeconduct.audit.models import Line
from safeconduct.inner.operators import actions, passkeys
from safeconduct.inner.operators.errors import PasskeyRefused, TooManyPasskeys
from safeconduct.inner.operators.passkeys import Answer, ask_again, ask_at_log_in, passkeys_of
from safeconduct.inner.operators.tests.authenticator import Authenticator, ids_asked_for
from safeconduct.inner.operators.tests.desk import Seat
from safeconduct.sealing.stores import unlock_keys
from tests.people import Colleague

NewSeat = Callable[[], Seat]


def times(verb: str, colleague: Colleague) -> int:
    return Line.objects.filter(verb=verb, about_kind="operator", about_id=colleague.operator.pk).count()


def refusals() -> int:
    return Line.objects.filter(verb="operator.refused").count()


def test_a_passkey_with_prf_opens_the_store_without_the_six_words(olena: Colleague, seat: NewSeat) -> None:
    pocket, desk = Authenticator(), seat()
    pocket.is_added_by(olena)

    assert desk.log_in_by(pocket.signs(ask_at_log_in("olena")))

    assert desk.who() == {"operator": olena.operator.pk, "is_open": True}


def test_a_passkey_without_prf_is_the_second_factor_only(olena: Colleague, seat: NewSeat) -> None:
    pocket, desk = Authenticator(offers_prf=False), seat()
    pocket.is_added_by(olena)

    assert not desk.log_in_by(pocket.signs(ask_at_log_in("olena")))

    assert desk.log_in_by(pocket.signs(ask_at_log_in("olena")), passphrase=olena.passphrase)
    assert desk.who()["is_open"]


def test_the_six_words_go_with_a_passkey_that_could_open_alone(olena: Colleague, seat: NewSeat) -> None:
    pocket, desk = Authenticator(), seat()
    pocket.is_added_by(olena)

    assert not desk.log_in_by(pocket.signs(ask_at_log_in("olena")), passphrase="one two three four five six")

    assert desk.log_in_by(pocket.signs(ask_at_log_in("olena")), passphrase=olena.passphrase)


def test_a_person_has_two_passkeys_and_either_opens(olena: Colleague, seat: NewSeat) -> None:
    first, second = Authenticator(), Authenticator()
    first.is_added_by(olena)
    started_in_time = passkeys.ask_to_add(olena.operator)
    second.is_added_by(olena)

    with pytest.raises(TooManyPasskeys):
        passkeys.ask_to_add(olena.operator)
    with pytest.raises(TooManyPasskeys):
        passkeys.add(olena.keys, Authenticator().makes(started_in_time), name="a third")

    assert seat().log_in_by(first.signs(ask_at_log_in("olena")))
    assert seat().log_in_by(second.signs(ask_at_log_in("olena")))
    assert times("operator.passkey_added", olena) == 2


def test_what_was_removed_opens_no_more_and_nobody_removes_anothers(
    olena: Colleague, taras: Colleague, seat: NewSeat
) -> None:
    pocket = Authenticator()
    number = pocket.is_added_by(olena).number
    assert number is not None

    passkeys.remove(taras.operator, number)
    assert seat().log_in_by(pocket.signs(ask_at_log_in("olena")))
    passkeys.remove(olena.operator, number)

    assert not seat().log_in_by(pocket.signs(ask_at_log_in("olena")))
    assert times("operator.passkey_removed", olena) == 1


def test_the_same_authenticator_is_no_second_passkey(olena: Colleague) -> None:
    pocket = Authenticator()
    pocket.is_added_by(olena)

    with pytest.raises(PasskeyRefused):
        pocket.is_added_by(olena)


def test_who_was_not_verified_by_the_authenticator_is_refused(olena: Colleague, seat: NewSeat) -> None:
    """A key that was found opens nothing without its finger or its PIN."""
    with pytest.raises(PasskeyRefused):
        Authenticator(verifies=False).is_added_by(olena)
    pocket = Authenticator()
    pocket.is_added_by(olena)
    pocket.verifies = False

    assert not seat().log_in_by(pocket.signs(ask_at_log_in("olena")))


@pytest.mark.parametrize(
    "elsewhere", [{"origin": "http://localhost:8002"}, {"origin": "https://localhost.example"}, {"host": "example.org"}]
)
def test_what_was_signed_for_another_page_is_refused(
    olena: Colleague, seat: NewSeat, elsewhere: dict[str, str]
) -> None:
    pocket = Authenticator()
    pocket.is_added_by(olena)
    for name, value in elsewhere.items():
        setattr(pocket, name, value)

    assert not seat().log_in_by(pocket.signs(ask_at_log_in("olena")))
    pocket.id = bytes(32)
    with pytest.raises(PasskeyRefused):
        pocket.is_added_by(olena)


def test_an_answer_counts_once_and_for_some_minutes(olena: Colleague, seat: NewSeat) -> None:
    pocket, late = Authenticator(), seat()
    pocket.is_added_by(olena)
    answer, forgotten = pocket.signs(ask_at_log_in("olena")), pocket.signs(ask_at_log_in("olena"))

    assert seat().log_in_by(answer)
    assert not seat().log_in_by(answer)

    late.later(minutes=4)
    assert not late.log_in_by(forgotten)


def test_a_question_is_good_for_its_purpose_and_its_name(olena: Colleague, taras: Colleague, seat: NewSeat) -> None:
    pocket = Authenticator()
    pocket.is_added_by(olena)
    others = [ask_again(olena.operator), ask_at_log_in("taras"), passkeys.ask_to_add(olena.operator)]
    of_olena = ask_at_log_in("olena")

    for asked in others:
        # Signed under the right question, and handed in with another's slip.
        challenge = asked["options"]["publicKey"]["challenge"]
        signed = pocket.signs(of_olena | {"options": {"publicKey": {**_options(of_olena), "challenge": challenge}}})
        assert not seat().log_in_by(Answer(asked["slip"], signed.signed, signed.prf))


def _options(asked: dict[str, object]) -> dict[str, object]:
    options: dict[str, object] = json.loads(json.dumps(asked["options"], default=dict))["publicKey"]
    return options


@pytest.mark.parametrize("prf", [b"", b"\x00" * 32, b"\xff" * 31, b"x" * 500])
def test_a_signature_without_the_right_prf_opens_nothing(olena: Colleague, seat: NewSeat, prf: bytes) -> None:
    pocket = Authenticator()
    pocket.is_added_by(olena)
    answer = pocket.signs(ask_at_log_in("olena"))

    assert not seat().log_in_by(Answer(answer.slip, answer.signed, prf))


def test_the_prf_without_a_signature_opens_nothing(olena: Colleague, seat: NewSeat) -> None:
    pocket, stranger = Authenticator(), Authenticator()
    pocket.is_added_by(olena)
    stranger.secret = pocket.secret
    stranger.id = pocket.id

    assert not seat().log_in_by(stranger.signs(ask_at_log_in("olena")))


@pytest.mark.parametrize(
    "signed", ["", "x", "[]", "{}", "null", '{"id": 1}', '{"rawId": "AA", "response": {}}', "[" * 5000, '"\\ud800"']
)
def test_whatever_is_sent_instead_of_an_answer_is_refused(olena: Colleague, seat: NewSeat, signed: str) -> None:
    Authenticator().is_added_by(olena)

    assert not seat().log_in_by(Answer(ask_at_log_in("olena")["slip"], signed))
    with pytest.raises(PasskeyRefused):
        passkeys.add(olena.keys, Answer(passkeys.ask_to_add(olena.operator)["slip"], signed), name="x")


@pytest.mark.parametrize("slip", ["x", "AAAA", "ÿ", "=" * 40])
def test_a_slip_that_is_not_ours_is_none(olena: Colleague, seat: NewSeat, slip: str) -> None:
    pocket = Authenticator()
    pocket.is_added_by(olena)

    assert not seat().log_in_by(Answer(slip, pocket.signs(ask_at_log_in("olena")).signed))


# --- who asks learns nothing


def test_every_name_gets_two_passkeys_and_always_the_same(olena: Colleague, taras: Colleague) -> None:
    """Else a stranger would learn who works here, and who has an authenticator worth stealing."""
    pocket = Authenticator()
    pocket.is_added_by(olena)

    for name in ("olena", "taras", "nobody", ""):
        asked = ids_asked_for(name)
        assert len(asked) == 2
        assert asked == ids_asked_for(f" {name.upper()} ")
        assert asked == sorted(asked), "the order must not tell which is real"
    assert pocket.id in ids_asked_for("olena")
    assert not set(ids_asked_for("nobody")) & set(ids_asked_for("taras"))


def test_the_question_has_the_same_shape_for_every_name(olena: Colleague) -> None:
    Authenticator().is_added_by(olena)

    shapes = set()
    for name in ("olena", "nobody"):
        options = _options(ask_at_log_in(name))
        salts = options["extensions"]["prf"]["evalByCredential"]  # type: ignore[index]
        shapes.add((tuple(sorted(options)), tuple(sorted(len(one["first"]) for one in salts.values()))))

    assert len(shapes) == 1


def test_a_suspended_operator_gets_decoys_and_is_refused(olena: Colleague, nadia: Colleague, seat: NewSeat) -> None:
    pocket = Authenticator()
    pocket.is_added_by(olena)
    asked = ask_at_log_in("olena")

    actions.suspend(olena.operator, by=None)

    assert pocket.id not in ids_asked_for("olena")
    assert not seat().log_in_by(pocket.signs(asked))


def test_a_decoy_costs_as_much_work_as_a_passkey(
    olena: Colleague, seat: NewSeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One signature and one attempt to open, whether the name exists or not."""
    work: list[str] = []

    def counted(what: str, real: Callable[..., object]) -> Callable[..., object]:
        def act(*given: object, **named: object) -> object:
            work.append(what)
            return real(*given, **named)

        return act

    for kind in (ES256, EdDSA):
        monkeypatch.setattr(kind, "verify", counted("signature", kind.verify))
    monkeypatch.setattr(passkeys, "unlock_keys", counted("unlock", unlock_keys))
    pocket, stranger = Authenticator(), Authenticator()
    pocket.is_added_by(olena)
    refused_before = refusals()

    for name, claimed in [("olena", pocket.id), ("nobody", ids_asked_for("nobody")[0])]:
        asked = ask_at_log_in(name)
        signed = stranger.signs(asked, as_id=claimed).signed
        work.clear()
        assert not seat().log_in_by(Answer(asked["slip"], signed, b"\x01" * 32), name)
        assert work == ["signature", "unlock"]
    assert refusals() == refused_before + 2


# --- what lies in the database


def test_a_row_that_was_moved_or_written_by_hand_is_no_passkey(olena: Colleague, taras: Colleague) -> None:
    pocket = Authenticator()
    pocket.is_added_by(taras)
    row = Row.objects.get(user=taras.operator, type=Row.Type.WEBAUTHN)

    Row.objects.create(user=olena.operator, type=Row.Type.WEBAUTHN, data=row.data)
    Row.objects.create(user=olena.operator, type=Row.Type.WEBAUTHN, data={"name": "x", "credential": {}})
    Row.objects.create(user=olena.operator, type=Row.Type.WEBAUTHN, data={"sealed": "AAAA"})

    assert passkeys_of(olena.operator) == []
    assert len(passkeys_of(taras.operator)) == 1


def test_a_passkey_is_sealed_where_it_lies(olena: Colleague) -> None:
    pocket = Authenticator()
    pocket.is_added_by(olena, name="the blue one")

    kept = json.dumps(Row.objects.get(user=olena.operator, type=Row.Type.WEBAUTHN).data)

    opened = base64.b64decode(json.loads(kept)["sealed"])
    for secret in (pocket.id, b"the blue one", pocket.secret):
        assert secret not in opened
    assert passkeys_of(olena.operator)[0].credential.credential_id == pocket.id
