"""Inner believes its own front and nobody else, and one kept-alive connection serves for everything."""

import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from safeconduct.handover.reaching.client import FrontClient, pin_of
from safeconduct.handover.reaching.errors import (
    BrokenOff,
    ClocksDiffer,
    FrontNotSigned,
    FrontRefused,
    FrontUnreachable,
)
from safeconduct.handover.reaching.tests.front import FRONT, Answer, Front, serving
from safeconduct.handover.signing import new_nonce
from tests.envelopes import an_envelope
from tests.keys import HANDOVER_INNER_SEED


def test_letters_come_as_the_front_keeps_them(front: Front, client: FrontClient) -> None:
    front.waiting = [an_envelope(), an_envelope(file=b"\x00" * 300_000)]

    assert client.pull(0) == front.waiting


def test_one_connection_serves_for_everything(front: Front, client: FrontClient) -> None:
    for _ in range(5):
        client.pull(0)
        client.acknowledge([b"i" * 16])

    assert len(front.connections) == 1
    assert len(set(front.nonces)) == 10


def test_a_connection_that_was_closed_meanwhile_is_opened_anew_with_a_new_request(
    front: Front, client: FrontClient
) -> None:
    client.pull(0)
    front.breaks_off = 1

    client.acknowledge([b"i" * 16])

    assert front.acknowledged == [b"i" * 16]
    assert len(front.connections) == 2


def test_a_proxy_that_ends_the_connection_with_its_answer_stops_nothing(front: Front, client: FrontClient) -> None:
    front.says_goodbye = True

    for _ in range(3):
        client.acknowledge([b"i" * 16])

    assert len(front.acknowledged) == 3


def test_a_front_that_breaks_off_again_and_again_is_unreachable(front: Front, client: FrontClient) -> None:
    front.breaks_off = 2
    with pytest.raises(FrontUnreachable):
        client.pull(0)

    front.breaks_off = 0
    client.pull(0)


def test_nobody_there_is_unreachable() -> None:
    nobody = FrontClient("http://127.0.0.1:9", seed=HANDOVER_INNER_SEED, front_key=FRONT)

    with pytest.raises(FrontUnreachable):
        nobody.pull(0)


def altered(answer: Answer, line: str) -> tuple[Answer, str]:
    return (answer[0], answer[1] + b"x"), line


def another_status(answer: Answer, line: str) -> tuple[Answer, str]:
    return (500, answer[1]), line


def unsigned(answer: Answer, _line: str) -> tuple[Answer, str]:
    return answer, ""


def with_another_nonce(answer: Answer, line: str) -> tuple[Answer, str]:
    time, _nonce, *rest = line.split(" ")
    return answer, " ".join((time, new_nonce().hex(), *rest))


@pytest.mark.parametrize("on_the_way", [altered, another_status, unsigned, with_another_nonce])
def test_an_answer_that_was_changed_on_the_way_is_not_believed(
    front: Front, client: FrontClient, on_the_way: object
) -> None:
    front.waiting = [an_envelope()]
    front.on_the_way = on_the_way  # type: ignore[assignment]

    with pytest.raises(FrontNotSigned):
        client.pull(0)


def test_an_answer_that_was_given_before_is_not_believed(front: Front, client: FrontClient) -> None:
    recorded: list[tuple[Answer, str]] = []

    def record_then_repeat(answer: Answer, line: str) -> tuple[Answer, str]:
        recorded.append((answer, line))
        return recorded[0]

    front.on_the_way = record_then_repeat
    client.pull(0)

    with pytest.raises(FrontNotSigned):
        client.pull(0)


def test_another_front_with_a_key_of_its_own_is_not_believed(front: Front, client: FrontClient) -> None:
    front.seed = b"\x66" * 32

    with pytest.raises(FrontNotSigned):
        client.pull(0)


def test_a_front_that_takes_our_clock_for_wrong_tells_by_how_much(front: Front, client: FrontClient) -> None:
    front.clock_off = timedelta(minutes=11)
    front.answers_with = 401, b"clock"

    with pytest.raises(ClocksDiffer) as refusal:
        client.pull(0)

    assert abs(refusal.value.seconds - 660) < 5


@pytest.mark.parametrize("status", [400, 401, 503])
def test_a_front_that_says_no_is_believed(front: Front, client: FrontClient, status: int) -> None:
    front.answers_with = status, b""

    with pytest.raises(FrontRefused):
        client.pull(0)


@pytest.mark.parametrize("answer", [b"x", b"\x00\x00\x00\x05words"])
def test_a_signed_answer_of_another_form_is_refused(front: Front, client: FrontClient, answer: bytes) -> None:
    front.answers_with = 200, answer

    with pytest.raises(FrontRefused):
        client.pull(0)
    with pytest.raises(FrontRefused):
        client.deliver([(b"d" * 16, "answer", b"")])


def test_a_conversation_can_be_broken_off_from_outside(front: Front, client: FrontClient) -> None:
    def never(answer: Answer, line: str) -> tuple[Answer, str]:
        time.sleep(3)
        return answer, line

    front.on_the_way = never
    threading.Timer(0.2, client.break_off).start()
    began = time.monotonic()

    with pytest.raises(BrokenOff):
        client.pull(25)

    assert time.monotonic() - began < 1.5
    with pytest.raises(BrokenOff):
        client.pull(0)


# --- TLS


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Key and certificate of the front's own making, in one file."""
    key, name = Ed25519PrivateKey.generate(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "front")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1)).sign(key, None)
    file = tmp_path / "front.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    )
    return file


def pinned(url: str, pin: bytes) -> FrontClient:
    return FrontClient(url, seed=HANDOVER_INNER_SEED, front_key=FRONT, pin=pin)


def test_a_front_with_the_pinned_key_is_spoken_to_and_another_is_told_nothing(front: Front, certificate: Path) -> None:
    pin = pin_of(ssl.PEM_cert_to_DER_cert(certificate.read_text().partition("-----END PRIVATE KEY-----\n")[2]))

    with serving(front, certificate) as url:
        assert pinned(url, pin).pull(0) == []
        front.nonces.clear()
        with pytest.raises(FrontNotSigned):
            pinned(url, b"\x00" * 32).pull(0)

    assert front.nonces == []


def test_without_a_pin_a_certificate_that_nobody_vouches_for_is_not_spoken_to(front: Front, certificate: Path) -> None:
    with serving(front, certificate) as url, pytest.raises(FrontNotSigned):
        pinned(url, b"").pull(0)

    assert front.nonces == []


def test_a_pin_is_not_satisfied_without_tls(front: Front) -> None:
    with serving(front) as url, pytest.raises(FrontNotSigned):
        pinned(url, b"\x00" * 32).pull(0)

    assert front.nonces == []
