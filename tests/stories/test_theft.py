"""What does a thief get? All of it is taken, all of it is searched for words, and each key is tried on each blob.

docs/what-an-attacker-gets.md says the same for people who read no tests, and names these.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from safeconduct.demo.browser import Upload
from safeconduct.demo.people import Person
from safeconduct.interview.harmless import sample_exchanges
from safeconduct.sealing.signify import read_public_file, read_secret_file, sign_embedded, verify_embedded
from safeconduct.sealing.signing import verifying_key_of
from tests.stories.conftest import MakeSite
from tests.stories.people import Seat
from tests.stories.searching import found_in, writings_of
from tests.stories.site import Site, eventually
from tests.stories.stored import count_of, execute, values_of
from tests.stories.test_keys import Ceremony
from tests.stories.thief import Loot, Thief, disk

SAID = {
    "first letter": "мандариновий-равлик-5521",
    "letter under the new key": "бурштинова-капуста-8834",
    "letter of another": "кришталевий-гарбуз-1207",
    "name of a file": "липовий-одуванчик-3390",
    "content of a file": "смарагдова-черепаха-7742",
    "check word": "рододендронюк",
    "answer": "вишневий-маяк-5108",
    "answer that nobody has read": "кедровий-дзвоник-6420",
    "note": "ожиновий-ліхтар-3957",
    "draft": "бузковий-телескоп-6613",
    "page under way": "сливовий-компас-2096",
}
# What of inner's database opens for who has the right keys.
WORDS = {"letter": 3, "file": 1, "answer": 2, "note": 1, "draft": 1}
# What the secrets folder opens by itself: where two factors are asked for, one of them.
FACTORS = {"second factor": 3, "recovery codes": 3}
WITH_SECRET_FILE = {"erasure": 1, **FACTORS}
EPOCHS = 2


@dataclass
class Robbed:
    """A site with something of everything, and all that can be taken from it."""

    site: Site
    soldier: Person
    mother: Person
    forced: Person
    case: int
    nadia: Seat
    before_nadia_left: Loot
    live_cookies: tuple[str, ...]
    page_under_way: str
    saved: Loot
    front: Loot
    inner: Loot
    tmpfs: Loot
    inner_locked: Loot

    def words_of(self, username: str) -> str:
        return str(next(one for one in self.site.told["operators"] if one["username"] == username)["passphrase"])

    def papers(self, *numbers: int) -> Loot:
        return Loot(papers=tuple(self.site.told["recovery_shares"][number] for number in numbers))

    def everything_said(self) -> dict[str, str]:
        codes = {f"code {n}": text for n, text in enumerate(writings_of(self.soldier.code))}
        words = {one["username"]: one["passphrase"] for one in self.site.told["operators"]}
        secrets = {f"authenticator of {one['username']}": one["totp_secret"] for one in self.site.told["operators"]}
        papers = {f"paper {n}": text for n, text in enumerate(self.site.told["recovery_shares"])}
        return {**SAID, **codes, **words, **secrets, **papers, "our word": self.soldier.our_word}


@pytest.fixture(scope="module")
def robbed(new_site: MakeSite) -> Robbed:
    site = new_site()
    site.settings["FRONT_SPOOL_MIB"] = "1"
    site.start()
    ceremony, olena = Ceremony(site), Seat.of(site, "olena").logs_in()
    soldier, mother = Person(site.url("front"), "uk"), Person(site.url("front"), "uk")
    ceremony.enters("nadia", "operator")
    ceremony.signs("operators", "admit", "nadia")
    sheet = Upload(f"{SAID['name of a file']}.txt", "text/plain", SAID["content of a file"].encode())
    first = comes_in(site, lambda: soldier.writes(SAID["first letter"], check_word=SAID["check word"], uploads=[sheet]))
    assert eventually(lambda: count_of(site, "inner", "cases_attachment") == 1)
    olena.takes(first).answers(SAID["answer"]).notes(SAID["note"])
    assert eventually(lambda: SAID["answer"] in soldier.comes_back().text)
    forced = soldier.takes_second_code()
    assert eventually(lambda: count_of(site, "front", "web_answer") == 2)
    # A wiped case leaves its tombstone, an alarm rings, somebody leaves, the key rolls.
    wiped = Person(site.url("front"), "uk")
    comes_in(site, lambda: wiped.writes("Зітріть мене."))
    wiped.wipes()
    assert eventually(lambda: count_of(site, "inner", "cases_tombstone") == 1)
    assert eventually(lambda: count_of(site, "inner", "cases_journalline") == 0)
    execute(
        site, "inner", "INSERT INTO duty_alarm (kind, rung_at) VALUES ('bulk_reading', '2026-11-22 18:00:00+00:00')"
    )
    nadia = Seat.of(site, "nadia")
    before_nadia_left = disk(site, "inner")
    ceremony.signs("operators", "leave", "nadia")
    ceremony.backs_up()
    assert eventually(lambda: "at the front since" in ceremony.status(), within=30, every=0.5)
    soldier.writes_again(SAID["letter under the new key"])
    second = comes_in(site, lambda: mother.writes(SAID["letter of another"]))
    taras = Seat.of(site, "taras").logs_in()
    taras.takes(second).answers(SAID["answer that nobody has read"]).previews(SAID["draft"])
    assert eventually(lambda: count_of(site, "front", "web_answer") == 3)
    assert eventually(lambda: count_of(site, "inner", "audit_signed_head") >= 2, within=30)
    page = soldier.comes_back()
    # The power goes while both sit at the desk and a page is under way.
    site.kill("worker")
    site.command("backup", str(site.folder / "saved"))
    site.kill("front", "handover", "inner")
    front, inner = disk(site, "front"), disk(site, "inner")
    site.command("keys", "panic", "--yes")
    return Robbed(
        site,
        soldier,
        mother,
        forced,
        first,
        nadia,
        before_nadia_left,
        tuple(taras.browser.cookies.values()),
        page.form_with("f").fields["f"],
        Loot(files={"saved": (site.folder / "saved").read_bytes()}),
        front,
        inner,
        Loot(files={file.name: file.read_bytes() for file in (site.folder / "tmpfs").iterdir()}),
        disk(site, "inner"),
    )


def comes_in(site: Site, write: Callable[[], object]) -> int:
    """The number of the case that what is written opens."""
    before = set(values_of(site, "inner", "number", "cases_case"))
    write()
    assert eventually(lambda: set(values_of(site, "inner", "number", "cases_case")) - before)
    (number,) = set(values_of(site, "inner", "number", "cases_case")) - before
    return int(number)


def dumps(robbed: Robbed, wing: str) -> Loot:
    """The database of one wing, as it is on its disk, and nothing beside it."""
    return Loot(tables=(robbed.front if wing == "front" else robbed.inner).tables)


def test_nothing_that_can_be_taken_holds_a_word_a_code_or_a_paper_in_the_open(robbed: Robbed) -> None:
    taken = robbed.front + robbed.inner + robbed.saved + robbed.tmpfs

    assert found_in(taken.places(), robbed.everything_said()) == []

    names = {one["username"]: one["username"] for one in robbed.site.told["operators"]}
    assert found_in(taken.places(), names), "the search finds what lies there on purpose"


def test_two_papers_and_both_disks_open_everything_so_what_stays_closed_below_proves_something(robbed: Robbed) -> None:
    codes = Loot(codes=(robbed.soldier.code, robbed.mother.code, robbed.forced.code))

    thief = Thief(robbed.front + robbed.inner + robbed.papers(0, 2) + codes)

    gets = thief.gets()
    kept = robbed.front.tables["serving_keptenvelope"]
    # What a backup held may be gone from the front by now.
    assert gets.pop("header") == len(kept)
    assert gets.pop("letter at the front") + gets.pop("file at the front", 0) == sum(bool(row["body"]) for row in kept)
    assert gets == WORDS | WITH_SECRET_FILE | {"epoch": EPOCHS, "answer that waits": 3}
    for called in SAID.keys() - {"page under way"}:
        assert thief.reads(SAID[called]), called


def test_a_stolen_disk_of_the_front_gives_minutes_sizes_and_its_own_keys(robbed: Robbed) -> None:
    assert Thief(robbed.front).gets() == {}

    kept = robbed.front.tables["serving_keptenvelope"]
    assert kept
    assert all(str(row["arrived_at"])[17:19] == "00" for row in kept)
    assert {row["store"] for row in kept} == {"appeals"}
    # He can give himself out as this front, until inner makes another one.
    front, inner = (json.loads(_file(robbed, f"{wing}/{wing}.json")) for wing in ("front", "inner"))
    assert verifying_key_of(bytes.fromhex(front["FRONT_HANDOVER_SEED"])).hex() == inner["INNER_FRONT_KEY"]
    # And he can see of one code whether it is right: then he reads its answers, and no letter.
    with_code = Thief(robbed.front + Loot(codes=(robbed.soldier.code,)))
    assert with_code.gets() == {"answer that waits": 1}
    assert with_code.reads(SAID["answer"])


def test_a_stolen_dump_of_the_front_tries_no_code(robbed: Robbed) -> None:
    assert Thief(dumps(robbed, "front") + Loot(codes=(robbed.soldier.code,))).gets() == {}


def test_memory_of_the_front_opens_the_page_under_way_and_what_its_code_opens(robbed: Robbed) -> None:
    page = Loot(pages=(robbed.page_under_way,))

    assert Thief(robbed.front + page).gets() == {}
    assert Thief(robbed.front + robbed.tmpfs).gets() == {}
    assert Thief(robbed.front + robbed.tmpfs + page).gets() == {"form": 1, "answer that waits": 1}


def test_a_stolen_disk_of_inner_opens_no_word_but_speaks_in_our_name(robbed: Robbed) -> None:
    assert Thief(robbed.inner).gets() == WITH_SECRET_FILE

    assert {row["danger"] for row in robbed.inner.tables["cases_case"]} == {"none"}
    deeds = {(row["actor"], row["verb"]) for row in robbed.inner.tables["audit_line"]}
    assert {verb for actor, verb in deeds if actor} >= {"case.read", "case.answered", "case.noted"}
    # The keys that sign for the site lie open there, as they must: pages, the chain, the hand-over.
    forged = sign_embedded(b"forged", key=read_secret_file(_file(robbed, "inner/secrets/pages.sec")))
    assert verify_embedded(forged, by=read_public_file(_file(robbed, "front/pages.pub"))) == b"forged"
    told = json.loads(_file(robbed, "front/front.json"))
    assert verifying_key_of(_file(robbed, "inner/secrets/handover.seed")).hex() == told["FRONT_INNER_KEY"]


def test_a_stolen_disk_of_inner_and_the_six_words_of_one_operator_open_the_store(robbed: Robbed) -> None:
    """Need-to-know inside a store is a rule and not cryptography: Olena's words open the letters that Taras has."""
    thief = Thief(robbed.inner + Loot(passphrases=(robbed.words_of("olena"),)))

    assert thief.gets() == WORDS | WITH_SECRET_FILE | {"operator's keys": 1, "epoch": EPOCHS}
    assert thief.reads(SAID["letter of another"])
    assert Thief(robbed.inner + Loot(passphrases=("abandon " * 6,))).gets() == WITH_SECRET_FILE


def test_a_stolen_dump_of_inner_opens_nothing_even_with_an_operators_words(robbed: Robbed) -> None:
    assert Thief(dumps(robbed, "inner")).gets() == {}
    assert Thief(dumps(robbed, "inner") + Loot(passphrases=(robbed.words_of("olena"),))).gets() == {}


def test_both_dumps_open_nothing_and_both_disks_open_headers(robbed: Robbed) -> None:
    assert Thief(dumps(robbed, "front") + dumps(robbed, "inner")).gets() == {}

    headers = len(robbed.front.tables["serving_keptenvelope"])
    assert Thief(robbed.front + robbed.inner).gets() == WITH_SECRET_FILE | {"header": headers}
    # An answer that waits at the front leads to its case without any key: both name the thread.
    waiting = {bytes(row["lookup"]) for row in robbed.front.tables["web_answer"]}
    assert waiting <= {bytes(row["lookup"]) for row in robbed.inner.tables["cases_thread"]}


def test_a_stolen_backup_opens_with_two_papers_and_with_nothing_less(robbed: Robbed) -> None:
    assert Thief(robbed.saved).gets() == {}
    assert Thief(robbed.saved + robbed.papers(1)).gets() == {}
    assert Thief(robbed.saved + robbed.inner).gets() == WITH_SECRET_FILE
    assert Thief(robbed.papers(0, 1)).gets() == {}

    thief = Thief(robbed.saved + robbed.papers(0, 1))

    assert thief.gets() == WORDS | {"backup": 1, "epoch": EPOCHS, **FACTORS}
    assert thief.reads(SAID["first letter"])


def test_a_dump_of_inner_and_two_papers_open_the_store(robbed: Robbed) -> None:
    assert Thief(dumps(robbed, "inner") + robbed.papers(2)).gets() == {}
    assert Thief(dumps(robbed, "inner") + robbed.papers(2, 0)).gets() == WORDS | {"epoch": EPOCHS}


def test_cookies_open_nothing_alone_and_with_a_dump_of_that_hour_all_that_the_operator_holds(robbed: Robbed) -> None:
    cookies = Loot(cookies=robbed.live_cookies)

    assert Thief(cookies).gets() == {}
    assert Thief(cookies + robbed.before_nadia_left).gets() == WITH_SECRET_FILE
    assert Thief(cookies + dumps(robbed, "inner")).gets() == WORDS | {"session": 1, "epoch": EPOCHS}


def test_after_the_panic_lock_the_cookies_and_the_disk_open_nothing_together(robbed: Robbed) -> None:
    cookies = Loot(cookies=robbed.live_cookies)

    assert Thief(cookies + robbed.inner).gets() == WORDS | WITH_SECRET_FILE | {"session": 1, "epoch": EPOCHS}
    assert Thief(cookies + robbed.inner_locked).gets() == WITH_SECRET_FILE


def test_a_second_code_opens_something_harmless_and_inners_disk_tells_whose_it_is(robbed: Robbed) -> None:
    harmless = {one.name: one.messages[0] for one in sample_exchanges()["uk"]}
    (row,) = robbed.inner.tables["cases_secondcode"]
    stands_there = harmless[row["exchange"]]

    forced = Thief(robbed.front + Loot(codes=(robbed.forced.code,)))

    assert forced.gets() == {"answer that waits": 1}
    assert forced.reads(stands_there)
    assert not forced.reads(SAID["answer"])
    # Whoever has inner's disk needs no key to know which case has one, and what stands under it.
    assert row["case_id"] == robbed.case
    lookups = {bytes(one["lookup"]) for one in robbed.inner.tables["cases_thread"] if one["second_id"] == row["id"]}
    assert lookups & {bytes(one["lookup"]) for one in robbed.front.tables["web_answer"]}


def test_who_copied_the_disk_before_she_left_reads_what_was_there_and_nothing_later(robbed: Robbed) -> None:
    words = Loot(passphrases=(robbed.nadia.passphrase,))

    copied = Thief(robbed.before_nadia_left + words)
    kept = Loot(files={f"secrets/{n}": seed for n, seed in enumerate(copied.opened["epoch"].values())})

    assert copied.gets() == {"letter": 1, "file": 1, "answer": 1, "note": 1} | WITH_SECRET_FILE | {
        "operator's keys": 1,
        "epoch": 1,
    }
    assert Thief(robbed.inner + words).gets() == WITH_SECRET_FILE | {"operator's keys": 1}
    later = Thief(dumps(robbed, "inner") + kept)
    assert later.reads(SAID["first letter"])
    assert not later.reads(SAID["letter under the new key"])
    assert not later.reads(SAID["letter of another"])


def _file(robbed: Robbed, name: str) -> bytes:
    return (robbed.front + robbed.inner).files[name]
