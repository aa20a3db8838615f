"""Between the wings, with real processes: quick, whole, in both directions, whoever is killed."""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.stories.site import Site, eventually
from tests.stories.stored import count_of, values_of
from tests.stories.storms import all_arrives, nothing_is_on_its_way, on_the_way

TREE = Path(__file__).resolve().parents[2]


class Writer:
    """Somebody on one of the wings who writes as fast as he is let, one thing after the other."""

    def __init__(self, site: Site, role: str) -> None:
        self.said: set[bytes] = set()
        """The ids of what was stored."""
        with (site.logs / f"{role}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", f"tests.stories.{role}"],
                env=site.settings | {"PYTHONPATH": str(TREE)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def writes(self) -> bytes:
        """The id of one more; empty where it was refused."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline().strip()
        assert said, "The writer ended."
        if said == "refused":
            return b""
        id = bytes.fromhex(said)
        self.said.add(id)
        return id

    def goes_on_until(self, calm: threading.Event) -> None:
        while not calm.is_set():
            self.writes()
            time.sleep(0.02)

    def ends(self) -> None:
        self._process.kill()
        self._process.communicate()


@contextmanager
def writers(site: Site, *roles: str) -> Iterator[list[Writer]]:
    own = [Writer(site, role) for role in roles]
    try:
        yield own
    finally:
        for writer in own:
            writer.ends()


def ids_in(site: Site, wing: str, column: str, table: str) -> list[bytes]:
    return [bytes(id) for id in values_of(site, wing, column, table)]


def test_an_arrival_is_on_inner_well_within_a_second(own_site: Site) -> None:
    with writers(own_site, "keeper") as [keeper]:
        keeper.writes()
        assert eventually(lambda: nothing_is_on_its_way(own_site))
        waits = [seconds_until_it_is_on_inner(own_site, keeper.writes()) for _ in range(5)]

    assert sorted(waits)[2] < 0.5
    assert max(waits) < 1.0


def seconds_until_it_is_on_inner(site: Site, letter: bytes) -> float:
    began = time.monotonic()
    assert eventually(lambda: letter in ids_in(site, "inner", "envelope_id", "cases_message"), every=0.01)
    return time.monotonic() - began


def test_the_worker_ends_within_two_seconds_and_goes_on_where_it_was(own_site: Site) -> None:
    with writers(own_site, "keeper") as [keeper]:
        keeper.writes()
        assert eventually(lambda: nothing_is_on_its_way(own_site))

        began = time.monotonic()
        own_site.stop("worker")
        assert time.monotonic() - began < 2
        keeper.writes()
        own_site.start("worker")

        assert eventually(lambda: nothing_is_on_its_way(own_site))
    assert count_of(own_site, "inner", "cases_message") == 2
    assert "unreachable" not in values_of(own_site, "inner", "trouble", "reaching_frontstatus")


def test_whoever_is_killed_letters_and_answers_come_once(own_site: Site) -> None:
    rage(own_site, seconds=20, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 8))
def test_whoever_is_killed_for_minutes_letters_and_answers_come_once(own_site: Site, seed: int) -> None:
    rage(own_site, seconds=120, seed=seed)


def rage(site: Site, *, seconds: float, seed: int) -> None:
    """Kill either side at random moments while both write; then nothing is lost and nothing is there twice."""
    chance, calm = random.Random(seed), threading.Event()
    site.stop("front", "inner")  # nobody looks at pages here
    with writers(site, "keeper", "sender") as (keeper, sender):
        writing = [threading.Thread(target=one.goes_on_until, args=[calm]) for one in (keeper, sender)]
        for thread in writing:
            thread.start()
        end, kills = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            time.sleep(chance.uniform(0.1, 2))
            struck = chance.choice((["worker"], ["handover"], ["worker", "handover"]))
            site.kill(*struck)
            site.start(*struck)
            kills += 1
        calm.set()
        for thread in writing:
            thread.join()

    assert kills >= seconds / 10
    assert min(len(keeper.said), len(sender.said)) >= seconds
    assert all_arrives(site, waiting)
    check_letters(site, keeper.said)
    check_answers(site, sender.said)


def waiting(site: Site) -> int:
    """How many letters and answers have not come."""
    return on_the_way(site) + values_of(site, "inner", "pushed_at", "reaching_outboxrow").count(None)


def check_letters(site: Site, said: set[bytes]) -> None:
    """Each letter was the first of somebody, so one taken twice would be a case too many."""
    come = ids_in(site, "inner", "envelope_id", "cases_message")
    assert said <= set(come)
    assert len(come) == len(set(come)) == count_of(site, "inner", "cases_case")


def check_answers(site: Site, said: set[bytes]) -> None:
    come = ids_in(site, "front", "dispatch_id", "web_answer")
    assert said <= set(come)
    assert len(come) == len(set(come)) == count_of(site, "inner", "reaching_outboxrow")
