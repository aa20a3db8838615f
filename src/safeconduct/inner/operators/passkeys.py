"""What does an authenticator prove, and what does it open?

A passkey is a second factor. Where its authenticator offers `prf` (WebAuthn level 3), the operator's keys are locked a
second time, under what it answers to the passkey's salt together with the secret file; then no passphrase is needed.

A row is allauth's, its content is ours and sealed to its operator: a stolen database does not tell whose an
authenticator is, and a row that somebody wrote by hand, or moved, is none. Why not allauth's own way: decision 11.
"""

import base64
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from fido2.cose import EdDSA
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from safeconduct.audit.actions import record
from safeconduct.inner.operators import lookups, rules
from safeconduct.inner.operators.errors import PasskeyRefused, TooManyPasskeys
from safeconduct.inner.operators.keys import OpenedKeys
from safeconduct.inner.operators.models import Operator
from safeconduct.inner.operators.secret_file import drawn_for, key_for
from safeconduct.inner.operators.slips import read_slip, write_slip
from safeconduct.sealing.envelopes import CannotOpen, lock, unlock
from safeconduct.sealing.signing import verifying_key_of
from safeconduct.sealing.stores import OperatorKeys, key_of_prf, unlock_keys

PRF_BYTES = 32
NAME_AT_MOST = 40
LOG_IN, AGAIN, ADD = "passkey-log-in", "passkey-again", "passkey-add"
# As long as authenticators make them: a decoy must not be known by its length.
_ID_LENGTHS = (16, 20, 32, 48, 64)
# As long as locked keys are: nonce, keys, tag.
_NOTHING_LOCKED = bytes(12 + 64 + 16)
_REQUIRED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True)
class Answer:
    """What a browser sends: our slip, what the authenticator signed (JSON), and its `prf`, empty where it has none."""

    slip: str
    signed: str = field(repr=False)
    prf: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Passkey:
    """`number` is None for a decoy. `locked_keys` is empty where the authenticator offers no `prf`."""

    number: int | None
    name: str
    credential: AttestedCredentialData
    salt: bytes
    locked_keys: bytes = field(repr=False)

    @property
    def opens_keys(self) -> bool:
        return bool(self.locked_keys)


def passkeys_of(operator: Operator) -> list[Passkey]:
    """Oldest first. A row that is not sealed to this operator is left out."""
    rows = Authenticator.objects.filter(user=operator, type=Authenticator.Type.WEBAUTHN).order_by("pk")
    return [passkey for row in rows if (passkey := _opened(row, operator))]


# --- asked at log-in, and again within a session


def ask_at_log_in(username: str) -> dict[str, Any]:
    """For anybody who names a name: as many passkeys for each, always the same ones, whoever has that name or none."""
    name = rules.login_name(username)
    return _ask(LOG_IN, name, _candidates(name, lookups.operator_named(name)), with_prf=True)


def ask_again(operator: Operator) -> dict[str, Any]:
    return _ask(AGAIN, operator.username, passkeys_of(operator), with_prf=False)


def shown_at_log_in(username: str, operator: Operator | None, answer: Answer) -> Passkey | None:
    """The passkey that signed; None where none did. For a decoy the same work is done."""
    name = rules.login_name(username)
    return _signed_by(LOG_IN, name, _candidates(name, operator), answer)


def shown_again(operator: Operator, answer: Answer) -> Passkey | None:
    return _signed_by(AGAIN, operator.username, passkeys_of(operator), answer)


def keys_by(passkey: Passkey | None, answer: Answer) -> OperatorKeys | None:
    """What the passkey opens by itself; None where that is nothing, after the same work."""
    locked = passkey.locked_keys if passkey else b""
    key = key_of_prf(answer.prf, secret=settings.INNER_SECRET)
    try:
        return unlock_keys(locked or _NOTHING_LOCKED, key=key)
    except CannotOpen:
        return None


# --- added and removed


def ask_to_add(operator: Operator) -> dict[str, Any]:
    """Raises `TooManyPasskeys`."""
    there = passkeys_of(operator)
    if len(there) >= rules.PASSKEYS_AT_MOST:
        raise TooManyPasskeys(operator.pk)
    salt = os.urandom(32)
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(**get_adapter().get_public_key_credential_user_entity(operator)),
        credentials=[passkey.credential for passkey in there],
        # Nothing stays on the authenticator: whoever seizes it reads no name from it.
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=_REQUIRED,
        extensions={"prf": {"eval": {"first": websafe_encode(salt)}}},
    )
    slip = {"challenge": state["challenge"], "whom": operator.username, "salt": websafe_encode(salt)}
    return {"options": _plain(options), "slip": write_slip(ADD, slip)}


@transaction.atomic
def add(keys: OpenedKeys, answer: Answer, *, name: str) -> Passkey:
    """Raises `PasskeyRefused` or `TooManyPasskeys`. `keys` are locked under the passkey too, where it offers `prf`."""
    operator = Operator.objects.select_for_update().get(pk=keys.operator.pk)
    slip = _slip_of(ADD, operator.username, answer)
    try:
        made = _server().register_complete(_state(slip), json.loads(answer.signed)).credential_data
    except Exception:
        # The library reads what anybody may have sent, and has a dozen errors for it.
        raise PasskeyRefused(operator.pk) from None
    there = passkeys_of(operator)
    if len(there) >= rules.PASSKEYS_AT_MOST:
        raise TooManyPasskeys(operator.pk)
    if made is None or made.credential_id in {one.credential.credential_id for one in there}:
        raise PasskeyRefused(operator.pk)
    locked = keys.locked_for_passkey(answer.prf) if len(answer.prf) == PRF_BYTES else b""
    passkey = Passkey(None, name[:NAME_AT_MOST], made, websafe_decode(slip["salt"]), locked)
    kind = Authenticator.Type.WEBAUTHN
    row = Authenticator.objects.create(user=operator, type=kind, data={"sealed": _sealed(passkey, operator)})
    record(rules.SITE, "operator.passkey_added", by=operator.pk, about=("operator", operator.pk))
    return Passkey(row.pk, passkey.name, passkey.credential, passkey.salt, passkey.locked_keys)


@transaction.atomic
def remove(operator: Operator, number: int) -> None:
    """One that is not there, or another's, is left as it is."""
    rows = Authenticator.objects.filter(user=operator, type=Authenticator.Type.WEBAUTHN, pk=number)
    deleted, _of_each = rows.delete()
    if deleted:
        record(rules.SITE, "operator.passkey_removed", by=operator.pk, about=("operator", operator.pk))


# --- questions and answers


def _ask(purpose: str, whom: str, among: Sequence[Passkey], *, with_prf: bool) -> dict[str, Any]:
    salts = {websafe_encode(one.credential.credential_id): {"first": websafe_encode(one.salt)} for one in among}
    options, state = _server().authenticate_begin(
        credentials=[one.credential for one in among],
        user_verification=_REQUIRED,
        extensions={"prf": {"evalByCredential": salts}} if with_prf else None,
    )
    return {"options": _plain(options), "slip": write_slip(purpose, {"challenge": state["challenge"], "whom": whom})}


def _signed_by(purpose: str, whom: str, among: Sequence[Passkey], answer: Answer) -> Passkey | None:
    try:
        state = _state(_slip_of(purpose, whom, answer))
        credentials = [one.credential for one in among]
        found = _server().authenticate_complete(state, credentials, json.loads(answer.signed))
    except Exception:
        # As in `add`; and a name that nobody has is refused in the same way as a signature that does not fit.
        return None
    return next((one for one in among if one.credential == found and one.number is not None), None)


def _slip_of(purpose: str, whom: str, answer: Answer) -> dict[str, Any]:
    """Each question is answered once. Raises `PasskeyRefused`."""
    slip = read_slip(purpose, answer.slip, within=rules.CHALLENGE_GOOD_FOR)
    if not slip or slip["whom"] != whom:
        raise PasskeyRefused
    remembered_for = int(rules.CHALLENGE_GOOD_FOR.total_seconds()) + 1
    if not cache.add(f"safeconduct.passkeys.answered.{slip['challenge']}", "y", timeout=remembered_for):
        raise PasskeyRefused
    return slip


def _plain(options: Any) -> Any:
    """As JSON has it."""
    if isinstance(options, Mapping):
        return {name: _plain(value) for name, value in options.items()}
    return [_plain(one) for one in options] if isinstance(options, list | tuple) else options


def _state(slip: dict[str, Any]) -> dict[str, Any]:
    return {"challenge": slip["challenge"], "user_verification": _REQUIRED}


def _server() -> Fido2Server:
    address = urlsplit(settings.INNER_URL)
    origin = f"{address.scheme}://{address.netloc}"
    entity = PublicKeyCredentialRpEntity(**get_adapter().get_public_key_credential_rp_entity())
    return Fido2Server(entity, verify_origin=lambda sent: sent == origin)


# --- decoys


def _candidates(name: str, operator: Operator | None) -> list[Passkey]:
    """Two for every name. Sorted, so that their order does not tell which are real."""
    real = passkeys_of(operator) if operator else []
    decoys = [_decoy(name, number) for number in range(rules.PASSKEYS_AT_MOST - len(real))]
    return sorted([*real, *decoys], key=lambda one: one.credential.credential_id)


def _decoy(name: str, number: int) -> Passkey:
    drawn, seed = drawn_for(f"passkey {number}", name), drawn_for(f"passkey key {number}", name)[:32]
    length = _ID_LENGTHS[seed[0] % len(_ID_LENGTHS)]
    public_key = EdDSA({1: 1, 3: EdDSA.ALGORITHM, -1: 6, -2: verifying_key_of(seed)})
    credential = AttestedCredentialData.create(Aaguid.NONE, drawn[:length], public_key)
    return Passkey(None, "", credential, drawn_for(f"passkey salt {number}", name)[:32], b"")


# --- how a passkey lies


def _sealed(passkey: Passkey, operator: Operator) -> str:
    content = {
        "name": passkey.name,
        "credential": websafe_encode(passkey.credential),
        "salt": websafe_encode(passkey.salt),
        "locked_keys": websafe_encode(passkey.locked_keys),
    }
    sealed = lock(json.dumps(content).encode(), key=key_for("passkeys"), context=_context(operator))
    return base64.b64encode(sealed).decode()


def _opened(row: Authenticator, operator: Operator) -> Passkey | None:
    try:
        sealed = base64.b64decode(row.data["sealed"])
        content = json.loads(unlock(sealed, key=key_for("passkeys"), context=_context(operator)))
    except (KeyError, TypeError, ValueError, CannotOpen):
        return None
    credential = AttestedCredentialData(websafe_decode(content["credential"]))
    salt, locked = websafe_decode(content["salt"]), websafe_decode(content["locked_keys"])
    return Passkey(row.pk, content["name"], credential, salt, locked)


def _context(operator: Operator) -> bytes:
    return b"safeconduct/passkey/1/" + str(operator.pk).encode()
