"""A whole site of its own for one story: both wings as real processes, in a folder that is gone afterwards."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from safeconduct.roles.supervisor import served
from tests.ports import free_ports

ROLES = ("front", "handover", "inner", "worker")
SERVED = ROLES[:3]
STARTS_WITHIN = 30
HOLDERS = ("olena:Олена:operator", "taras:Тарас:senior")
# A cheap hash: a site made for "bench" may have it, and no other. A small spool is sooner ready.
CHEAP = {"FRONT_CODE_MEMORY_KIB": "8", "INNER_PASSPHRASE_MEMORY_KIB": "64", "FRONT_SPOOL_MIB": "16"}


class Site:
    """`databases`: the settings that name the two databases, where they are not files in the folder."""

    def __init__(self, folder: Path, *, databases: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.data = folder / "site"
        self.logs = folder / "logs"
        self.temporary = folder / "tmp"
        for each in (self.data, self.logs, self.temporary, folder / "home"):
            each.mkdir(exist_ok=True)
        self.ports = dict(zip(SERVED, free_ports(3), strict=True))
        self.databases = dict(databases or {})
        self.settings = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder / "home"),
            "TMPDIR": str(self.temporary),
            "LANG": "C.UTF-8",
            "FRONT_CONFIG": str(self.data / "front" / "front.json"),
            "INNER_CONFIG": str(self.data / "inner" / "inner.json"),
            "FRONT_TMPFS_DIR": str(folder / "tmpfs"),
            **CHEAP,
            **self.databases,
        }
        self.told: dict[str, Any] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    # --- making

    def make(self) -> "Site":
        """From nothing: the ceremony with two holders, both databases, the pages."""
        holders = [part for holder in HOLDERS for part in ("--holder", holder)]
        urls = [part for role in SERVED for part in (f"--{role}-url", self.url(role))]
        self.told = json.loads(self.command("init", "--purpose", "bench", "--json", *urls, *holders).stdout)
        self.command("front", "--migrate")
        self.command("pages", "build")
        return self

    def command(self, *words: str, given: str = "", may_refuse: bool = False) -> subprocess.CompletedProcess[str]:
        """`safeconduct words`, with `given` typed in."""
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "safeconduct.cli",
                *words,
                *([] if "--data" in words else ["--data", str(self.data)]),
            ],
            env=self.settings,
            input=given,
            capture_output=True,
            text=True,
            timeout=120,
        )
        with (self.logs / "commands.log").open("a") as log:
            log.write(done.stderr)
        assert may_refuse or done.returncode == 0, done.stderr
        return done

    def moves_to(self, databases: Mapping[str, str]) -> None:
        """Another, empty server or none: as on a new machine."""
        self.settings.update(databases)
        self.databases = dict(databases)
        self.data.mkdir()

    def url(self, role: str) -> str:
        return f"http://localhost:{self.ports[role]}"

    # --- running

    def start(self, *roles: str, settings: Mapping[str, str] | None = None) -> "Site":
        """Start these roles, or all; returns once they answer."""
        wanted = roles or ROLES
        for role in wanted:
            self._launch(role, {**self.settings, **(settings or {})})
        for role in set(wanted) & set(SERVED):
            assert eventually(partial(self.answers, role), within=STARTS_WITHIN), self.log_of(role)
        return self

    def _launch(self, role: str, settings: Mapping[str, str]) -> None:
        command: Sequence[str] = [sys.executable, "-m", "safeconduct.roles.worker"]
        if role in SERVED:
            command = served(f"safeconduct.roles.{role}:application", port=self.ports[role])
        with (self.logs / f"{role}.log").open("ab") as log:
            self._running[role] = subprocess.Popen(
                command, env=settings, stdout=log, stderr=log, start_new_session=True
            )

    def keep_up(self) -> None:
        """What a service manager does: start again whoever ended by himself, as when a database was away for long."""
        for role, process in list(self._running.items()):
            if process.poll() is not None:
                self._launch(role, self.settings)

    def answers(self, role: str) -> bool:
        connection = HTTPConnection("localhost", self.ports[role], timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
        return True

    def kill(self, *roles: str) -> None:
        """Without a chance to tidy up: the whole group at once, as when the power fails."""
        self._end(roles, signal.SIGKILL)

    def stop(self, *roles: str) -> None:
        self._end(roles or tuple(self._running), signal.SIGTERM)

    def _end(self, roles: Sequence[str], how: signal.Signals) -> None:
        ended = [self._running.pop(role) for role in roles if role in self._running]
        for process in ended:
            os.killpg(process.pid, how) if how == signal.SIGKILL else process.terminate()
        for process in ended:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            # granian's worker outlives a master that did not end in order.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)

    def pid_of(self, role: str) -> int:
        return self._running[role].pid

    def all_pids(self) -> list[int]:
        """Of all processes that run now, with their children: each role is the leader of a group."""
        groups, found = {process.pid for process in self._running.values()}, []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                if int(stat.read_text().rpartition(")")[2].split()[2]) in groups:
                    found.append(int(stat.parent.name))
        return found

    def log_of(self, role: str) -> str:
        return (self.logs / f"{role}.log").read_text("utf-8", "replace")


def shown_once(said: str) -> list[tuple[str, str]]:
    """Six words and the authenticator's secret of each who was entered, from what a command said."""
    return re.findall(r"six words +(.+)\n +for the authenticator +(\S+)", said)


def eventually(is_so: Callable[[], object], *, within: float = 10, every: float = 0.05) -> bool:
    """Whether it came to be so in time."""
    end = time.monotonic() + within
    while True:
        if is_so():
            return True
        if time.monotonic() > end:
            return False
        time.sleep(every)
