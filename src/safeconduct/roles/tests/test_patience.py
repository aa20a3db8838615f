"""Slow lines wait by themselves, and what arrives whole is told whole."""

import hashlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from safeconduct.roles.patience import FILES_AT_ONCE, MOST_WAITING, WORDS_BYTES
from safeconduct.roles.supervisor import served
from tests.ports import free_port

SECRET = "SAFECONDUCT_TEST_SECRET"
LARGE = 3 * 1024 * 1024


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("patience") / "log"


@pytest.fixture(scope="module")
def port(log: Path) -> Iterator[int]:
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            served("safeconduct.roles.tests.echo:served", port=port),
            env=os.environ | {SECRET: "a key"},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        for _attempt in range(200):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def asked(port: int, path: str, *, method: str = "GET", body: bytes | None = None) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request(method, path, body)
    return connection.getresponse()


def told(port: int, head: bytes, *, path: str = "/") -> dict[str, str]:
    """What the application is told of a GET with these further lines."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n".encode() + head + b"\r\n")
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    lines = answer.partition(b"\r\n\r\n")[2].decode().splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_what_the_application_is_told(port: int) -> None:
    environ = told(port, b"X-A: 1\r\nX-A: 2\r\nCookie: a=1\r\nCookie: b=2\r\n", path="/%D0%B6%20?q=%41&b")

    assert environ["PATH_INFO"] == "/ж ".encode().decode("latin-1")
    assert environ["QUERY_STRING"] == "q=%41&b"
    assert (environ["HTTP_HOST"], environ["SERVER_PORT"], environ["REMOTE_ADDR"]) == ("here", str(port), "127.0.0.1")
    assert (environ["HTTP_X_A"], environ["HTTP_COOKIE"]) == ("1,2", "a=1; b=2")


def test_a_header_with_an_underscore_cannot_pass_as_another(port: int) -> None:
    assert told(port, b"X-Real: 1\r\nX_Real: 2\r\n")["HTTP_X_REAL"] == "1"


def test_the_environment_of_the_process_is_nobodys_business(port: int) -> None:
    assert SECRET not in told(port, b"")


@pytest.mark.parametrize("length", [0, 1, WORDS_BYTES, WORDS_BYTES + 1, LARGE])
def test_a_body_arrives_whole(port: int, length: int) -> None:
    body = os.urandom(length)

    answer = asked(port, "/body", method="POST", body=body).read()

    assert answer.decode() == f"{length} {hashlib.sha256(body).hexdigest()}"


def test_a_large_body_is_read_in_the_pieces_that_are_asked_for(port: int) -> None:
    pieces = asked(port, "/pieces", method="POST", body=bytes(LARGE)).read().split()

    assert set(pieces[:-1]) == {b"100000"}
    assert sum(map(int, pieces)) == LARGE


def test_every_header_of_the_answer_goes_out_and_its_end_is_told(port: int) -> None:
    before = int(asked(port, "/closed").read())

    answer = asked(port, "/")
    answer.read()

    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert int(asked(port, "/closed").read()) == before + 2  # the page, and the first question


def test_an_error_says_its_kind_and_no_word(port: int, log: Path) -> None:
    assert asked(port, "/fails").status == 500

    said = log.read_text()
    assert "ValueError" in said
    assert "nobody may read" not in said


@pytest.mark.parametrize(("length", "status"), [(5, 408), (WORDS_BYTES + 1, 500)], ids=["words", "files"])
def test_who_falls_silent_in_the_middle_is_not_waited_for(port: int, log: Path, length: int, status: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(f"POST /body HTTP/1.1\r\nHost: here\r\nContent-Length: {length}\r\n\r\nabc".encode())

        assert line.recv(100).startswith(f"HTTP/1.1 {status}".encode())
    assert (status == 408) or log.read_text().strip().endswith("ConnectionResetError.")


def test_no_part_of_a_file_is_held_after_its_request(port: int) -> None:
    def send(times: int) -> int:
        for _time in range(times):
            asked(port, "/body", method="POST", body=bytes(LARGE)).read()
        return int(asked(port, "/held").read())

    before = send(10)  # what it takes at all

    assert send(30) - before < 5 * LARGE


def test_a_body_that_does_not_say_how_long_it_is_is_refused(port: int) -> None:
    """Else its words would be taken as none."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(b"POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")

        assert line.recv(100).startswith(b"HTTP/1.1 411")


def test_nobody_is_told_which_program_serves(port: int) -> None:
    assert asked(port, "/").headers["Server"] == ""


def test_uploads_that_were_given_up_keep_no_connection(port: int) -> None:
    """They wait for a thread and are not noticed before; beyond a number they are refused at once."""
    head = f"POST /body HTTP/1.1\r\nHost: here\r\nContent-Length: {LARGE}\r\n\r\nabc".encode()
    with ExitStack() as open_ones:
        lines = []
        for _line in range(FILES_AT_ONCE + MOST_WAITING + 20):
            lines.append(open_ones.enter_context(socket.create_connection(("127.0.0.1", port), timeout=0.5)))
            lines[-1].sendall(head)

        assert lines[-1].recv(100).startswith(b"HTTP/1.1 503")
    time.sleep(1.5)  # as long as silence is borne
    assert asked(port, "/body", method="POST", body=bytes(LARGE)).status == 200


def test_one_line_brings_one_request_after_the_other(port: int) -> None:
    """HTTP/2 would let it bring hundreds at once, whose bodies and headers no bound of ours covers."""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
        line.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")

        assert not line.recv(100).startswith(b"\x00")


@pytest.mark.parametrize(
    ("length", "sent"),
    [
        pytest.param(100, b"abc", id="words"),
        pytest.param(LARGE, b"abc", id="files"),
        pytest.param(LARGE, b"a" * (LARGE - 1), id="all but the end of files"),
    ],
)
def test_slow_bodies_hold_up_nobody(port: int, length: int, sent: bytes) -> None:
    head = f"POST /body HTTP/1.1\r\nHost: here\r\nContent-Length: {length}\r\n\r\n".encode()
    with ExitStack() as open_ones:
        for _line in range(2 * FILES_AT_ONCE):
            line = open_ones.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
            line.setblocking(False)
            with suppress(BlockingIOError):
                line.send(head + sent)
        began = time.monotonic()

        assert asked(port, "/body", method="POST", body=b"words").status == 200
        assert time.monotonic() - began < 0.8  # less than the silence that is borne


@pytest.mark.parametrize(
    ("name", "threads"),
    [
        (b'filename=""', b"words"),
        (b'filename=""a.png', b"files"),
        (b'filename="" a.png"', b"files"),
        (b'filename="a.png"', b"files"),
        (b"filename=a.png", b"files"),
        (b"FileName*=UTF-8''a.png", b"files"),
        (b'filename ="a.png"', b"files"),
    ],
)
def test_a_tiny_picture_takes_none_of_the_threads_of_words(port: int, name: bytes, threads: bytes) -> None:
    """Tiny ones may take long to decode: words do not wait for that either."""
    part = b'--edge\r\nContent-Disposition: form-data; name="file1"; ' + name + b"\r\n\r\nP\r\n--edge--\r\n"

    assert asked(port, "/thread", method="POST", body=part).read().startswith(threads)
