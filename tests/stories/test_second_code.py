"""A man whose telephone was taken is made to type his code, and types the second one."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from safeconduct.demo.people import Person
from safeconduct.interview.harmless import sample_exchanges
from safeconduct.sealing.threads import new_code
from tests.stories.conftest import MakeSite
from tests.stories.people import Seat
from tests.stories.site import Site, eventually
from tests.stories.stored import connection_to, count_of
from tests.stories.test_one_appeal import arrives_at

ANSWER = "Чекайте біля другого будинку."
ALARM = "8"
HARMLESS = {exchange.messages[0] for exchange in sample_exchanges()["uk"]}


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("alarms") / "called"


@pytest.fixture(scope="module")
def site(new_site: MakeSite, called: Path) -> Iterator[Site]:
    """Its alarms leave by a program that writes down what it was told."""
    program = called.with_name("alarm")
    program.write_text(f'#!/bin/sh\necho "$*" >> {called}\n')
    program.chmod(0o700)
    own = new_site()
    own.start(settings={"INNER_ALARM_COMMAND": str(program)})
    yield own
    own.stop()


@pytest.fixture(scope="module")
def olena(site: Site) -> Seat:
    return Seat.of(site, "olena").logs_in()


def shows_something_harmless(forced: Person) -> bool:
    text = forced.comes_back().text
    return any(message in text for message in HARMLESS)


def test_whoever_forces_it_open_sees_something_harmless_and_we_learn_of_it(
    site: Site, olena: Seat, called: Path
) -> None:
    soldier = Person(site.url("front"), "uk")
    number = arrives_at(olena, lambda: soldier.writes("Чи можна прийти разом із братом?"))
    olena.takes(number).answers(ANSWER)
    assert eventually(lambda: ANSWER in soldier.comes_back().text)

    forced = soldier.takes_second_code()

    assert eventually(lambda: shows_something_harmless(forced))
    assert ANSWER not in forced.comes_back().text
    assert eventually(lambda: called.exists() and ALARM in called.read_text().split())
    assert olena.opens(number).sees("Використано другий код")
    assert f"Справа {number}: використано другий код." in olena.looks_at_the_queue().text

    forced.writes_again("Дякую, заберу в середу.")
    assert eventually(lambda: olena.opens(number).sees("Дякую, заберу в середу."))
    assert olena.sees("написано під другим кодом")
    olena.opens(number).answers("Бережіть себе.")
    assert eventually(lambda: "Бережіть себе." in soldier.comes_back().text)
    assert "Бережіть себе." not in forced.comes_back().text

    wiped = forced.wipes()
    assert eventually(lambda: olena.opens(number).sees("Під ним просили все стерти"))
    assert olena.sees("Чи можна прийти разом із братом?")
    assert "Бережіть себе." in soldier.comes_back().text
    assert not shows_something_harmless(forced)

    assert soldier.wipes().text == wiped.text
    assert eventually(lambda: number not in olena.waiting())
    assert eventually(lambda: count_of(site, "inner", "cases_secondcode") == 0)
    assert count_of(site, "inner", "cases_thread") == 0


def test_an_unknown_code_gets_one_that_shows_something_harmless_too(site: Site, olena: Seat) -> None:
    nobody = Person(site.url("front"), "uk")
    nobody.code = new_code()
    before = olena.waiting()

    forced = nobody.takes_second_code()

    assert eventually(lambda: shows_something_harmless(forced))
    assert olena.waiting() == before


def test_nothing_on_the_fronts_disk_is_found_with_second_codes_alone(own_site: Site) -> None:
    """The best classifier over all that a stolen front holds of a thread: counts, sizes, whether it was read.

    Every combination that occurs with second codes occurs with first ones; so no rule over them names one.
    """
    olena = Seat.of(own_site, "olena").logs_in()
    firsts, forced = [], []
    for place in range(6):
        person = Person(own_site.url("front"), "uk")
        number = arrives_at(olena, lambda person=person, place=place: person.writes(f"Питання {place}."))  # type: ignore[misc]
        before = lookups_on_the_front(own_site)
        olena.takes(number).answers(f"Так, можна, чекаємо на вас о {place}.")
        assert eventually(lambda before=before: lookups_on_the_front(own_site) - before)  # type: ignore[misc]
        firsts += list(lookups_on_the_front(own_site) - before)
        before = lookups_on_the_front(own_site)
        second = person.takes_second_code()
        assert eventually(lambda before=before: lookups_on_the_front(own_site) - before)  # type: ignore[misc]
        forced += list(lookups_on_the_front(own_site) - before)
        if place % 2:
            person.comes_back()
            second.comes_back()

    seen: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)
    for kind, lookups in (("first", firsts), ("second", forced)):
        for lookup in lookups:
            seen[_told_of(own_site, lookup)].append(kind)

    assert len(firsts) == len(forced) == 6
    assert {kind: sum(kind in kinds for kinds in seen.values()) for kind in ("first", "second")} == {
        "first": len(seen),
        "second": len(seen),
    }
    # Of the envelopes nothing leads to a thread; a request has the sizes of a letter.
    with closing(connection_to(own_site, "front")) as connection:
        query = "SELECT length(header), length(body), store, epoch FROM serving_keptenvelope ORDER BY sequence"
        rows = connection.execute(query).fetchall()
    with_body = [tuple(row) for row in rows if row[1]]
    assert len(with_body) == 12
    assert len(set(with_body)) == 1


def lookups_on_the_front(site: Site) -> set[bytes]:
    with closing(connection_to(site, "front")) as connection:
        return {bytes(lookup) for (lookup,) in connection.execute("SELECT lookup FROM web_answer").fetchall()}


def _told_of(site: Site, lookup: bytes) -> tuple[object, ...]:
    mark = "?" if isinstance(connection := connection_to(site, "front"), sqlite3.Connection) else "%s"
    with closing(connection):
        query = f"SELECT store, length(blob), length(dispatch_id), forget_at FROM web_answer WHERE lookup = {mark}"
        rows: list[Any] = connection.execute(query, [lookup]).fetchall()
    return (len(rows), *sorted((store, blob, id, forget_at is not None) for store, blob, id, forget_at in rows))
