"""Files out of the sealed store: images when asked for, everything else as a download with a warning."""

from collections.abc import Callable

import pytest

from safeconduct.handover.letters import Envelope, FileNote, FilePart
from safeconduct.inner.cases import actions
from safeconduct.inner.desk.tests.desk import Desk
from tests.people import Colleague, Writer

AtDesk = Callable[[Colleague], Desk]
PICTURE = FilePart("leaflet.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"0" * 2000)
VOICE = FilePart('голос "ночью".ogg', "audio/ogg", b"OggS" + b"0" * 300_000)
TRICK = FilePart("page.html", "text/html", b"<script>alert(1)</script>")


def sends(soldier: Writer, part: FilePart, *, arrives: bool = True) -> str:
    """A letter with one file; the id of the file."""
    note = FileNote(b"f" * 16, part.name, part.kind, len(part.content))
    letter: Envelope = soldier.opens("See the file", files=(note,))
    if arrives:
        soldier.sends_file(letter, part, id=note.envelope_id)
    return note.envelope_id.hex()


def test_an_image_is_not_shown_until_it_is_asked_for(desk: Desk, soldier: Writer) -> None:
    file = sends(soldier, PICTURE)
    desk.takes(soldier.case)
    assert "<img" not in desk.screen
    assert "Зображення, 2 КБ, не показано" in desk.words

    desk.gets("case", soldier.case.number, open=file)

    assert f'<img src="/cases/{soldier.case.number}/files/{file}"' in desk.screen


def test_images_shown_are_counted_not_named(desk: Desk, soldier: Writer) -> None:
    file = sends(soldier, PICTURE)
    desk.takes(soldier.case)

    desk.gets_part("image", soldier.case.number, file)
    assert "Від входу вам показано 1 зображення" in desk.words
    desk.gets_part("image", soldier.case.number, file)
    assert "Від входу вам показано 2 зображення" in desk.words


def test_an_image_comes_as_the_front_made_it_and_as_a_download(desk: Desk, soldier: Writer) -> None:
    file = sends(soldier, PICTURE)
    desk.takes(soldier.case)

    desk.gets("file", soldier.case.number, file)

    assert desk.page.content == PICTURE.content
    assert desk.page["Content-Type"] == "image/png"
    assert desk.page["Content-Disposition"] == 'attachment; filename="leaflet.png"'
    assert desk.page["Cache-Control"] == "no-store"
    assert desk.page["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("part", [VOICE, TRICK], ids=["voice", "page"])
def test_what_is_no_image_is_never_drawn(desk: Desk, soldier: Writer, part: FilePart) -> None:
    file = sends(soldier, part)
    desk.takes(soldier.case)
    assert "ніхто в нього не заглядав" in desk.words
    assert "Показати зображення" not in desk.words

    desk.gets("file", soldier.case.number, file)

    assert desk.page["Content-Type"] == "application/octet-stream"
    assert desk.page["Content-Disposition"].startswith("attachment;")
    assert "\n" not in desk.page["Content-Disposition"]


def test_a_file_that_has_not_come_yet_is_said_to_be_on_its_way(desk: Desk, soldier: Writer) -> None:
    file = sends(soldier, PICTURE, arrives=False)
    desk.takes(soldier.case)

    assert "leaflet.png , 2 КБ. Він ще в дорозі." in desk.words
    assert desk.gets("file", soldier.case.number, file) == 404


def test_a_file_is_open_to_the_owner_of_the_case_alone(
    at_desk: AtDesk, olena: Colleague, taras: Colleague, soldier: Writer
) -> None:
    file = sends(soldier, PICTURE)
    mine, theirs = at_desk(olena), at_desk(taras)
    mine.takes(soldier.case)

    for name in ("file", "image"):
        assert mine.gets(name, soldier.case.number, file) == 200
        assert theirs.gets(name, soldier.case.number, file) == 404
        assert PICTURE.content not in theirs.page.content


@pytest.mark.parametrize("file", ["00" * 16, "zz", "..", "66" * 15])
def test_a_file_that_is_not_there_is_missing(desk: Desk, soldier: Writer, file: str) -> None:
    sends(soldier, PICTURE)
    desk.takes(soldier.case)

    for name in ("file", "image"):
        assert desk.gets(name, soldier.case.number, file) == 404


def test_after_release_its_file_is_closed_again(desk: Desk, soldier: Writer, olena: Colleague) -> None:
    file = sends(soldier, PICTURE)
    desk.takes(soldier.case)
    actions.release(soldier.case, by=olena.operator)

    assert desk.gets("file", soldier.case.number, file) == 404
