"""Whatever arrives, both ports of the front answer with a page or a refusal, never with a fault. Long form: soak."""

import random
import time
from http.client import HTTPConnection, HTTPException
from urllib.parse import quote, urlencode

import pytest

from safeconduct.demo.browser import Upload, multipart
from safeconduct.demo.people import Person
from tests.stories.site import Site

METHODS = ("GET", "POST", "HEAD", "PUT", "OPTIONS", "TRACE", "DELETE", "BREW")
PAGES = ("/uk/w", "/uk/n", "/uk/c", "/uk/", "/", "/x", "/uk/x", "/xx/w", "/uk/index.html", "/s/p.css")
DOORS = ("/handover/pull", "/handover/acknowledge", "/handover/deliver", "/handover/forget", "/", "/handover/")
FIELDS = ("f", "go", "words", "deadline", "check_word", "code", "safe_now", "about", "file1", "csrfmiddlewaretoken")
KINDS = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain; charset=utf-7",
    "application/json",
    "application/x-www-form-urlencoded; charset=no-such-charset",
    "",
)
SAMPLES = (b"", b"\x00", b"\xff\xfe", "І́\u202e🕊".encode(), b"%", b"%u0000", b"' OR 1=1 --", b"{{7*7}}", b"../../x")
BUTTONS = ("send", "skip", "next", "back", "page", "begin", "wipe", "erase", "read", "language", "?")
CODES = ("000000000000000000000001", "٠" * 23 + "١", "9" * 24, "1" * 23, "1" * 5000)


def test_for_some_seconds_nothing_that_arrives_breaks_the_front(site: Site) -> None:
    fuzz(site, seconds=8, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [2, 3])
def test_for_minutes_nothing_that_arrives_breaks_the_front(site: Site, seed: int) -> None:
    fuzz(site, seconds=240, seed=seed)


def fuzz(site: Site, *, seconds: float, seed: int) -> None:
    chance, soldier = random.Random(seed), Person(site.url("front"), "uk")
    sealed = soldier.fills_in("")[0].form_with("words").fields["f"]
    end, asked, answered = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        role, path = ("handover", chance.choice(DOORS)) if chance.random() < 0.2 else ("front", chance.choice(PAGES))
        method, body, headers = request(chance, sealed)
        status = status_of(site, role, method, path + queries(chance), body, headers)
        assert status != 500, (method, path, headers, body[:2000])
        asked, answered = asked + 1, answered + bool(status)
    assert asked > seconds
    assert answered > asked / 2
    assert '"error"' not in site.log_of("front") + site.log_of("handover")
    soldier.writes("І все-таки листи доходять.")


def request(chance: random.Random, sealed: str) -> tuple[str, bytes, dict[str, str]]:
    method = chance.choices(METHODS, weights=[2, 12, *[1] * (len(METHODS) - 2)])[0]
    values = {name: value(chance, name, sealed) for name in chance.sample(FIELDS, chance.randint(0, 5))}
    kind = chance.choice(KINDS)
    if chance.random() < 0.3:
        body, kind = multipart(values, [("file1", Upload("a.png", "image/png", chance.randbytes(300)))])
    elif chance.random() < 0.5:
        body, kind = urlencode(values).encode(), KINDS[0]
    else:
        body = chance.randbytes(chance.choice((0, 1, 30, 3000)))
    if chance.random() < 0.3:
        body = body[: chance.randint(0, len(body))]
    host = chance.choice(("localhost", "x y", ""))
    return method, body, {"Content-Type": kind, "Accept-Language": "uk;q=\x7f", "Host": host}


def value(chance: random.Random, name: str, sealed: str) -> str:
    """What a page would bring, or something near it, or anything."""
    if name == "f" and chance.random() < 0.8:
        place = chance.randrange(len(sealed))
        return sealed if chance.random() < 0.5 else sealed[:place] + chance.choice("Aa_-=%") + sealed[place + 1 :]
    if name == "code":
        return chance.choice(CODES)
    if name == "go":
        return chance.choice(BUTTONS)
    return (chance.choice(SAMPLES) * chance.choice((1, 1, 50, 2000))).decode("utf-8", "replace")


def queries(chance: random.Random) -> str:
    return f"?{quote(chance.choice(SAMPLES))}={quote(chance.choice(SAMPLES))}" if chance.random() < 0.2 else ""


def status_of(site: Site, role: str, method: str, path: str, body: bytes, headers: dict[str, str]) -> int:
    """0 where the line was cut, as the server may do with what is no HTTP."""
    connection = HTTPConnection("localhost", site.ports[role], timeout=30)
    try:
        connection.request(method, path, body, headers)
        return connection.getresponse().status
    except (OSError, HTTPException, ValueError):
        return 0
    finally:
        connection.close()
