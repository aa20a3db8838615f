"""An alarm leaves the house by the worker of a real site, whatever its program does."""

from pathlib import Path

from safeconduct.demo.people import Person
from tests.stories.people import Seat
from tests.stories.site import Site, eventually
from tests.stories.stored import execute

RINGS = "INSERT INTO duty_alarm (kind, rung_at) VALUES ('bulk_reading', '2026-11-22 18:00:00+00:00')"


def test_a_program_that_hangs_was_called_with_the_number_and_letters_go_on_coming(own_site: Site) -> None:
    called, program = own_site.folder / "called", own_site.folder / "alarm"
    program.write_text(f'#!/bin/sh\necho "$*" >> {called}\nsleep 1000\n')
    program.chmod(0o700)
    own_site.stop("worker")
    own_site.start("worker", settings={"INNER_ALARM_COMMAND": str(program)})

    execute(own_site, "inner", RINGS)

    assert eventually(lambda: _text(called) == "1\n", within=30)
    Person(own_site.url("front"), "uk").writes("Чи ви тут?")
    assert eventually(Seat.of(own_site, "olena").logs_in().waiting)
    own_site.stop("worker")
    assert _text(called) == "1\n"


def test_somebody_who_is_forced_comes_to_an_empty_shift_and_the_alarm_leaves_the_house(own_site: Site) -> None:
    called, program = own_site.folder / "called", own_site.folder / "alarm"
    program.write_text(f'#!/bin/sh\necho "$*" >> {called}\n')
    program.chmod(0o700)
    own_site.stop("worker")
    own_site.start("worker", settings={"INNER_ALARM_COMMAND": str(program)})
    olena, taras = Seat.of(own_site, "olena"), Seat.of(own_site, "taras").logs_in()
    Person(own_site.url("front"), "uk").writes("Чи ви тут?")
    assert eventually(taras.waiting)
    wrong = own_site.command("operators", "duress", "olena", given="wrong\n", may_refuse=True)
    assert "These are not the six words" in wrong.stderr
    given = own_site.command("operators", "duress", "olena", given=f"{olena.passphrase}\n").stdout
    words = " ".join(given.split("\n")[0].split()[-6:])

    olena.logs_in(passphrase=words)

    assert olena.is_logged_in
    assert olena.waiting() == []
    assert len(taras.waiting()) == 1
    assert eventually(lambda: _text(called) == "4\n", within=30)
    listed = own_site.command("operators", "list").stdout
    assert "held to be forced since" in listed
    alone = own_site.command(
        "operators",
        "admit",
        "olena",
        "--by",
        "taras",
        "--by",
        "olena",
        given=f"{taras.passphrase}\n{olena.passphrase}\n",
        may_refuse=True,
    )
    assert "does not hold this store" in alone.stderr


def _text(file: Path) -> str:
    return file.read_text() if file.exists() else ""
