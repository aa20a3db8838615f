"""Nothing that a person said lies anywhere in the open: a whole journey with errors on the way, then a search.

Each thing that may leak is a marker. Every table of both wings, log, temporary file, spool and backup is searched for
all of them, plain and in other dresses. The search is proved on planted markers at the end.
"""

import base64
import gzip
import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from PIL import Image

from safeconduct.demo.browser import Browser, Upload
from safeconduct.demo.people import Person
from tests.stories.people import Seat
from tests.stories.searching import found_in, writings_of
from tests.stories.site import Site, eventually
from tests.stories.stored import everything, execute
from tests.stories.watching import Watch

SAID = {
    "words": "мандариновий-равлик-5521",
    "words of a second letter": "бурштинова-капуста-8834",
    "words of a refused letter": "кришталевий-гарбуз-1207",
    "words of a forged form": "оксамитова-цибуля-6615",
    "name of a file": "липовий-одуванчик-3390",
    "content of a file": "смарагдова-черепаха-7742",
    "remark in a picture": "lavender-hippopotamus-4418",
    "name of a broken picture": "порцеляновий-їжак-9076",
    "what was typed into an address": "fuchsia-rhinoceros-2253",
    "check word": "рододендронюк",
    "answer": "вишневий-маяк-5108",
    "refused answer": "кедровий-дзвоник-6420",
    "note": "ожиновий-ліхтар-3957",
    "note that broke": "горобиновий-човен-8161",
    "wrong passphrase": "zebra zircon zodiac zoology zucchini zephyr",
    "unknown name at log-in": "жасминовий-пінгвін",
    "unsigned handover": "periwinkle-armadillo-7734",
}
MANY = 4100


@pytest.fixture
def soldier(own_site: Site) -> Person:
    return Person(own_site.url("front"), "uk")


def test_nothing_that_was_said_lies_anywhere_in_the_open(own_site: Site, soldier: Person) -> None:
    with Watch(own_site) as watch:
        spoilt_forms(own_site, soldier)
        guided = letters(own_site, soldier)
        olena = at_the_desk(own_site, soldier)
        troubles(own_site, soldier, olena)
        own_site.command("backup", str(own_site.folder / "site.backup"))
        own_site.stop()
    secrets = {
        **SAID,
        "our word": soldier.our_word,
        "six words of an operator": olena.passphrase,
        "secret of an authenticator": olena.totp_secret,
    }
    for person, who in ((soldier, "code"), (guided, "other code")):
        secrets |= {f"{who}, written {way}": text for way, text in enumerate(writings_of(person.code))}

    assert found_in([*everything(own_site), *watch.seen()], secrets) == []

    planted = plant(own_site)
    found = found_in(everything(own_site), secrets)
    for called in planted:
        assert any(f": {called} as " in line for line in found), called


def spoilt_forms(site: Site, soldier: Person) -> None:
    """Everything that a person, a broken browser or somebody with bad intent might send."""
    page, _ = soldier.fills_in("")
    ask(site, "front", "GET", "/uk/w?words=" + SAID["what was typed into an address"])
    ask(site, "front", "GET", "/" + SAID["what was typed into an address"])
    ask(site, "front", "GET", "/uk/../" + SAID["what was typed into an address"] + "/%00%ff")
    too_long = SAID["words of a refused letter"] * (MANY // 20)
    assert soldier.sends(page, {"words": too_long}).status == 200
    forged = page.form_with("words")
    forged.fields["f"] = forged.fields["f"][:-8] + "AAAAAAA="
    assert (
        SAID["words of a forged form"]
        in Browser(soldier.address)
        .send(page, forged, filled={"words": SAID["words of a forged form"]})
        .form_with("words")
        .fields["words"]
    )
    words = SAID["words of a refused letter"].encode()
    for kind, body in (
        ("application/x-www-form-urlencoded", b"f=&words=" + words + b"%ff%fe\xff\xfe"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=words\r\n\r\n" + words),
        ("multipart/form-data", words),
        ("application/json", json.dumps({"words": words.decode()}).encode()),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=" % number + words for number in range(200))),
        ("application/x-www-form-urlencoded", b"words=" + words * 40_000),
    ):
        ask(site, "front", "POST", "/uk/w", body, {"Content-Type": kind})


def letters(site: Site, soldier: Person) -> Person:
    """Two letters with files, one of them by the questions; a slip in the code; coming back."""
    soldier.writes(
        SAID["words"],
        check_word=SAID["check word"],
        uploads=[
            Upload(f"{SAID['name of a file']}.txt", "text/plain", SAID["content of a file"].encode()),
            Upload(f"{SAID['name of a file']}.jpg", "image/jpeg", picture_with_remark()),
            Upload(
                f"{SAID['name of a broken picture']}.png", "image/png", b"\x89PNG\r\n\x1a\n" + SAID["words"].encode()
            ),
        ],
    )
    guided = Person(site.url("front"), "uk")
    guided.writes(
        SAID["words of a second letter"],
        answers={"safe_now": "yes", "about": "self", "stance": "wounded", "deadline": "hours"},
        check_word=SAID["check word"],
    )
    slip = str((int(soldier.code[5]) + 1) % 10)
    assert soldier.comes_back(soldier.code[:5] + slip + soldier.code[6:]).status == 200
    assert soldier.comes_back(soldier.code[:-1]).status == 200
    soldier.writes_again(SAID["words of a second letter"])
    return guided


def at_the_desk(site: Site, soldier: Person) -> Seat:
    """Wrong log-ins, then a right one; an answer, one that is too long, a note, a picture."""
    olena = Seat.of(site, "olena")
    # Digits count once, with a wrong passphrase as well.
    olena.logs_in(passphrase=SAID["wrong passphrase"], digits="111111")
    Seat(site, SAID["unknown name at log-in"], SAID["wrong passphrase"], olena.totp_secret).logs_in()
    olena.logs_in(digits="000000")
    assert olena.logs_in().is_logged_in
    assert eventually(lambda: len(olena.waiting()) == 2)
    olena.takes(olena.waiting()[0])
    if not olena.sees(SAID["words"]):
        olena.releases()
        olena.takes(olena.waiting()[1])
    assert olena.sees(SAID["words"])
    olena.answers(SAID["answer"]).notes(SAID["note"])
    assert olena.sees(SAID["note"])
    olena.previews(SAID["refused answer"] * (MANY // 20))
    ask(site, "inner", "GET", "/find?number=" + SAID["what was typed into an address"])
    olena.browser.get(f"{site.url('inner')}/find?number={SAID['what was typed into an address']}")
    assert eventually(lambda: SAID["answer"] in soldier.comes_back().text)
    return olena


def troubles(site: Site, soldier: Person, olena: Seat) -> None:
    """Tables that are gone, handover that is not signed, processes that die with all this in their memory."""
    with without_table(site, "front", "web_answer"):
        assert soldier.comes_back().status == 503
    with without_table(site, "inner", "cases_note"):
        refused = olena.browser.send(
            olena.screen, olena.screen.form_to("/note"), filled={"note": SAID["note that broke"]}
        )
        assert refused.status == 500
        assert olena.browser.get(olena.screen.address).status == 500
    for path in ("pull", "deliver", "acknowledge"):
        body = SAID["unsigned handover"].encode()
        assert ask(site, "handover", "POST", f"/handover/{path}", body) in (400, 401, 403)
    site.kill("front", "inner", "handover", "worker")
    site.start()
    soldier.writes_again(SAID["words of a second letter"])
    assert SAID["answer"] in soldier.comes_back().text


def plant(site: Site) -> list[str]:
    """Put some markers into the open after all, each where and how one might leak."""
    words, answer, note = (SAID[name].encode() for name in ("words", "answer", "note"))
    for wing in ("front", "inner"):
        execute(site, wing, "CREATE TABLE control (content TEXT)")
        execute(site, wing, "INSERT INTO control VALUES (?)", words.hex())
    (site.logs / "front.log").open("ab").write(base64.b64encode(b"at 12:00 " + answer))
    (site.data / "front" / "spool.sqlite3").open("ab").write(gzip.compress(note))
    return ["words", "answer", "note"]


@contextmanager
def without_table(site: Site, wing: str, table: str) -> Iterator[None]:
    execute(site, wing, f"ALTER TABLE {table} RENAME TO gone")
    yield
    execute(site, wing, f"ALTER TABLE gone RENAME TO {table}")


def picture_with_remark() -> bytes:
    """A photograph as a telephone makes it, with words in its metadata."""
    image, written = Image.new("RGB", (64, 48), "#7a9e8c"), BytesIO()
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = exif[0x8298] = SAID["remark in a picture"]
    image.save(written, "JPEG", exif=exif, comment=SAID["remark in a picture"].encode())
    assert SAID["remark in a picture"].encode() in written.getvalue()
    return written.getvalue()


def ask(site: Site, role: str, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> int:
    """The status of something that no browser would send."""
    connection = http.client.HTTPConnection("localhost", site.ports[role], timeout=30)
    try:
        connection.request(method, path.encode().decode("latin-1"), body, headers or {})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
