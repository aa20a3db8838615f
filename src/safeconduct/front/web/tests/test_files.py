"""Files that go with a letter: up to three, pictures without metadata, the rest as it came."""

from io import BytesIO

import pytest
from PIL import Image

from safeconduct.front.web.rules import MAX_FILE_BYTES, other_kind_of, picture_of, plain_name
from safeconduct.front.web.tests.people import Headquarters, Person
from safeconduct.interview.library import load_library

SAY = load_library().interface.say
PDF = b"%PDF-1.7 \x00\x01\x02"


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (40, 20), marker: str = "GPS-MARKER") -> bytes:
    """A picture that says in its metadata where it was taken."""
    written, image = BytesIO(), Image.effect_noise((64, 64), 40).resize(size).convert("RGB")
    about = image.getexif()
    about[0x010F] = marker
    about[0x0112] = 6  # lying on its side
    image.save(written, kind, **({"comment": marker.encode()} if kind == "GIF" else {"exif": about}))
    return written.getvalue()


@pytest.mark.parametrize(
    ("kind", "name", "named", "media_type"),
    [
        ("JPEG", "IMG_1.JPG", "IMG_1.jpg", "image/jpeg"),
        ("PNG", "снимок.png", "снимок.png", "image/png"),
        ("WEBP", "a.webp", "a.webp", "image/webp"),
        ("GIF", "a.gif", "a.png", "image/png"),
        ("JPEG", "hidden.pdf", "hidden.jpg", "image/jpeg"),
    ],
)
def test_a_picture_arrives_without_its_metadata(
    person: Person, headquarters: Headquarters, kind: str, name: str, named: str, media_type: str
) -> None:
    sent = picture(kind)
    assert b"GPS-MARKER" in sent

    person.goes_to("w").sends(words="Смотрите", files=[(name, sent)])

    (file,) = headquarters.files()
    assert (file.name, file.kind) == (named, media_type)
    assert b"GPS-MARKER" not in file.content
    with Image.open(BytesIO(file.content)) as clean:
        assert not clean.getexif()
        assert clean.size == ((40, 20) if kind == "GIF" else (20, 40)), "a picture that lay on its side is put upright"


def test_other_kinds_stay_as_they_came(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("w").sends(words="Вот", files=[("список.PDF", PDF), ("voice.ogg", b"OggS sound")])

    assert [(file.name, file.kind, file.content) for file in headquarters.files()] == [
        ("список.pdf", "application/pdf", PDF),
        ("voice.ogg", "audio/ogg", b"OggS sound"),
    ]


def test_each_file_has_an_envelope_of_its_own_that_belongs_to_the_letter(
    person: Person, headquarters: Headquarters
) -> None:
    person.goes_to("w").sends(words="Вот", files=[("a.pdf", PDF), ("b.pdf", PDF + b"b")])

    letter_id, *file_ids = [envelope.id for envelope in headquarters.envelopes()]
    opening, *of_files = headquarters.headers()
    assert [header.act for header in of_files] == ["file", "file"]
    assert {header.message for header in of_files} == {letter_id}
    assert {header.threads for header in of_files} == {opening.threads}
    (letter,) = headquarters.letters()
    assert [note.envelope_id for note in letter.files] == file_ids
    assert [(note.name, note.size) for note in letter.files] == [("a.pdf", len(PDF)), ("b.pdf", len(PDF) + 1)]


def test_a_letter_may_be_a_file_alone(person: Person, headquarters: Headquarters) -> None:
    assert person.goes_to("w").sends(words="", files=[("a.pdf", PDF)]).code
    assert headquarters.letters()[0].words == ""


def test_the_same_form_with_the_same_file_is_kept_once(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("w")
    form, photo = {"f": person.hidden, "words": "Вот", "go": "send"}, picture()

    pages = {person.sends_to("/ru/w", form, files=[("a.jpg", photo)]).seen for _ in range(2)}

    assert len(pages) == 1
    assert len(headquarters.envelopes()) == 2


def test_two_equal_files_are_two_files(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("w").sends(words="Вот", files=[("a.pdf", PDF), ("b.pdf", PDF)])

    assert len(headquarters.files()) == 2


def test_a_file_that_is_too_big_is_refused_and_the_letter_is_kept(person: Person, headquarters: Headquarters) -> None:
    big = PDF + bytes(MAX_FILE_BYTES)

    person.goes_to("w").sends(words="Вот", files=[("big.pdf", big), ("a.pdf", PDF)])

    assert person.code
    assert SAY("errors/file_too_big", "ru", limit=10) in person.text
    assert [file.name for file in headquarters.files()] == ["a.pdf"]
    assert [note.name for note in headquarters.letters()[0].files] == ["a.pdf"]


def test_a_file_of_exactly_ten_megabytes_is_taken(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("w").sends(words="Вот", files=[("big.pdf", PDF + bytes(MAX_FILE_BYTES - len(PDF)))])

    assert len(headquarters.files()[0].content) == MAX_FILE_BYTES


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html><script>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("run.exe", b"MZ\x90\x00"),
        ("game.apk", b"PK\x03\x04"),
        ("not-really.pdf", b"MZ\x90\x00"),
        ("telephone.heic", b"\x00\x00\x00\x18ftypheic"),
        ("spoiled.jpg", b"\xff\xd8\xff\xe0 and nothing more"),
        ("nothing", b"no kind at all"),
    ],
)
def test_a_file_that_we_cannot_open_is_refused_and_the_letter_is_kept(
    person: Person, headquarters: Headquarters, name: str, content: bytes
) -> None:
    person.goes_to("w").sends(words="Вот", files=[(name, content)])

    assert person.code
    assert SAY("errors/file_kind", "ru") in person.text
    assert not headquarters.files()
    assert headquarters.letters()[0].files == ()


def test_where_the_only_file_does_not_fit_and_there_are_no_words_it_is_told(
    person: Person, headquarters: Headquarters
) -> None:
    person.goes_to("w").sends(words="", files=[("run.exe", b"MZ")])

    assert SAY("web/no_file_fits", "ru") in person.text
    assert SAY("web/files_again", "ru") in person.text
    assert not headquarters.envelopes()


def test_of_more_than_three_files_three_are_kept(person: Person, headquarters: Headquarters) -> None:
    person.goes_to("w").sends(words="Вот", files=[(f"{n}.pdf", PDF + bytes([n])) for n in range(5)])

    assert SAY("web/too_many_files", "ru") in person.text
    assert [file.name for file in headquarters.files()] == ["0.pdf", "1.pdf", "2.pdf"]


def test_a_file_is_never_written_to_the_disk(
    person: Person, headquarters: Headquarters, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("a temporary file")

    for name in ("mkstemp", "NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile"):
        monkeypatch.setattr(tempfile, name, fail)

    person.goes_to("w").sends(words="Вот", files=[("a.pdf", PDF + bytes(5_000_000)), ("b.jpg", picture())])

    assert len(headquarters.files()) == 2


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("C:\\Users\\olena\\фото.jpg", "фото.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("photo\u202egpj.exe", "photogpj.pdf"),
        ("a\x00\r\nb.pdf", "ab.pdf"),
        ("", "file.pdf"),
        ("....pdf", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 80 + ".pdf"),
    ],
)
def test_a_name_keeps_only_what_can_be_seen(name: str, shown: str) -> None:
    assert plain_name(name, extension="pdf") == shown


def test_a_picture_is_told_by_its_content_and_a_document_by_both() -> None:
    assert picture_of(picture("PNG")) == "png"
    assert picture_of(PDF) is None
    assert other_kind_of("a.pdf", PDF)
    assert other_kind_of("a.pdf", b"PK\x03\x04") is None
    assert other_kind_of("a.docm", b"PK\x03\x04") is None
