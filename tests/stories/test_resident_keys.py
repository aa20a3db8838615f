"""A room works at night, without anybody: its key is in the worker's memory, and nowhere else."""

import hashlib
import os
import re
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from safeconduct.sealing.stores import PassphraseCost, halves_of, unlock_keys, unwrap_resident, wrap_resident
from tests.stories.people import Seat
from tests.stories.searching import _base64_at
from tests.stories.site import Site, eventually
from tests.stories.stored import connection_to, count_of, everything, execute, values_of
from tests.stories.test_keys import Ceremony

# A worker that is killed cannot say so: it is heard no more for ten seconds.
NOTICED_WITHIN = 25


@pytest.fixture
def ceremony(own_site: Site) -> Ceremony:
    """The bureau is open, with two holders of its own."""
    made = Ceremony(own_site)
    made.enters("ihor", "bureau")
    made.enters("lesia", "bureau", "bureau-supervisor")
    assert "safeconduct keys unlock clocks" in made.signs("keys", "open-store", "bureau", by=("ihor", "lesia"))
    return made


def key_line(ceremony: Ceremony) -> str:
    (line,) = [line for line in ceremony.status().splitlines() if line.startswith("  key clocks")]
    return line


def is_missing(ceremony: Ceremony) -> bool:
    return bool(re.search(r"MISSING since 20.* UTC, waiting: the bureau's clocks;", key_line(ceremony)))


def unlocks(ceremony: Ceremony, by: str = "ihor") -> None:
    assert "The worker has the key clocks" in ceremony.signs("keys", "unlock", "clocks", by=(by,))


def the_key(site: Site, holder: str) -> bytes:
    """As only somebody with the six words and the secret file could come by it."""
    with closing(connection_to(site, "inner")) as connection:
        find = (
            "SELECT w.blob, k.number, o.salt, o.locked_keys FROM operators_residentwrap w JOIN operators_residentkey k "
            "ON k.id = w.key_id JOIN operators_operator o ON o.id = w.operator_id "
            f"WHERE o.username = '{holder}' AND k.name = 'clocks' ORDER BY k.number DESC"
        )
        blob, number, salt, locked = connection.execute(find).fetchone()
    (words,) = [one["passphrase"] for one in site.told["operators"] if one["username"] == holder]
    secret = (site.data / "inner" / "secrets" / "secret.key").read_bytes()
    half = halves_of(words, salt=bytes(salt), secret=secret, cost=PassphraseCost(memory_kib=64)).key
    seed = unlock_keys(bytes(locked), key=half).seed
    return unwrap_resident(bytes(blob), store="bureau", name="clocks", number=number, seed=seed)


def dresses(key: bytes) -> Iterator[bytes]:
    yield from (key, key.hex().encode(), key.hex().upper().encode(), key[::-1])
    for shift in range(3):
        standard = _base64_at(key, shift)
        yield from (standard, standard.translate(bytes.maketrans(b"+/", b"-_")))


def test_it_is_there_until_the_worker_dies_or_somebody_locks(own_site: Site, ceremony: Ceremony) -> None:
    site = own_site
    assert is_missing(ceremony)
    lesia = Seat.of(site, "lesia").logs_in()
    assert "safeconduct keys unlock clocks" in lesia.looks_at_the_queue().text
    assert eventually(lambda: "clocks_missing" in values_of(site, "inner", "kind", "duty_alarm"), within=15)
    assert "key clocks: MISSING since" in site.command("check").stdout

    unlocks(ceremony)

    assert "in the worker's memory" in key_line(ceremony)
    assert "safeconduct keys unlock clocks" not in lesia.looks_at_the_queue().text
    assert None not in values_of(site, "inner", "taken_at", "duty_alarm"), "who unlocked has seen to it"

    site.kill("worker")
    assert eventually(partial(is_missing, ceremony), within=NOTICED_WITHIN, every=1)
    refused = ceremony.refuses("keys", "unlock", "clocks", by=("ihor",))
    assert "No worker listens" in refused
    site.start("worker")
    assert is_missing(ceremony)

    assert eventually(lambda: (site.data / "inner" / "run" / "worker.sock").exists())
    unlocks(ceremony, by="lesia")
    site.stop("worker")
    site.start("worker")
    assert eventually(partial(is_missing, ceremony), within=NOTICED_WITHIN, every=1)
    unlocks(ceremony)

    site.command("keys", "panic", "--yes")
    assert eventually(partial(is_missing, ceremony), within=5)
    assert "Everything is locked" in ceremony.refuses("keys", "unlock", "clocks", by=("ihor",))
    ceremony.signs("keys", "resume")
    assert is_missing(ceremony)
    unlocks(ceremony)
    verbs = values_of(site, "inner", "verb", "audit_line")
    assert verbs.count("resident.unlocked") == 4


def test_with_the_key_unlocked_it_lies_nowhere(own_site: Site, ceremony: Ceremony) -> None:
    site = own_site
    unlocks(ceremony)
    key = the_key(site, "ihor")
    assert len(key) == 32
    assert key == the_key(site, "lesia")
    ceremony.backs_up()

    places = list(everything(site))
    wanted = list(dresses(key))

    assert [place for place, content in places if any(needle in content for needle in wanted)] == []
    # And the search would find it.
    (site.temporary / "planted").write_bytes(b"..." + wanted[-1])
    assert any(wanted[-1] in content for _place, content in everything(site))
    # Nor is it where other processes could look: no dump, no variable, no argument.
    pid = site.pid_of("worker")
    assert re.search(r"Max core file size +0 +0 ", Path(f"/proc/{pid}/limits").read_text())
    told = Path(f"/proc/{pid}/environ").read_bytes() + Path(f"/proc/{pid}/cmdline").read_bytes()
    assert not any(needle in told for needle in wanted)


def test_who_is_not_admitted_or_forged_a_row_hands_over_nothing(own_site: Site, ceremony: Ceremony) -> None:
    site = own_site
    assert "does not hold the store" in ceremony.refuses("keys", "unlock", "clocks", by=("olena",))
    assert "no resident key of this name" in ceremony.refuses("keys", "unlock", "gates", by=("ihor",))

    # A key of the thief's own, with its fingerprint written into the row, and closed for the holder as ours are.
    thiefs = b"\x07" * 32
    with closing(connection_to(site, "inner")) as connection:
        find = "SELECT public_key FROM operators_operator WHERE username = 'ihor'"
        public_key = bytes(connection.execute(find).fetchone()[0])
    fingerprint = hashlib.sha256(b"safeconduct/resident-key/1" + thiefs).digest()
    execute(site, "inner", "UPDATE operators_residentkey SET fingerprint = ?", fingerprint)
    blob = wrap_resident(thiefs, store="bureau", name="clocks", number=1, to=public_key)
    execute(site, "inner", "UPDATE operators_residentwrap SET blob = ?", blob)
    assert the_key(site, "ihor") == thiefs

    assert "did not take the key" in ceremony.refuses("keys", "unlock", "clocks", by=("ihor",))
    assert is_missing(ceremony)


def test_the_socket_says_the_same_to_everything(own_site: Site, ceremony: Ceremony) -> None:
    site = own_site
    run = site.data / "inner" / "run"
    assert eventually((run / "worker.sock").exists)
    assert run.stat().st_mode & 0o777 == 0o700
    assert (run / "worker.sock").stat().st_mode & 0o777 == 0o600
    key = the_key(site, "ihor")

    def asked(request: bytes) -> bytes:
        opened = os.open(run, os.O_PATH)
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
                line.settimeout(10)
                line.connect(f"/proc/self/fd/{opened}/worker.sock")
                line.sendall(request)
                line.shutdown(socket.SHUT_WR)
                return line.recv(100)
        finally:
            os.close(opened)

    (number,) = values_of(site, "inner", "id", "operators_residentkey")
    mark = b"safeconduct/1\0\0\0"
    wrong = [
        b"",
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack(">16sQ32s", b"safeconduct/9\0\0\0", number, key),
        struct.pack(">16sQ32s", mark, number + 1, key),
        struct.pack(">16sQ32s", mark, 2**64 - 1, key),
        struct.pack(">16sQ32s", mark, number, bytes(32)),
    ]
    assert {asked(request) for request in wrong} == {b"."}
    assert is_missing(ceremony)

    assert asked(struct.pack(">16sQ32s", mark, number, key)) == b"."
    assert "in the worker's memory" in key_line(ceremony)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can speak as another account; handing's own test stands in")
def test_another_account_is_not_heard_even_where_the_doors_were_opened(own_site: Site, ceremony: Ceremony) -> None:
    site = own_site
    run = site.data / "inner" / "run"
    assert eventually((run / "worker.sock").exists)
    (number,) = values_of(site, "inner", "id", "operators_residentkey")
    request = struct.pack(">16sQ32s", b"safeconduct/1\0\0\0", number, the_key(site, "ihor"))
    run.chmod(0o711)
    (run / "worker.sock").chmod(0o666)

    def speaks_as(uid: int) -> int:
        opened = os.open(run, os.O_PATH)
        script = (
            f"import os, socket; os.setresuid({uid}, {uid}, {uid}); line = socket.socket(socket.AF_UNIX); "
            f"line.connect('/proc/self/fd/{opened}/worker.sock'); line.sendall(bytes.fromhex('{request.hex()}')); "
            "assert line.recv(9) == b'.'"
        )
        try:
            return subprocess.run([sys.executable, "-I", "-c", script], pass_fds=[opened]).returncode
        finally:
            os.close(opened)

    assert speaks_as(65534) == 0
    assert is_missing(ceremony)

    assert speaks_as(0) == 0
    assert "in the worker's memory" in key_line(ceremony)


def test_who_leaves_takes_a_key_along_that_is_used_no_more(own_site: Site, ceremony: Ceremony) -> None:
    site = own_site
    ceremony.enters("roman", "bureau")
    ceremony.signs("operators", "admit", "roman", "--store", "bureau", by=("ihor", "lesia"))
    known = the_key(site, "roman")
    unlocks(ceremony, by="roman")

    said = ceremony.signs("operators", "leave", "roman", by=("ihor", "lesia"))

    assert "safeconduct keys unlock clocks" in said
    assert is_missing(ceremony), "the worker has the old one alone"
    assert the_key(site, "ihor") != known
    unlocks(ceremony)
    assert "in the worker's memory" in key_line(ceremony)
    assert count_of(site, "inner", "operators_residentkey") == 2
