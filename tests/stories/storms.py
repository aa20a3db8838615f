"""People go on writing while processes are killed under them. What was accepted must be there, once."""

import http.client
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from safeconduct.demo.people import NotTaken, Person
from tests.stories.site import ROLES, Site, eventually
from tests.stories.stored import count_of, values_of

GIVES_UP_AFTER = 60
STANDS_STILL_AT_MOST = 60
WRITERS = 4
PAUSE = 0.1


@dataclass
class Storm:
    """`seed` repeats who is killed and after which pause; threads keep the moments from being the very same."""

    site: Site
    seed: int
    accepted: list[str] = field(default_factory=list)
    killed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def rages(self, *, kills: int) -> "Storm":
        """Kill `kills` times, one or several roles at once, while people write; then let all of it settle."""
        chance, calm = random.Random(self.seed), threading.Event()
        writers = [threading.Thread(target=self._goes_on_writing, args=(number, calm)) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        for _ in range(kills):
            time.sleep(chance.uniform(0.05, 1.2))
            struck = chance.sample(ROLES, chance.choice((1, 1, 1, 2, len(ROLES))))
            self.site.kill(*struck)
            self.killed += struck
            time.sleep(chance.uniform(0, 0.3))
            self.site.start(*struck)
        calm.set()
        for writer in writers:
            writer.join()
        return self

    def _goes_on_writing(self, number: int, calm: threading.Event) -> None:
        letters = 0
        while not calm.is_set():
            letters += 1
            code = self._writes(f"Лист {letters} від {number}")
            (self.accepted if code else self.lost).append(code)
            time.sleep(PAUSE)

    def _writes(self, words: str) -> str:
        """One letter; whoever sees no thanks sends the same form again, as we ask them to."""
        soldier = Person(self.site.url("front"), "uk")
        end, form = time.monotonic() + GIVES_UP_AFTER, None
        while time.monotonic() < end:
            try:
                form = form or soldier.fills_in(words)
                soldier.notes_down(soldier.sends(*form))
                return soldier.code
            except (OSError, http.client.HTTPException, NotTaken, LookupError):
                time.sleep(0.1)
        return ""


def on_the_way(site: Site) -> int:
    """How many envelopes the front keeps that inner has not yet."""
    on_the_front = {bytes(id) for id in values_of(site, "front", "envelope_id", "serving_keptenvelope")}
    on_inner = {bytes(id) for id in values_of(site, "inner", "envelope_id", "reaching_receivedenvelope")}
    return len(on_the_front - on_inner)


def nothing_is_on_its_way(site: Site) -> bool:
    """Whoever gave up meanwhile is started again."""
    site.keep_up()
    return not on_the_way(site)


def all_arrives(site: Site, waiting: Callable[[Site], int] = on_the_way) -> bool:
    """However long it takes, as long as it goes on."""
    left = waiting(site)
    while left and eventually(partial(_are_fewer, site, waiting, left), within=STANDS_STILL_AT_MOST, every=1):
        left = waiting(site)
    return not left


def _are_fewer(site: Site, waiting: Callable[[Site], int], left: int) -> bool:
    site.keep_up()
    return waiting(site) < left


def check_that_all_is_there_once(storm: Storm) -> None:
    site = storm.site
    assert storm.lost == []
    assert len(set(storm.accepted)) == len(storm.accepted)
    assert all_arrives(site), site.log_of("worker")[-2000:]
    assert count_of(site, "inner", "cases_case") == len(storm.accepted)
    assert count_of(site, "inner", "cases_message") == len(storm.accepted)
