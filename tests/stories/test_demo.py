"""`make demo`, as somebody who has never seen it: from nothing to a desk that is not empty, and quietly ended."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from safeconduct.demo.arrivals import AT_ONCE
from safeconduct.demo.browser import Browser, Page
from safeconduct.demo.people import Person
from safeconduct.demo.totp import code_now
from tests.ports import free_ports
from tests.stories.site import eventually

STARTS_WITHIN = 90
ENDS_WITHIN = 10
PROGRAM = [sys.executable, "-m", "safeconduct.cli", "demo"]


class Demo:
    def __init__(self, data: Path, port: int) -> None:
        self.data = data
        self.process = subprocess.Popen(
            [*PROGRAM, "--data", str(data), "--port", str(port)],
            # A clean terminal: a home of its own, and only what Debian has on the path.
            env={"PATH": "/usr/bin:/bin", "HOME": str(data.parent), "LANG": "C.UTF-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def said(self) -> dict[str, Any]:
        """demo.json, once all answers."""
        file = self.data / "demo.json"
        assert eventually(lambda: file.exists() or self.process.poll() is not None, within=STARTS_WITHIN)
        assert self.process.poll() is None, self.process.communicate()[0]
        content: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return content

    def interrupted(self) -> str:
        """Ctrl-C; what it had printed."""
        self.process.send_signal(signal.SIGINT)
        printed, _ = self.process.communicate(timeout=ENDS_WITHIN)
        return printed


@pytest.fixture
def port() -> int:
    return free_ports(3)[0]


@pytest.fixture
def demo(tmp_path: Path, port: int) -> Iterator[Demo]:
    running = Demo(tmp_path / "demo", port)
    yield running
    if running.process.poll() is None:
        running.interrupted()


def test_from_nothing_to_a_desk_that_is_not_empty(demo: Demo, port: int) -> None:
    said = demo.said()
    olena = said["operators"][0]

    assert (said["front_url"], said["inner_url"]) == (f"http://localhost:{port}", f"http://localhost:{port + 1}")
    assert [one["username"] for one in said["operators"]] == ["olena", "taras"]
    assert set(said["processes"]) == {"front", "handover", "inner", "worker"}
    assert all(Path(f"/proc/{pid}").exists() for pid in said["processes"].values())
    desk = Browser(said["inner_url"])
    log_in(desk, said["inner_url"], olena)
    assert eventually(lambda: desk.get(said["inner_url"]).html.count('id="row-') >= AT_ONCE, within=60)
    assert "Тарас" in desk.get(said["inner_url"]).text  # on shift, too
    soldier = Person(said["front_url"], "uk")
    soldier.writes("А це вже я сам.")
    assert len(soldier.code) == 24


def test_it_is_ended_with_all_its_processes_and_goes_on_with_the_same_site(demo: Demo, port: int) -> None:
    first = demo.said()
    code = subprocess.run(
        [*PROGRAM, "--code", "olena", "--data", str(demo.data)], capture_output=True, text=True, check=True
    ).stdout.strip()
    began = time.monotonic()

    printed = demo.interrupted()

    assert time.monotonic() - began < ENDS_WITHIN
    assert demo.process.returncode in (0, 130)
    assert "Traceback" not in printed
    assert code.isdigit()
    for expected in (first["front_url"], first["inner_url"], first["operators"][0]["passphrase"], "Ctrl-C"):
        assert expected in printed
    assert not any(Path(f"/proc/{pid}").exists() for pid in first["processes"].values())
    assert all(_is_free(port + more) for more in range(3))

    again = Demo(demo.data, port)
    second = again.said()
    again.interrupted()

    assert second["operators"] == first["operators"]


def test_a_taken_port_is_one_sentence_and_nothing_is_made(tmp_path: Path, port: int) -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", port + 1))
        somebody.listen()

        refused = subprocess.run(
            [*PROGRAM, "--data", str(tmp_path / "demo"), "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=30,
        )

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == f"safeconduct: Port {port + 1} is taken or not allowed: choose another one.\n"
    assert not (tmp_path / "demo").exists()


def log_in(desk: Browser, address: str, operator: dict[str, Any]) -> Page:
    page = desk.get(address)
    filled = {name: operator[name] for name in ("username", "passphrase")}
    return desk.send(page, page.form_with("passphrase"), filled=filled | {"digits": code_now(operator["totp_secret"])})


def _is_free(port: int) -> bool:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
