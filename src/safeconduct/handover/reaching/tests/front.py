"""A stand-in for the front over real HTTP: it checks and signs as the front does, and can be made to misbehave."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from safeconduct.handover import wire
from safeconduct.handover.letters import Envelope
from safeconduct.handover.reaching.client import FrontClient
from safeconduct.handover.signing import LINE, check_body, check_request, sign_answer
from safeconduct.sealing.signing import verifying_key_of
from tests.keys import HANDOVER_FRONT_SEED, HANDOVER_INNER_SEED

FRONT = verifying_key_of(HANDOVER_FRONT_SEED)
INNER = verifying_key_of(HANDOVER_INNER_SEED)

Answer = tuple[int, bytes]


class Front:
    """What it was asked, and what it answers."""

    def __init__(self) -> None:
        self.waiting: list[Envelope] = []
        self.acknowledged: list[bytes] = []
        self.forgotten: list[bytes] = []
        self.asked_again = 0
        self.asked_to_wait: object = None
        self.delivered: list[tuple[bytes, str, dict[str, Any]]] = []
        self.refuses: set[bytes] = set()
        self.seed = HANDOVER_FRONT_SEED
        self.clock_off = timedelta()
        self.nonces: list[bytes] = []
        self.connections: set[tuple[str, int]] = set()
        self.answers_with: Answer | None = None
        self.on_the_way: Callable[[Answer, str], tuple[Answer, str]] = lambda answer, line: (answer, line)
        """What happens to an answer and its line after the front has signed it."""
        self.breaks_off = 0
        """So many requests to come are not answered: the connection is closed."""
        self.says_goodbye = False
        """Each answer says that the connection ends with it, as a proxy does from time to time."""

    def client(self, url: str) -> FrontClient:
        return FrontClient(url, seed=HANDOVER_INNER_SEED, front_key=FRONT)

    def answer(self, door: str, body: bytes) -> Answer:
        if self.answers_with:
            return self.answers_with
        if door == "pull":
            asked = wire.fields_of(body)
            self.asked_to_wait = asked["wait"]
            held = wire.ids_of(asked["but_not"])  # type: ignore[arg-type]
            here = [one for one in self.waiting if one.id not in held]
            return 200, wire.batch(wire.record_of(one) for one in here)
        if door == "acknowledge":
            ids = wire.ids_of(body)
            self.acknowledged += ids
            self.waiting = [one for one in self.waiting if one.id not in ids]
        if door == "again":
            self.asked_again += 1
        if door == "forget":
            self.forgotten += wire.ids_of(body)
        if door == "deliver":
            return 200, wire.ids(self._take(record) for record in wire.records_of(body) if self._takes(record))
        return 200, b""

    def _takes(self, record: bytes) -> bool:
        return wire.fields_of(record)["id"] not in self.refuses

    def _take(self, record: bytes) -> bytes:
        fields: dict[str, Any] = wire.fields_of(record)
        self.delivered.append((fields["id"], fields["kind"], wire.fields_of(fields["payload"])))
        dispatch_id: bytes = fields["id"]
        return dispatch_id


@contextmanager
def serving(front: Front, certificate: Path | None = None) -> Iterator[str]:
    """The address at which `front` answers; over TLS with the key and certificate in a file."""

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            front.connections.add(self.client_address)
            if front.breaks_off:
                front.breaks_off -= 1
                self.close_connection = True
                return
            line = check_request(self.headers[LINE], "POST", self.path, by=INNER, audience=FRONT)
            check_body(line, body)
            front.nonces.append(line.nonce)
            status, answer = front.answer(self.path.removeprefix("/handover/"), body)
            now = datetime.now(UTC) + front.clock_off
            signed = sign_answer(status, answer, nonce=line.nonce, seed=front.seed, audience=INNER, now=now)
            (status, answer), signed = front.on_the_way((status, answer), signed)
            self.send_response(status)
            self.send_header(LINE, signed)
            self.send_header("Content-Length", str(len(answer)))
            if front.says_goodbye:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_words: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    server.handle_error = lambda *_trouble: None  # type: ignore[method-assign]  # whoever asked has hung up
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http{'s' if certificate else ''}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
