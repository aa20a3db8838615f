"""How long does it take to verify a chain of a million lines? `python -m bench.audit [--lines N]`

Lines by the real rule are written in bulk into an empty database of each engine, then verified as the command does.
The yardstick is what cannot be left out: the same hashes over the same lines, from memory.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings_inner")

import django

django.setup()

# ruff: noqa: E402 - models are there once the settings are read
from django.core.management import call_command
from django.db import connection, transaction

from bench.machine import machine_line
from safeconduct.audit.models import Head
from safeconduct.audit.rules import START, Fields, hash_of
from safeconduct.audit.verifying import verify
from tests.databases import Places, connected_to, in_file, on_server
from tests.postgres import Cluster

STORE = "appeals"
VERBS = ("case.opened", "case.taken", "case.read", "case.read", "case.answered", "case.visited")
IN_ONE_INSERT = 10_000
NINE_YEARS_AGO = 1_480_000_000_000_000


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--lines", type=int, default=1_000_000)
    count = asked.parse_args().lines

    print(f"Machine: {machine_line()}")
    print(f"Command: python -m bench.audit --lines {count}")
    print()
    print("| what | lines | seconds | of them our CPU | CPU, times the bare hashes |")
    print("|---|--:|--:|--:|--:|")
    bare = bare_hashes(count)
    print(row("the bare hashes, from memory", count, bare, bare))
    with tempfile.TemporaryDirectory(prefix="sc-audit-") as folder:
        print(row("audit verify, SQLite", count, measured(in_file(Path(folder) / "inner.sqlite3"), count), bare))
    cluster = Cluster()
    try:
        print(row("audit verify, PostgreSQL", count, measured(on_server(cluster.new_database()), count), bare))
    finally:
        cluster.remove()


class Cost(NamedTuple):
    seconds: float
    cpu: float

    @classmethod
    def of(cls, call: Callable[[], object]) -> "Cost":
        seconds, cpu = time.perf_counter(), time.process_time()
        call()
        return cls(time.perf_counter() - seconds, time.process_time() - cpu)


def row(name: str, count: int, cost: Cost, bare: Cost) -> str:
    return f"| {name} | {count:,} | {cost.seconds:.2f} | {cost.cpu:.2f} | {cost.cpu / bare.cpu:.1f} |"


def bare_hashes(count: int) -> Cost:
    lines = list(islice(fields(), count))

    def hash_all() -> None:
        hash = START
        for line in lines:
            hash = hash_of(line, hash)

    return Cost.of(hash_all)


def measured(place: dict[str, object], count: int) -> Cost:
    places: Places = {"default": place}
    with connected_to(places):
        call_command("migrate", "audit", verbosity=0, skip_checks=True)
        write(count)
        return Cost.of(check)


def check() -> None:
    if problems := verify():
        raise SystemExit(f"the chain does not hold: {problems[0]}")


def write(count: int) -> None:
    """The whole chain in one transaction, and its head."""
    seq, hash, lines = 0, START, islice(fields(), count)
    columns = (*Fields._fields, "previous", "hash")
    insert = f"INSERT INTO audit_line ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
    with transaction.atomic(), connection.cursor() as cursor:
        while batch := list(islice(lines, IN_ONE_INSERT)):
            rows = []
            for line in batch:
                previous, hash, seq = hash, hash_of(line, hash), line.seq
                rows.append((*line, previous, hash))
            cursor.executemany(insert, rows)
        Head.objects.create(store=STORE, seq=seq, hash=hash)


def fields() -> Iterator[Fields]:
    seq = 0
    while True:
        seq += 1
        verb = VERBS[seq % len(VERBS)]
        actor = None if verb in ("case.opened", "case.visited") else 1 + seq % 10
        yield Fields(STORE, seq, NINE_YEARS_AGO + seq * 250_000_000, actor, verb, "case", 1 + seq // 6)


if __name__ == "__main__":
    main()
