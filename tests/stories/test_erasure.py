"""What was erased is gone: from rows and files, and it stays gone when an older backup comes back."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from safeconduct.demo.browser import Upload
from safeconduct.demo.people import Person
from tests.stories.conftest import MakeSite
from tests.stories.people import Seat
from tests.stories.searching import writings_of
from tests.stories.site import Site, eventually
from tests.stories.stored import connection_to, count_of, everything, execute, values_of
from tests.stories.test_one_appeal import arrives_at

TERMS = '{"question_days": 30, "waiting_days": 90, "closed_days": 30}'
LONG_AGO = "2026-01-01 12:00:00+00:00"
# The first answer to a pull may take 25 seconds, and nothing ends by a term before the front has said it is empty.
ENDS_WITHIN = 90


@pytest.fixture
def site(new_site: MakeSite) -> Iterator[Site]:
    """With the journal of erasures on another disk, so to speak, and a front that keeps nothing that inner has."""
    own = new_site()
    own.settings["INNER_ERASURES"] = str(own.folder / "other-disk.journal")
    own.start()
    yield own
    own.stop()


def test_erased_stays_erased_after_a_restore_and_all_else_is_back(site: Site, databases: dict[str, str]) -> None:
    olena = Seat.of(site, "olena").logs_in()
    people = {name: Person(site.url("front"), "uk") for name in ("wipes", "asks", "sleeps", "stays", "late")}
    numbers = {
        name: arrives_at(olena, lambda name=name: people[name].writes(f"Пише: {name}."))  # type: ignore[misc]
        for name in ("wipes", "asks", "sleeps", "stays")
    }
    saved, journal = site.folder / "saved", site.folder / "other-disk.journal"
    site.command("backup", str(saved))
    numbers["late"] = arrives_at(olena, lambda: people["late"].writes("Пише: late."))

    people["wipes"].wipes()
    for name in ("asks", "late"):
        receipt = erased_by_two(site, numbers[name])
        assert "Erased:   1 letters, 0 answers, 0 files, 0 notes" in receipt
    ends_by_its_term(site, numbers["sleeps"])
    assert eventually(lambda: olena.waiting() == [numbers["stays"]])
    assert eventually(lambda: count_of(site, "inner", "cases_journalline") == 0)
    assert b"\n" in journal.read_bytes()
    site.kill("front", "handover", "inner", "worker")
    shutil.rmtree(site.data / "inner")

    without = comes_back(site, saved, "without", database="")
    assert "No journal of erasures was given: what was erased after the backup is back" in without.stderr
    done = comes_back(site, saved, "new", "--erasures", str(journal), database=databases.get("INNER_DATABASE_URL", ""))

    assert "3 cases that were erased after the backup were erased again." in done.stdout
    assert done.stderr == ""
    shutil.move(site.folder / "new" / "inner", site.data / "inner")
    site.start()
    taras = Seat.of(site, "taras").logs_in()
    # The front hands over once more what came after the backup: the erased letter among it is not taken in again.
    assert eventually(lambda: True not in map(bool, values_of(site, "inner", "asks_again", "reaching_frontstatus")))
    assert arrives_at(taras, lambda: people["late"].writes("Пише знову.")) > numbers["late"]
    assert numbers["stays"] in taras.waiting()
    assert not {numbers[name] for name in ("wipes", "asks", "sleeps", "late")} & set(taras.waiting())
    assert taras.takes(numbers["stays"]).sees("Пише: stays.")
    site.command("audit", "verify")
    for name in ("wipes", "asks", "sleeps", "late"):
        proof = site.command("erase", "--proof", str(numbers[name])).stdout
        assert "after a restore, what had been erased was erased again" in proof


def test_a_case_is_erased_as_asked_by_two_holders_and_by_no_fewer(site: Site) -> None:
    olena = Seat.of(site, "olena").logs_in()
    soldier = Person(site.url("front"), "uk")
    number = arrives_at(olena, lambda: soldier.writes("Зітріть мене."))
    words = {one["username"]: one["passphrase"] for one in site.told["operators"]}
    erase = ["erase", str(number), "--by", "olena"]

    for refused, sentence in (
        (site.command(*erase, may_refuse=True), "Two different holders"),
        (site.command(*erase, "--by", "olena", may_refuse=True), "Two different holders"),
        (site.command(*erase, "--by", "taras", given=f"{words['olena']}\nwrong\n", may_refuse=True), "not the six"),
        (site.command("erase", "--proof", str(number), may_refuse=True), "No case of this number was erased"),
        (site.command("erase", soldier.code, "--by", "olena", "--by", "taras", may_refuse=True), "never a code"),
    ):
        assert sentence in refused.stderr
        assert refused.returncode == 1
    assert olena.waiting() == [number]

    receipt = erased_by_two(site, number)

    assert olena.waiting() == []
    assert f"Case {number} was erased on " in receipt
    assert "appeals, line " in receipt
    assert "gone from the last of them on " in receipt
    assert eventually(lambda: site.command("erase", "--proof", str(number)).stdout.splitlines()[2].endswith("files"))
    again = site.command("erase", "--proof", str(number)).stdout
    assert again.splitlines()[3:] == receipt.splitlines()[3:]
    for person in (soldier.code, soldier.our_word, "Зітріть"):
        assert person not in again
    gone = site.command(*erase, "--by", "taras", given=f"{words['olena']}\n{words['taras']}\n", may_refuse=True)
    assert "There is no such case" in gone.stderr


def test_after_an_erasure_no_byte_of_it_is_found_in_any_file(site: Site) -> None:
    """Words, drafts, code, sealed bytes, lookup ids and keys; of the neighbour everything is still there."""
    # The front lets go of what inner has; else the sealed letters of the last day would lie there.
    site.stop("front", "handover")
    site.settings["FRONT_KEEP_ACKNOWLEDGED_HOURS"] = "0"
    site.start("front", "handover")
    olena = Seat.of(site, "olena").logs_in()
    soldier, neighbour = Person(site.url("front"), "uk"), Person(site.url("front"), "uk")
    sheet = Upload("записка.txt", "text/plain", b"kryshtaleva-cherepakha " * 3000)
    number = arrives_at(olena, lambda: soldier.writes("мандариновий-равлик-5521", uploads=[sheet]))
    olena.takes(number).previews("вишневий-маяк")
    begun = sealed_bytes(site)
    olena.answers("вишневий-маяк-5108").notes("ожиновий-ліхтар-3957").previews("кизиловий-вітрильник-2290")
    assert eventually(lambda: "вишневий-маяк" in soldier.comes_back().text)
    assert eventually(lambda: count_of(site, "inner", "cases_attachment") == 1)
    of_soldier = sealed_bytes(site)
    arrives_at(olena, lambda: neighbour.writes("А я лишаюся."))
    of_neighbour = {name: value for name, value in sealed_bytes(site).items() if name not in of_soldier}
    assert missing(site, of_soldier, in_files_alone=True) == set(), "the search finds what is there"

    soldier.wipes()
    assert eventually(lambda: count_of(site, "inner", "cases_tombstone") == 1)
    assert eventually(lambda: None not in values_of(site, "inner", "swept_at", "cases_tombstone"), within=30)
    assert eventually(lambda: not any(map(bytes, values_of(site, "inner", "payload", "reaching_outboxrow"))), within=30)
    site.stop()
    tidied_up(site)

    said = [*writings_of(soldier.code), "мандариновий-равлик-5521", "вишневий-маяк-5108", "ожиновий-ліхтар-3957"]
    said.append("кизиловий-вітрильник-2290")
    gone = begun | of_soldier | {text: text.encode() for text in said} | {"a file": sheet.content[:64]}
    assert missing(site, gone) == gone.keys()
    assert missing(site, of_neighbour) == set()


def erased_by_two(site: Site, number: int) -> str:
    words = {one["username"]: one["passphrase"] for one in site.told["operators"]}
    given = f"{words['olena']}\n{words['taras']}\n"
    return site.command("erase", str(number), "--by", "olena", "--by", "taras", given=given).stdout


def ends_by_its_term(site: Site, number: int) -> None:
    """It was read and left alone for months, and the worker was down all the time."""
    site.stop("worker")
    for column in ("last_word_at", "read_at"):
        execute(site, "inner", f"UPDATE cases_case SET {column} = ? WHERE number = ?", LONG_AGO, number)
    site.settings["INNER_RETENTION"] = TERMS
    site.start("worker")
    assert eventually(lambda: number not in values_of(site, "inner", "number", "cases_case"), within=ENDS_WITHIN)


def comes_back(site: Site, saved: Path, name: str, *more: str, database: str) -> CompletedProcess[str]:
    """Restored into a folder of this name."""
    site.settings.pop("INNER_DATABASE_URL", None)
    if database:
        site.settings["INNER_DATABASE_URL"] = site.databases["INNER_DATABASE_URL"] = database
    shares = "\n".join(site.told["recovery_shares"][1:]) + "\n"
    return site.command("restore", str(saved), *more, "--data", str(site.folder / name), given=shares)


def sealed_bytes(site: Site) -> dict[str, bytes]:
    """Of everything sealed a piece of its middle, and what leads to a person: lookup ids and keys of threads."""
    found = {}
    columns = [("inner", "sealed", f"cases_{table}") for table in ("message", "attachment", "note", "draft")]
    columns += [("inner", "lookup", "cases_thread"), ("inner", "public_key", "cases_thread")]
    columns += [("front", "blob", "web_answer"), ("front", "lookup", "web_answer")]
    for wing, column, table in columns:
        for value in map(bytes, values_of(site, wing, column, table)):
            middle = value[64:96] if len(value) > 96 else value
            found[f"{table}.{column} {middle.hex()}"] = middle
    return found


def missing(site: Site, needles: dict[str, bytes], *, in_files_alone: bool = False) -> set[str]:
    left = dict(needles)
    for place, content in everything(site):
        if in_files_alone and place.startswith(("front, table ", "inner, table ")):
            continue
        left = {name: needle for name, needle in left.items() if needle not in content}
    return set(left)


def tidied_up(site: Site) -> None:
    """PostgreSQL only frees space; this is what docs/threat-model.md tells its keeper to do each night."""
    if not site.databases:
        return
    for wing in ("front", "inner"):
        with closing(connection_to(site, wing)) as connection:
            connection.autocommit = True
            connection.execute("ALTER SYSTEM SET wal_recycle = off")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("VACUUM (FULL, ANALYZE)")
    for _ in range(2):
        with closing(connection_to(site, "inner")) as connection:
            connection.autocommit = True
            connection.execute("SELECT pg_switch_wal()")
            connection.execute("CHECKPOINT")
