"""Starts the processes of a role side by side, and ends all of them when one ends or when it is told to end."""

import asyncio
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

GRACE_SECONDS = 5
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)

Meanwhile = Callable[[Mapping[str, int], threading.Event], None]


class CannotRun(Exception):
    """Nothing was started, or all of it was ended again. The message is one sentence for whoever called."""


@dataclass(frozen=True)
class Child:
    """One process: `settings` are variables beside those of this process; `log` takes what it says, if given."""

    name: str
    command: Sequence[str]
    settings: Mapping[str, str] = field(default_factory=dict)
    log: Path | None = None


def served(entry: str, *, port: int, host: str = "127.0.0.1") -> list[str]:
    """The command that serves the RSGI `entry` ("module:name").

    One worker: SQLite has one writer. HTTP/1 alone: the other would let one line hold hundreds of requests, and no
    time of ours would end it. Its back-pressure counts connections, and every browser keeps several open:
    that bound is wide, and who sends nothing for ten seconds is not waited for.
    """
    return [
        *(sys.executable, "-m", "granian", "--interface", "rsgi", "--http", "1", "--host", host, "--port", str(port)),
        *("--workers", "1", "--backpressure", "1024", "--workers-kill-timeout", "3"),
        *("--http1-header-read-timeout", "10000"),
        *("--no-ws", "--no-access-log", "--log-level", "warning", entry),
    ]


def check_ports(ports: Iterable[int], *, host: str = "127.0.0.1") -> None:
    """Raises `CannotRun` when one of them is taken; asked before anything is started."""
    for port in ports:
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                attempt.bind((host, port))
            except (OSError, OverflowError):
                raise CannotRun(f"Port {port} is taken or not allowed: choose another one.") from None


def run(children: Sequence[Child], *, meanwhile: Meanwhile | None = None) -> None:
    """Run `children` until Ctrl-C, SIGTERM or SIGHUP. All of them are gone when it returns or raises.

    `meanwhile` runs in a thread once they are started, with their process ids by name and an event that is set
    when it should come to its end. What it raises ends everything and is passed on.
    Raises `CannotRun` when a child ends by itself: the rest is ended then.
    """
    asyncio.run(_run(children, meanwhile))


async def _run(children: Sequence[Child], meanwhile: Meanwhile | None) -> None:
    loop, told, ending = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(sign, told.set)
    started: dict[str, asyncio.subprocess.Process] = {}
    refusals: list[BaseException] = []
    try:
        for child in children:
            started[child.name] = await _start(child)
        until_told = asyncio.create_task(told.wait())
        lives = [asyncio.create_task(process.wait(), name=name) for name, process in started.items()]
        if meanwhile:
            pids = {name: process.pid for name, process in started.items()}

            def beside() -> None:
                try:
                    meanwhile(pids, ending)
                except BaseException as refusal:
                    if ending.is_set():
                        return  # the children are being ended under it
                    refusals.append(refusal)
                    loop.call_soon_threadsafe(told.set)

            threading.Thread(target=beside, daemon=True).start()
        await asyncio.wait([until_told, *lives], return_when=asyncio.FIRST_COMPLETED)
        fallen = [task.get_name() for task in lives if task.done()]
    finally:
        ending.set()
        await _end(started.values())
    if refusals:
        raise refusals[0]
    if fallen and not told.is_set():
        logs = {child.name: child.log for child in children}
        where = f" See {logs[fallen[0]]}." if logs[fallen[0]] else ""
        raise CannotRun(f"The process {fallen[0]} ended by itself, so the rest was ended too.{where}")


async def _start(child: Child) -> asyncio.subprocess.Process:
    output = child.log.open("ab") if child.log else None
    try:
        return await asyncio.create_subprocess_exec(
            *child.command,
            env={**os.environ, **child.settings},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Its own session: Ctrl-C reaches us alone, and we end each child once and in order.
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
    except OSError:
        raise CannotRun(f"The program of {child.name} could not be started: run scripts/prepare again.") from None
    finally:
        if output:
            output.close()


def _end_with_parent() -> None:
    """A supervisor that is killed takes its children along."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


async def _end(processes: Iterable[asyncio.subprocess.Process]) -> None:
    waiting = list(processes)
    for process in waiting:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    if waiting:
        await asyncio.wait([asyncio.create_task(process.wait()) for process in waiting], timeout=GRACE_SECONDS)
    for process in waiting:
        # The whole group, also of those that have ended: granian's worker outlives a killed master.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
