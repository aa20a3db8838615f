"""The life of a key on running processes: it rolls without a visit to the front, people go, paper brings all back."""

import json
import re
from pathlib import Path

import pytest

from safeconduct.demo.people import Person
from tests.stories.people import Seat
from tests.stories.site import Site, eventually, shown_once
from tests.stories.stored import execute, values_of

# A request finds the session ended at once; the page that is open asks each second.
SESSIONS_END_WITHIN = 3


class Ceremony:
    """Two people at the terminal of inner, with the six words of each."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.words = {one["username"]: one["passphrase"] for one in site.told["operators"]}
        self.backups = 0

    def enters(self, username: str, *roles: str) -> None:
        asked = [part for role in roles for part in ("--role", role)]
        shown = self.site.command("operators", "add", username, "--name", username.title(), *asked).stdout
        ((passphrase, secret),) = shown_once(shown)
        self.words[username] = passphrase
        self.site.told["operators"].append({"username": username, "passphrase": passphrase, "totp_secret": secret})

    def signs(self, *command: str, by: tuple[str, ...] = ("olena", "taras")) -> str:
        names = [part for name in by for part in ("--by", name)]
        return self.site.command(*command, *names, given="".join(f"{self.words[name]}\n" for name in by)).stdout

    def refuses(self, *command: str, by: tuple[str, ...]) -> str:
        names = [part for name in by for part in ("--by", name)]
        given = "".join(f"{self.words[name]}\n" for name in by)
        done = self.site.command(*command, *names, given=given, may_refuse=True)
        assert done.returncode == 1
        return done.stderr

    def backs_up(self) -> str:
        self.backups += 1
        file = str(self.site.folder / f"saved-{self.backups}")
        self.site.command("backup", file)
        return file

    def status(self) -> str:
        return self.site.command("keys", "status").stdout


@pytest.fixture
def ceremony(own_site: Site) -> Ceremony:
    return Ceremony(own_site)


def test_a_key_rolls_without_a_visit_to_the_front_and_no_letter_is_lost(own_site: Site, ceremony: Ceremony) -> None:
    before, after = Person(own_site.url("front"), "uk"), Person(own_site.url("front"), "uk")
    olena = Seat.of(own_site, "olena").logs_in()
    before.writes("Перед новим ключем.")
    assert eventually(lambda: len(olena.waiting()) == 1)

    # The front cannot be reached just now: it goes on sealing to the key that it has.
    own_site.stop("handover")
    assert "Next: safeconduct backup" in ceremony.signs("keys", "rotate")
    ceremony.backs_up()
    before.writes_again("Під старим ключем.")
    assert "epoch 2" in ceremony.status()
    own_site.start("handover")

    assert eventually(lambda: "at the front since" in ceremony.status(), within=30, every=1)
    after.writes("Під новим ключем.")
    assert eventually(lambda: len(olena.waiting()) == 2)
    assert sorted(values_of(own_site, "inner", "epoch", "cases_message")) == [1, 1, 2]
    first, second = olena.waiting()
    olena.takes(first)
    assert olena.sees("Перед новим ключем.")
    assert olena.sees("Під старим ключем.")
    olena.answers("Читаємо вас.").releases()
    olena.takes(second)
    assert olena.sees("Під новим ключем.")
    assert eventually(lambda: "Читаємо вас." in before.comes_back().text)
    # A front that starts anew knows it still.
    own_site.stop("front")
    own_site.start("front")
    after.writes_again("Після перезапуску.")
    assert eventually(lambda: values_of(own_site, "inner", "epoch", "cases_message").count(2) == 3)


def test_until_a_backup_holds_the_new_key_the_front_seals_to_the_old_one(own_site: Site, ceremony: Ceremony) -> None:
    ceremony.signs("keys", "rotate")
    assert "in no backup yet" in ceremony.status()
    assert "an epoch is in no backup yet" in own_site.command("check").stdout

    Person(own_site.url("front"), "uk").writes("Під старим ключем.")

    assert eventually(lambda: values_of(own_site, "inner", "epoch", "cases_message") == [1])
    assert not (own_site.data / "front" / "epochs.json").exists()


def test_who_leaves_is_out_within_seconds_and_opens_nothing_new(own_site: Site, ceremony: Ceremony) -> None:
    ceremony.enters("nadia", "operator")
    ceremony.signs("operators", "admit", "nadia")
    nadia = Seat.of(own_site, "nadia").logs_in()
    assert nadia.is_logged_in
    assert "does not sign" in ceremony.refuses("operators", "leave", "nadia", by=("olena", "nadia"))

    said = ceremony.signs("operators", "leave", "nadia")

    assert eventually(lambda: not nadia.is_logged_in, within=SESSIONS_END_WITHIN)
    assert "epoch 2 of appeals" in said
    assert not nadia.logs_in().is_logged_in
    opens_second = re.search(r"epoch 2, .* opens for ([^;]*);", ceremony.status())
    assert opens_second is not None
    assert opens_second[1] == "olena, taras, recovery"
    listed = own_site.command("operators", "list").stdout
    assert re.search(r"nadia .* suspended", listed)


def test_on_suspicion_one_administrator_ends_a_session_at_once(own_site: Site, ceremony: Ceremony) -> None:
    for name, role in (("nadia", "operator"), ("admin", "administrator")):
        ceremony.enters(name, role)
    ceremony.signs("operators", "admit", "nadia")
    nadia = Seat.of(own_site, "nadia").logs_in()
    assert nadia.is_logged_in
    assert "A supervisor of the same group" in ceremony.refuses("operators", "suspend", "nadia", by=("olena",))

    ceremony.signs("operators", "suspend", "nadia", by=("admin",))

    assert eventually(lambda: not nadia.is_logged_in, within=SESSIONS_END_WITHIN)
    assert "epoch 2" not in ceremony.status()
    ceremony.signs("operators", "leave", "nadia")
    assert "epoch 2" in ceremony.status()


def test_a_further_store_has_two_holders_of_its_own(own_site: Site, ceremony: Ceremony) -> None:
    ceremony.enters("ihor", "bureau")
    ceremony.enters("lesia", "bureau", "bureau-supervisor")
    assert "Both need one of: bureau, bureau-supervisor" in ceremony.refuses(
        "keys", "open-store", "bureau", by=("olena", "lesia")
    )

    ceremony.signs("keys", "open-store", "bureau", by=("ihor", "lesia"))

    assert re.search(r"bureau: .*\n  epoch 1, .* opens for ihor, lesia, recovery", ceremony.status())
    assert re.search(r"ihor .* opens bureau$", own_site.command("operators", "list").stdout, re.MULTILINE)
    both = ["operators", "add", "both", "--name", "Both", "--role", "operator", "--role", "records"]
    assert "Nobody stands on both sides" in own_site.command(*both, may_refuse=True).stderr


def test_both_lost_their_words_and_two_papers_open_the_store_for_two_others(own_site: Site, ceremony: Ceremony) -> None:
    soldier = Person(own_site.url("front"), "uk")
    soldier.writes("Чи читає це хтось?")
    assert eventually(lambda: values_of(own_site, "inner", "epoch", "cases_message") == [1])
    saved = ceremony.backs_up()
    papers = own_site.told["recovery_shares"]

    two_papers = f"{papers[2]}\n{papers[0]}\n"
    assert "never rehearsed" in own_site.command("check").stdout
    one_twice = own_site.command("drill", "recovery", saved, given=f"{papers[0]}\n{papers[0]}\n", may_refuse=True)
    assert "Two different shares" in one_twice.stderr
    assert "open 1 epochs, and the backup" in own_site.command("drill", "recovery", saved, given=two_papers).stdout
    assert "rehearsed 0 days ago" in own_site.command("check").stdout

    holders = ["--holder", "nadia:Надія:operator", "--holder", "bohdan:Богдан:senior"]
    shown = own_site.command("keys", "recover", *holders, given=two_papers).stdout
    for username, (passphrase, secret) in zip(("nadia", "bohdan"), shown_once(shown), strict=True):
        own_site.told["operators"].append({"username": username, "passphrase": passphrase, "totp_secret": secret})

    nadia = Seat.of(own_site, "nadia").logs_in()
    (number,) = nadia.waiting()
    assert nadia.takes(number).sees("Чи читає це хтось?")
    assert re.search(r"olena .* opens nothing", own_site.command("operators", "list").stdout)
    # The front knows the two from its renewed files, and seals to their epoch once it has them.
    ceremony.backs_up()
    own_site.command("init", "--front")
    own_site.stop("front", "handover")
    own_site.start("front", "handover")
    soldier.writes_again("Я ще тут.")
    assert eventually(lambda: sorted(values_of(own_site, "inner", "epoch", "cases_message")) == [1, 2])
    assert nadia.opens(number).sees("Я ще тут.")


def test_old_codes_stay_good_under_a_new_pepper(own_site: Site) -> None:
    old, new = Person(own_site.url("front"), "uk"), Person(own_site.url("front"), "uk")
    olena = Seat.of(own_site, "olena").logs_in()
    old.writes("Код ще під старим перцем.")
    assert eventually(lambda: len(olena.waiting()) == 1)
    (number,) = olena.waiting()
    olena.takes(number).answers("Відповідь під старим.")
    secrets = own_site.data / "inner" / "secrets" / "peppers.json"
    values_before = json.loads((own_site.data / "front" / "peppers.json").read_text())

    said = own_site.command("keys", "new-pepper").stdout
    own_site.stop("front")
    own_site.start("front")

    assert "in front of 1 older" in said
    values = json.loads((own_site.data / "front" / "peppers.json").read_text())
    assert values[1:] == values_before
    assert "Відповідь під старим." in old.comes_back().text
    new.writes("Код під новим перцем.")
    assert eventually(lambda: len(olena.waiting()) == 2)
    old.writes_again("Пишу далі зі старим кодом.")
    assert eventually(lambda: olena.opens(number).sees("Пишу далі зі старим кодом."))
    olena.answers("І ця дійшла.")
    assert eventually(lambda: "І ця дійшла." in old.comes_back().text)
    status = own_site.command("keys", "status").stdout
    assert re.search(r"pepper 1: made \d{4}-\d\d-\d\d\npepper 2: as old as the site", status)
    assert not any(value in status for value in values)
    refused = own_site.command("keys", "drop-pepper", may_refuse=True)
    assert "2 cases are from before" in refused.stderr
    assert len(json.loads(secrets.read_text())) == 2


def test_shares_go_on_paper_and_nowhere_else(tmp_path: Path) -> None:
    site = Site(tmp_path)
    pages = tmp_path / "shares.pdf"
    holders = ["--holder", "olena:Olena", "--holder", "taras:Taras"]

    done = site.command("init", "--purpose", "bench", *holders, "--papers", str(pages))

    assert pages.read_bytes().startswith(b"%PDF")
    assert pages.stat().st_mode & 0o777 == 0o600
    assert "Recovery" not in done.stdout
    assert "delete the file" in done.stderr
    (tmp_path / "others").mkdir()
    others = Site(tmp_path / "others")
    refused = others.command("init", "--purpose", "bench", *holders, "--papers", str(pages), may_refuse=True)
    assert "is there already" in refused.stderr
    assert list(others.data.iterdir()) == []


def test_a_row_written_by_hand_is_shown_and_admits_nobody(own_site: Site, ceremony: Ceremony) -> None:
    ceremony.enters("forged", "operator")
    columns = "store, operator_id, admitted_at, signatures"
    copied = f"INSERT INTO operators_admission ({columns}) SELECT store, (SELECT id FROM operators_operator WHERE "
    copied += "username = ?), admitted_at, signatures FROM operators_admission WHERE id = (SELECT min(id) FROM "
    execute(own_site, "inner", f"{copied} operators_admission)", "forged")

    listed = own_site.command("operators", "list").stdout
    assert re.search(r"forged .* opens nothing; A ROW FOR appeals THAT NO TWO HOLDERS SIGNED", listed)
    checked = own_site.command("check", may_refuse=True)
    assert checked.returncode == 1
    assert "admissions: 1 rows that no two holders signed" in checked.stdout
