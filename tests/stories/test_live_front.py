"""The front is taken while it runs, or somebody puts himself before it: what does he get?

docs/what-an-attacker-gets.md says the same for people who read no tests, and names these.
"""

from pathlib import Path

from safeconduct.demo.people import Person, found_code
from tests.stories.conftest import MakeSite
from tests.stories.people import Seat
from tests.stories.site import Site, eventually
from tests.stories.stored import count_of
from tests.stories.test_one_appeal import arrives_at
from tests.stories.thief import Loot, Thief, disk

# Python runs a module of this name before any other: what is sealed, opened and hashed from then on is written down.
SPY = """
import os
from safeconduct.sealing import envelopes, threads

def told(*what):
    with open(os.environ["SPY_TELLS"], "ab") as file:
        file.write(b" ".join(what) + b"\\n")

def overheard(act, of):
    def heard(*given, **named):
        result = act(*given, **named)
        told(of(result, *given))
        return result
    return heard

envelopes.seal = overheard(envelopes.seal, lambda result, plaintext: plaintext)
envelopes.open_sealed = overheard(envelopes.open_sealed, lambda result, blob: result)
threads.root_of = overheard(threads.root_of, lambda result, code: b"code " + code.encode())
"""
BEFORE, NOW = "мандариновий-равлик-5521", "бурштинова-капуста-8834"
READ_NOW, NOT_READ = "вишневий-маяк-5108", "кедровий-дзвоник-6420"


def test_who_has_the_running_front_hears_who_types_now_and_reads_nobody_else(
    new_site: MakeSite, tmp_path: Path
) -> None:
    site = new_site().start()
    olena = Seat.of(site, "olena").logs_in()
    returns, stays_away, comes_now = (Person(site.url("front"), "uk") for _ in range(3))
    for person, answer in ((returns, READ_NOW), (stays_away, NOT_READ)):
        olena.takes(arrives_at(olena, lambda person=person: person.writes(BEFORE))).answers(answer)  # type: ignore[misc]
    assert eventually(lambda: count_of(site, "front", "web_answer") == 2)

    tells = listened_to(site, tmp_path)
    comes_now.writes(NOW)
    assert READ_NOW in returns.comes_back().text
    heard = tells.read_bytes().decode("utf-8", "replace")

    for said in (NOW, comes_now.code, comes_now.our_word, READ_NOW, returns.code):
        assert said in heard
    for kept in (BEFORE, NOT_READ, stays_away.code):
        assert kept not in heard
    # With all that lies on the front besides, nothing older opens: only what belongs to the codes that he heard.
    thief = Thief(disk(site, "front") + Loot(codes=(returns.code, comes_now.code)))
    assert thief.gets() == {"answer that waits": 1}
    # And the letter of now has reached inner all the same.
    assert eventually(lambda: count_of(site, "inner", "cases_message") == 5)
    site.stop()


def test_who_prepared_the_form_that_somebody_sends_learns_the_code(site: Site) -> None:
    """The code travels closed in the form. A page elsewhere that lets a person send a form fetched before to our real
    address has the same form still, and shows itself the same code: as somebody has who sent twice."""
    hostile, person = Person(site.url("front"), "uk"), Person(site.url("front"), "uk")
    prepared, _ = hostile.fills_in("")

    given = found_code(person.sends(prepared, {"words": NOW}))

    assert given
    assert found_code(hostile.sends(prepared, {"words": "."})) == given
    # What the person wrote stays closed to him all the same.
    assert NOW not in hostile.comes_back(given).text


def listened_to(site: Site, folder: Path) -> Path:
    """From now on the front's process has a listener; the file to which he writes."""
    (folder / "sitecustomize.py").write_text(SPY)
    site.stop("front")
    site.start("front", settings={"PYTHONPATH": str(folder), "SPY_TELLS": str(folder / "heard")})
    return folder / "heard"
