"""Lines that break off, and connections that stay open: no half letters, and nobody is kept out."""

import re
import socket
import time
from contextlib import ExitStack
from http.client import HTTPConnection

import pytest

from tests.running_front import RunningFront

MANY = 200


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"GET /s/x.js HTTP/1.1\r\nHost: a\r\n\r\n", id="a page, and then nothing"),
        pytest.param(b"GET /ru/w HTTP/1.1\r\nHost: a\r\nA", id="half a request"),
        pytest.param(b"", id="nothing at all"),
    ],
)
def test_two_hundred_open_connections_keep_nobody_out(front: RunningFront, sent: bytes) -> None:
    with ExitStack() as open_ones:
        for _ in range(MANY):
            connection = open_ones.enter_context(socket.create_connection(("127.0.0.1", front.port), timeout=5))
            connection.sendall(sent)

        next_one = HTTPConnection("127.0.0.1", front.port, timeout=5)
        next_one.request("GET", "/ru/w")

        assert next_one.getresponse().status == 200
        next_one.close()


def test_forty_slow_uploads_keep_no_letter_out(front: RunningFront) -> None:
    kept = front.kept()
    head = b"POST /en/w HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=edge\r\n"
    with ExitStack() as open_ones:
        for _ in range(40):
            line = open_ones.enter_context(socket.create_connection(("127.0.0.1", front.port), timeout=5))
            line.sendall(head + b"Content-Length: 5000000\r\n\r\n--edge\r\n")
        page = HTTPConnection("127.0.0.1", front.port, timeout=5)
        page.request("GET", "/en/w")
        form = _form_in(page.getresponse().read())

        page.request("POST", "/en/w", f"f={form}&words=Help", {"Content-Type": "application/x-www-form-urlencoded"})

        assert page.getresponse().status == 200
        page.close()
    assert front.kept() == kept + 1


def _form_in(page: bytes) -> str:
    found = re.search(r'name="f" value="([^"]+)"', page.decode())
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("kind", "letter"),
    [
        ("application/x-www-form-urlencoded", "f={f}&words=Don't come to the br"),
        (
            "multipart/form-data; boundary=edge",
            '--edge\r\nContent-Disposition: form-data; name="f"\r\n\r\n{f}\r\n'
            '--edge\r\nContent-Disposition: form-data; name="words"\r\n\r\nDon\'t come to the br',
        ),
    ],
    ids=["without files", "with files"],
)
@pytest.mark.parametrize("missing", [40, 500_000])
def test_half_a_form_is_no_letter(front: RunningFront, kind: str, letter: str, missing: int) -> None:
    kept = front.kept()
    page = HTTPConnection("127.0.0.1", front.port, timeout=5)
    page.request("GET", "/en/w")
    arrived = letter.format(f=_form_in(page.getresponse().read())).encode()

    with socket.create_connection(("127.0.0.1", front.port), timeout=5) as line:
        head = f"POST /en/w HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\nContent-Length: {len(arrived) + missing}"
        line.sendall(f"{head}\r\n\r\n".encode() + arrived)
        time.sleep(0.2)

    # The next one goes all the way, so that the broken one has had its time.
    whole = arrived + b"idge" + (b"\r\n--edge--\r\n" if "edge" in kind else b"")
    page.request("POST", "/en/w", whole, {"Content-Type": kind})
    assert page.getresponse().status == 200
    page.close()
    time.sleep(0.3)
    assert front.kept() == kept + 1
