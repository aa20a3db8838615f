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


def _text(file: Path) -> str:
    return file.read_text() if file.exists() else ""
