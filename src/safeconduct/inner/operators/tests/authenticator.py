"""An authenticator in a pocket, as the specification describes it, and what a browser makes of its answers."""

import hashlib
import hmac
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from safeconduct.inner.operators import passkeys
from safeconduct.inner.operators.passkeys import Answer, Passkey
from tests.people import Colleague

ORIGIN = "http://localhost:8001"
FLAG = AuthenticatorData.FLAG


@dataclass
class Authenticator:
    """One passkey. `offers_prf`, `verifies` (a finger, a PIN) and `origin` (of the page it is used on) may differ."""

    offers_prf: bool = True
    verifies: bool = True
    origin: str = ORIGIN
    host: str = "localhost"
    id: bytes = field(default_factory=lambda: os.urandom(32))
    secret: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def is_added_by(self, colleague: Colleague, *, name: str = "in the pocket") -> Passkey:
        return passkeys.add(colleague.keys, self.makes(passkeys.ask_to_add(colleague.operator)), name=name)

    def makes(self, asked: dict[str, Any]) -> Answer:
        """A new passkey."""
        options = _as_sent(asked)["options"]["publicKey"]
        client = CollectedClientData.create("webauthn.create", options["challenge"], self.origin)
        credential = AttestedCredentialData.create(
            Aaguid.NONE,
            self.id,
            ES256.from_cryptography_key(self.key.public_key()),  # type: ignore[no-untyped-call]
        )
        made = AttestationObject.create("none", self._data(FLAG.AT, credential), {})
        signed = self._sent({"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(made)})
        salt = options["extensions"]["prf"]["eval"]["first"]
        return Answer(asked["slip"], signed, self._prf(salt))

    def signs(self, asked: dict[str, Any], *, as_id: bytes | None = None) -> Answer:
        """The answer to a question; `as_id`: the passkey that it claims to be."""
        options = _as_sent(asked)["options"]["publicKey"]
        client = CollectedClientData.create("webauthn.get", options["challenge"], self.origin)
        data = self._data(FLAG(0), b"")
        signature = self.key.sign(data + client.hash, ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
        }
        salts = options.get("extensions", {}).get("prf", {}).get("evalByCredential", {})
        salt = salts.get(websafe_encode(self.id), {}).get("first", "")
        return Answer(asked["slip"], self._sent(response, as_id), self._prf(salt) if salt else b"")

    def _prf(self, salt: str) -> bytes:
        return hmac.digest(self.secret, websafe_decode(salt), hashlib.sha256) if self.offers_prf else b""

    def _data(self, more: FLAG, credential: bytes) -> AuthenticatorData:
        flags = FLAG.UP | more | (FLAG.UV if self.verifies else FLAG(0))
        host = hashlib.sha256(self.host.encode()).digest()
        data: AuthenticatorData = AuthenticatorData.create(host, flags, 0, credential)
        return data

    def _sent(self, response: dict[str, str], as_id: bytes | None = None) -> str:
        id = websafe_encode(as_id or self.id)
        return json.dumps(
            {"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}}
        )


def _as_sent(asked: dict[str, Any]) -> dict[str, Any]:
    """As the browser reads it."""
    read: dict[str, Any] = json.loads(json.dumps(asked, default=dict))
    return read


def ids_asked_for(username: str) -> list[bytes]:
    """Which passkeys would a stranger see who names this name?"""
    options = _as_sent(passkeys.ask_at_log_in(username))["options"]["publicKey"]
    return [websafe_decode(one["id"]) for one in options["allowCredentials"]]
