"""Who keeps a connection open, by habit of his browser or on purpose, keeps nobody else out."""

import socket
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
