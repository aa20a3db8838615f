"""The long form of tests/stories/test_kills.py: hundreds of kills, letters in and answers out."""

import random
import threading
import time
from collections.abc import Callable

import pytest

from safeconduct.demo.people import Person
from tests.stories.people import Seat
from tests.stories.site import Site, eventually
from tests.stories.storms import Storm, check_that_all_is_there_once

pytestmark = pytest.mark.soak

KILLS = 120
ANSWERS = 50


@pytest.mark.parametrize("seed", range(2, 6))
def test_whoever_is_killed_no_letter_is_lost_and_none_comes_twice(own_site: Site, seed: int) -> None:
    storm = Storm(own_site, seed=seed).rages(kills=KILLS)

    check_that_all_is_there_once(storm)


def test_every_answer_arrives_once_while_both_sides_are_killed(own_site: Site) -> None:
    """The way back: what the desk has sent is read with the code, whoever dies on the way."""
    soldier = Person(own_site.url("front"), "uk")
    soldier.writes("Пишіть мені щодня.")
    olena = Seat.of(own_site, "olena").logs_in()
    assert eventually(olena.waiting)
    olena.takes_next()
    chance, sent = random.Random(7), [f"Відповідь номер {number}, чекайте." for number in range(ANSWERS)]
    with_kills(own_site, chance, lambda: [olena.answers(text) for text in sent])

    def all_are_there_once() -> bool:
        page = soldier.comes_back().text
        return all(page.count(text) == 1 for text in sent)

    assert eventually(all_are_there_once, within=60, every=1)


def with_kills(site: Site, chance: random.Random, act: Callable[[], object]) -> None:
    """Do `act` while front, handover and worker are killed and started again."""
    done = threading.Event()

    def kill() -> None:
        while not done.is_set():
            time.sleep(chance.uniform(0.2, 1.5))
            role = chance.choice(("front", "handover", "worker"))
            site.kill(role)
            site.start(role)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        act()
    finally:
        done.set()
        killer.join()
