"""The front's database is locked, broken or full while people write: they get their code, and the letter arrives."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from safeconduct.demo.people import Person
from tests.stories.people import Seat
from tests.stories.site import Site, eventually
from tests.stories.stored import connection_to, count_of, execute

MIB = 1024 * 1024
TABLE = "serving_keptenvelope"


@pytest.fixture
def small_volume(tmp_path: Path) -> Iterator[Path]:
    """A volume of its own for the front's files, small enough to be filled."""
    if os.geteuid() != 0:
        pytest.fail("This story mounts a small volume and fills it: run it as root.")
    folder = tmp_path / "site" / "front"
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_locked_database_holds_up_no_letter(own_site: Site) -> None:
    soldier = Person(own_site.url("front"), "uk")
    olena = Seat.of(own_site, "olena").logs_in()

    with locked(own_site):
        soldier.writes("Пишу, поки база зайнята.")
        assert eventually(olena.waiting, within=20)

    assert olena.takes_next().sees("Пишу, поки база зайнята.")
    assert spooled(own_site) > 0


def test_a_broken_database_holds_up_no_letter(own_site: Site) -> None:
    soldier = Person(own_site.url("front"), "uk")
    olena = Seat.of(own_site, "olena").logs_in()
    soldier.writes("Пишу до біди.")
    assert eventually(olena.waiting)

    break_database(own_site)
    soldier.writes("Пишу після біди.")

    assert eventually(lambda: len(olena.waiting()) == 2, within=20)
    assert spooled(own_site) > 0


def test_a_full_disk_holds_up_no_letter(small_volume: Path, databases: dict[str, str]) -> None:
    site = Site(small_volume.parents[1], databases=databases).make().start()
    soldier = Person(site.url("front"), "uk")
    olena = Seat.of(site, "olena").logs_in()
    with ExitStack() as until_the_end:
        until_the_end.callback(site.stop)

        fill(site, small_volume)
        soldier.writes("Пишу, хоч місця немає.")

        assert eventually(olena.waiting, within=20)
        assert olena.takes_next().sees("Пишу, хоч місця немає.")
        assert spooled(site) > 0


def test_with_nothing_to_write_on_the_person_is_told_the_truth_and_keeps_the_words(own_site: Site) -> None:
    soldier = Person(own_site.url("front"), "uk")
    form = soldier.fills_in("Ці слова ще знадобляться.")

    with locked(own_site), spool_locked(own_site):
        page = soldier.sends(*form)

    assert page.status == 503
    assert "Ми не змогли зберегти лист." in page.text
    assert "Ці слова ще знадобляться." in page.form_with("words").fields["words"]
    soldier.notes_down(soldier.sends(page, {}))
    assert eventually(lambda: count_of(own_site, "inner", "cases_case") == 1)


@contextmanager
def locked(site: Site) -> Iterator[None]:
    """Somebody else holds the table of letters."""
    with closing(connection_to(site, "front")) as other:
        if site.databases:
            other.execute(f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE")
        else:
            other.execute("BEGIN EXCLUSIVE")
        yield
        other.rollback()


@contextmanager
def spool_locked(site: Site) -> Iterator[None]:
    with closing(sqlite3.connect(site.data / "front" / "spool.sqlite3")) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.rollback()


def break_database(site: Site) -> None:
    """A dying disk gives back other bytes; on a server the table is gone."""
    if site.databases:
        execute(site, "front", f"ALTER TABLE {TABLE} RENAME TO gone")
        return
    for name in ("front.sqlite3", "front.sqlite3-wal"):
        with (site.data / "front" / name).open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            file.write(os.urandom(size))


def fill(site: Site, volume: Path) -> None:
    """Not a byte is left; a server on another machine says the same by taking no more writes."""
    if site.databases:
        with closing(connection_to(site, "front")) as other:
            name = other.info.dbname
            other.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
            other.commit()
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                (name,),
            )
        return
    with (volume / "ballast").open("wb", buffering=0) as ballast:
        for piece in (MIB, 4096, 1):
            try:
                while ballast.write(bytes(piece)):
                    pass
            except OSError:
                continue


def spooled(site: Site) -> int:
    """How many envelopes lie in the spool."""
    with closing(sqlite3.connect(site.data / "front" / "spool.sqlite3", timeout=10)) as spool:
        found: int = spool.execute(f"SELECT count(*) FROM {TABLE}").fetchone()[0]
        return found
