"""How fast does the front take letters, and does it keep every one? `python -m bench.intake [--visits N]`

The real front under the product's server, one worker, sealing on, SQLite at synchronous=FULL; people who write come
from the same machine and take a share of its cores. A bare Django form runs in turn with it as a yardstick.
"""

import argparse
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench._load import MULTIPART, URLENCODED, Connection, Outcome, Refused, Visit, multipart, visit_often
from bench._process import Memory, cpu_seconds, memory_of_worker
from bench.machine import machine_line
from safeconduct.roles.supervisor import served
from safeconduct.sealing.threads import CodeCost, new_code, root_of
from tests.keys import SALT
from tests.ports import free_port
from tests.running_front import RunningFront

CLIENTS = (1, 8, 64)
WORDS = ("Хочу спросить, как мне быть. " * 20)[:560].encode()
LEAST_KIB, DEFAULT_KIB = 8, CodeCost().memory_kib
HIDDEN = re.compile(rb'name="f" value="([^"]+)"')
FILES = (b"file1", b"file2", b"file3")
CODE = b'class="code"'
# A way through the guided questions with every kind of step; None skips one.
STEPS: tuple[tuple[bytes, bytes | None], ...] = (
    *((b"safe_now", b"yes"), (b"about", b"self"), (b"stance", b"front"), (b"wounded", b"no"), (b"deadline", b"hours")),
    *((b"adult", b"yes"), (b"citizenship", None), (b"reply_language", b"ru"), (b"check_word", "журавль".encode())),
)


async def one_page(connection: Connection) -> None:
    hidden = _hidden_in(await connection.get(b"/ru/w"))
    fields = {b"f": hidden, b"words": WORDS, b"check_word": b"", b"go": b"send"}
    _check_code(await connection.post(b"/ru/w", multipart(fields, files=FILES), MULTIPART))


async def interview(connection: Connection) -> None:
    page = await connection.get(b"/ru/n")
    for name, answer in STEPS:
        if b'name="%b"' % name not in page:
            raise Refused(f"no question {name.decode()}")
        given = {"go": "skip"} if answer is None else {name.decode(): answer.decode(), "go": "next"}
        body = urlencode({"f": _hidden_in(page).decode(), **given}).encode()
        page = await connection.post(b"/ru/n", body, URLENCODED)
    fields = {b"f": _hidden_in(page), b"words": WORDS, b"go": b"next"}
    _check_code(await connection.post(b"/ru/n", multipart(fields, files=FILES), MULTIPART))


async def bare_form(connection: Connection) -> None:
    await connection.get(b"/")
    if b"Thank you" not in await connection.post(b"/", urlencode({"text": WORDS}).encode(), URLENCODED):
        raise Refused("no thanks")


def _hidden_in(page: bytes) -> bytes:
    found = HIDDEN.search(page)
    if not found:
        raise Refused("no form")
    return found[1]


def _check_code(page: bytes) -> None:
    if CODE not in page:
        raise Refused("no code")


@dataclass
class Server:
    """A server under load: where it listens, its process group, and how many letters lie in its databases."""

    port: int
    group: int
    databases: tuple[Path, ...]
    table: str
    seconds_to_first_page: float

    def stored(self) -> int:
        # The spool counts: what waited too long for the main database is stored there.
        return sum(self._rows(database) for database in self.databases)

    def _rows(self, database: Path) -> int:
        # Opened for writing: only such a connection may read a log that is being written.
        with sqlite3.connect(database) as connection:
            return int(connection.execute(f"SELECT count(*) FROM {self.table}").fetchone()[0])


@dataclass
class Row:
    name: str
    clients: int
    requests: int
    outcome: Outcome
    stored: int
    cpu_ms: float
    memory: Memory

    @property
    def is_whole(self) -> bool:
        return not self.outcome.refused and self.stored == self.outcome.sent

    def line(self) -> str:
        outcome = self.outcome
        return (
            f"{self.name:<34}{self.clients:>4}{self.stored:>8}/{outcome.sent + len(outcome.refused):<6}"
            f"{outcome.rate:>8.0f}{outcome.percentile(50):>8.1f}{outcome.percentile(95):>8.1f}"
            f"{outcome.percentile(99):>8.1f}{self.cpu_ms:>9.2f}{self.cpu_ms / self.requests:>9.2f}"
            f"{self.memory.now_mb:>7.0f}{self.memory.most_mb:>7.0f}"
        )


HEAD = (
    f"{'way':<34}{'at':>4}{'stored':>8}/{'sent':<6}{'visits/s':>8}{'p50 ms':>8}{'p95':>8}{'p99':>8}"
    f"{'CPU ms':>9}{'/request':>9}{'RSS MB':>7}{'most':>7}"
)


def measure(name: str, server: Server, visit: Visit, *, requests: int, visits: int, clients: int) -> Row:
    stored, cpu = server.stored(), cpu_seconds(server.group)
    outcome = visit_often(visit, port=server.port, visits=visits, clients=clients)
    cpu_ms = (cpu_seconds(server.group) - cpu) / visits * 1000
    kept, memory = server.stored() - stored, memory_of_worker(server.group)
    row = Row(name, clients, requests, outcome, kept, cpu_ms, memory)
    print(row.line(), flush=True)
    for reason in sorted(set(outcome.refused))[:5]:
        print(f"    {outcome.refused.count(reason)} times {reason}")
    return row


@contextmanager
def front(folder: Path, *, memory_kib: int) -> Iterator[Server]:
    folder.mkdir()
    with RunningFront(folder, settings={"FRONT_CODE_MEMORY_KIB": memory_kib}) as running:
        seconds = running.seconds_to_first_page
        databases = (running.database, running.spool)
        yield Server(running.port, running.pid, databases, "serving_keptenvelope", seconds)


@contextmanager
def yardstick(folder: Path) -> Iterator[Server]:
    folder.mkdir()
    database, port = folder / "bare.sqlite3", free_port()
    process = subprocess.Popen(
        served("bench._bare_form:application", port=port),
        env={**os.environ, "BARE_FORM_DATABASE": str(database)},
        start_new_session=True,
    )
    try:
        while visit_often(bare_form, port=port, visits=1, clients=1).refused:
            if process.poll() is not None:
                sys.exit("The yardstick did not start.")
            time.sleep(0.05)
        yield Server(port, process.pid, (database,), "bench_bareletter", 0.0)
    finally:
        process.terminate()
        process.wait(10)


def slow_hash_ms(memory_kib: int) -> float:
    """CPU of one code, in milliseconds."""
    codes = [new_code() for _ in range(50)]
    began = time.process_time()
    for code in codes:
        root_of(code, salt=SALT, cost=CodeCost(memory_kib=memory_kib))
    return (time.process_time() - began) / len(codes) * 1000


def run(folder: Path, *, visits: int) -> list[Row]:
    """Everything at each number of clients in turn, so that a slow minute of the machine meets all alike."""
    rows = []
    with (
        yardstick(folder / "bare") as bare,
        front(folder / "least", memory_kib=LEAST_KIB) as least,
        front(folder / "default", memory_kib=DEFAULT_KIB) as default,
    ):
        print(f"first page {least.seconds_to_first_page:.2f} s after the start of the process\n\n{HEAD}")
        for clients in CLIENTS:
            load = {"visits": visits, "clients": clients}
            rows += [
                measure("bare Django form", bare, bare_form, requests=2, **load),
                measure("one page, without the slow hash", least, one_page, requests=2, **load),
                measure("one page", default, one_page, requests=2, **load),
                measure("interview, without the slow hash", least, interview, requests=len(STEPS) + 2, **load),
                measure("interview", default, interview, requests=len(STEPS) + 2, **load),
            ]
    rate = {(row.name, row.clients): row.outcome.rate for row in rows}
    for clients in CLIENTS:
        share = rate["one page, without the slow hash", clients] / rate["bare Django form", clients]
        print(f"at {clients:>2}: one page, without the slow hash, runs at {share:.2f} of the yardstick's rate")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=2000, help="visits in each row (default: 2000)")
    asked = parser.parse_args()
    print(machine_line())
    print(
        f"slow hash {slow_hash_ms(DEFAULT_KIB):.2f} ms CPU a code; at its least cost {slow_hash_ms(LEAST_KIB):.2f} ms"
    )
    print("each visit opens a connection of its own and keeps it for its requests")
    with tempfile.TemporaryDirectory(prefix="safeconduct-bench-") as folder:
        rows = run(Path(folder), visits=asked.visits)
    if not all(row.is_whole for row in rows):
        sys.exit("Not every letter that was sent is stored.")


if __name__ == "__main__":
    main()
