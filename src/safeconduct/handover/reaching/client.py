"""How does inner speak to the front? Signed HTTP over one kept-alive connection; only signed answers count."""

import hashlib
import hmac
import http.client
import socket
import ssl
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_der_x509_certificate
from django.conf import settings

from safeconduct.handover import wire
from safeconduct.handover.errors import NotOurs, NotSigned
from safeconduct.handover.letters import Envelope
from safeconduct.handover.reaching.errors import BrokenOff, ClocksDiffer, FrontNotSigned, FrontRefused, FrontUnreachable
from safeconduct.handover.reaching.held import Held
from safeconduct.handover.signing import LINE, check_answer, new_nonce, sign_request
from safeconduct.sealing.signing import verifying_key_of

PATIENCE_SECONDS = 10.0
LONGEST_ANSWER = 64 * 1024 * 1024


class FrontClient:
    """One conversation with the front. For one thread; only `break_off` may be called from another."""

    def __init__(self, url: str, *, seed: bytes, front_key: bytes, pin: bytes = b"") -> None:
        """`seed` signs for inner; `front_key` verifies the front; `pin`: SHA-256 of its TLS public key, or empty."""
        self._url = urlsplit(url)
        self._seed = seed
        self._own_key = verifying_key_of(seed)
        self._front_key = front_key
        self._pin = pin
        self._connection: http.client.HTTPConnection | None = None
        self._is_broken_off = False
        self.held = Held()
        self.clock_seconds = 0

    @classmethod
    def from_settings(cls) -> "FrontClient":
        return cls(
            settings.INNER_HANDOVER_URL,
            seed=settings.INNER_HANDOVER_SEED,
            front_key=settings.INNER_FRONT_KEY,
            pin=settings.INNER_HANDOVER_PIN,
        )

    def pull(self, wait: float, *, but_not: Collection[bytes] = ()) -> list[Envelope]:
        """What waits, oldest first; where nothing does, the answer takes `wait` seconds. Raises `FrontError`."""
        body = wire.record({"wait": wait, "but_not": wire.ids(but_not)})
        answer = self._ask("pull", body, patience=wait + PATIENCE_SECONDS)
        try:
            return [wire.envelope_of(record) for record in wire.records_of(answer)]
        except NotOurs:
            raise FrontRefused(200) from None

    def acknowledge(self, ids: Iterable[bytes]) -> None:
        """Raises `FrontError`; then the same envelopes come again, which does no harm."""
        self._ask("acknowledge", wire.ids(ids))

    def deliver(self, dispatches: Iterable[tuple[bytes, str, bytes]]) -> set[bytes]:
        """Push (id, kind, payload) each; the ids that were taken. Raises `FrontError`; again does no harm."""
        records = (wire.record({"id": id, "kind": kind, "payload": payload}) for id, kind, payload in dispatches)
        answer = self._ask("deliver", wire.batch(records))
        try:
            return set(wire.ids_of(answer))
        except NotOurs:
            raise FrontRefused(200) from None

    def forget(self, ids: Iterable[bytes]) -> None:
        """A backup holds these as well. Raises `FrontError`."""
        self._ask("forget", wire.ids(ids))

    def again(self) -> None:
        """Let the front offer once more what was acknowledged. Raises `FrontError`."""
        self._ask("again", b"")

    def break_off(self) -> None:
        """End the request that is under way, and refuse new ones."""
        self._is_broken_off = True
        if (connection := self._connection) and connection.sock:
            try:
                connection.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # ended by itself meanwhile

    def _ask(self, door: str, body: bytes, *, patience: float = PATIENCE_SECONDS) -> bytes:
        path = f"/handover/{door}"
        # Second try: a connection kept alive may have been closed by the front meanwhile. Each try is a new request.
        for may_be_stale in (self._connection is not None, False):
            nonce = new_nonce()
            sent_at = datetime.now(UTC)
            line = sign_request("POST", path, body, seed=self._seed, audience=self._front_key, nonce=nonce, now=sent_at)
            try:
                status, said, answer = self._exchange(path, body, {LINE: line}, patience)
            except (OSError, http.client.HTTPException) as error:
                self._hang_up()
                if _is_another(error):
                    raise FrontNotSigned from None
                if may_be_stale and not self._is_broken_off:
                    continue
                break
            return self._checked(status, said, answer, nonce)
        raise BrokenOff if self._is_broken_off else FrontUnreachable

    def _exchange(self, path: str, body: bytes, headers: Mapping[str, str], patience: float) -> tuple[int, str, bytes]:
        connection = self._connected()
        connection.timeout = patience
        connection.sock.settimeout(patience)
        connection.request("POST", path, body, {**headers, "Content-Type": "application/octet-stream"})
        response = connection.getresponse()
        answer = response.read(LONGEST_ANSWER)
        return response.status, response.headers.get(LINE, ""), answer

    def _checked(self, status: int, said: str, answer: bytes, nonce: bytes) -> bytes:
        """The answer, if our front gave it to this very request and it is a yes."""
        try:
            their_clock = check_answer(said, status, answer, nonce=nonce, by=self._front_key, audience=self._own_key)
        except NotSigned:
            self._hang_up()
            raise FrontNotSigned from None
        self.clock_seconds = round((their_clock - datetime.now(UTC)).total_seconds())
        if status == 401 and answer == b"clock":
            raise ClocksDiffer(self.clock_seconds)
        if status != 200:
            raise FrontRefused(status)
        return answer

    def _connected(self) -> http.client.HTTPConnection:
        if self._is_broken_off:
            raise ConnectionAbortedError
        # Without a socket: the last answer ended the connection, as a proxy's does once in so many requests.
        if self._connection is None or self._connection.sock is None:
            connection = self._new_connection()
            connection.connect()
            self._check_pin(connection)
            self._connection = connection
        return self._connection

    def _new_connection(self) -> http.client.HTTPConnection:
        host = self._url.hostname or ""
        if self._url.scheme != "https":
            return http.client.HTTPConnection(host, self._url.port, timeout=PATIENCE_SECONDS)
        context = ssl.create_default_context()
        if self._pin:
            # The pin is stricter than any authority: the front may use a certificate of its own making.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(host, self._url.port, timeout=PATIENCE_SECONDS, context=context)

    def _check_pin(self, connection: http.client.HTTPConnection) -> None:
        if not self._pin:
            return
        certificate = (
            connection.sock.getpeercert(binary_form=True) if isinstance(connection.sock, ssl.SSLSocket) else None
        )
        if not certificate or not hmac.compare_digest(pin_of(certificate), self._pin):
            connection.close()
            raise FrontNotSigned

    def _hang_up(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None


def _is_another(error: Exception) -> bool:
    """Somebody answers, with a certificate that nobody vouches for or without TLS at all."""
    is_plain = isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER"
    return is_plain or isinstance(error, ssl.SSLCertVerificationError)


def pin_of(certificate: bytes) -> bytes:
    """SHA-256 of the public key in a certificate (DER), so that a renewed certificate keeps its pin."""
    key = load_der_x509_certificate(certificate).public_key()
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
