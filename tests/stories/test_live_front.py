"""The front is taken while it runs, or somebody puts himself before it: what does he get?

docs/what-an-attacker-gets.md says the same for people who read no tests, and names these.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from safeconduct.demo.people import Person, found_code
from safeconduct.handover.letters import Header, ThreadName, seal_envelope
from tests.envelopes import THREAD_KEY, a_header, a_letter
from tests.stories.conftest import MakeSite
from tests.stories.people import Seat
from tests.stories.site import Site, eventually
from tests.stories.stored import count_of, execute, values_of
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


def test_who_has_the_front_does_nothing_in_the_name_of_somebody_who_is_not_there(own_site: Site) -> None:
    """An answer that waits at the front names its thread. A letter forged in that thread would bring a second one
    along, with a key of his own, as a new pepper does; and inner answers to the newest. The code signs, and he has
    none."""
    site = own_site
    olena, person = Seat.of(site, "olena").logs_in(), Person(site.url("front"), "uk")
    number = arrives_at(olena, lambda: person.writes(BEFORE))
    olena.takes(number).answers(NOT_READ)
    assert eventually(lambda: count_of(site, "front", "web_answer") == 1)
    (known,) = map(bytes, values_of(site, "front", "lookup", "web_answer"))
    his = ThreadName(os.urandom(32), THREAD_KEY.public_key)
    threads = (his, ThreadName(known, THREAD_KEY.public_key))

    for act in ("writing", "opening", "erasure", "visit"):
        forge(site, a_header(act=act, threads=threads))
    assert eventually(lambda: count_of(site, "inner", "intake_keptaside") == 4)
    olena.opens(number).answers(READ_NOW)
    assert eventually(lambda: count_of(site, "front", "web_answer") == 2)

    assert set(map(bytes, values_of(site, "front", "lookup", "web_answer"))) == {known}
    assert count_of(site, "inner", "cases_message") == 3
    seen = person.comes_back().text
    assert NOT_READ in seen
    assert READ_NOW in seen


def forge(site: Site, header: Header) -> None:
    """Put a letter among those that wait, with nothing but what lies on the front."""
    told = json.loads((site.data / "front" / "front.json").read_text())
    store = told["FRONT_STORES"]["appeals"]
    letter = seal_envelope(
        header,
        a_letter(),
        id=os.urandom(16),
        store="appeals",
        epoch=store["epoch"],
        store_key=bytes.fromhex(store["public_key"]),
        intake_key=bytes.fromhex(told["FRONT_INTAKE_KEY"]),
        arrived_at=datetime.now(UTC),
        signed_by=[os.urandom(32)],
    )
    columns = "envelope_id, store, epoch, arrived_at, header, acknowledged_at, body"
    not_yet = "9999-12-31 00:00:00" + ("+00" if site.databases else "")
    values = (letter.id, letter.store, letter.epoch, letter.arrived_at, letter.header, not_yet, letter.body)
    execute(site, "front", f"INSERT INTO serving_keptenvelope ({columns}) VALUES ({', '.join('?' * 7)})", *values)


def test_who_prepared_the_form_that_an_old_browser_sends_learns_the_code(site: Site) -> None:
    """The code travels closed in the form. A page elsewhere that lets a person send a form fetched before to our real
    address has the same form still, and shows itself the same code: as somebody has who sent twice. Browsers say since
    2023 that a page elsewhere began it, and are refused (front/web/tests/test_from_elsewhere.py); this one is older."""
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
