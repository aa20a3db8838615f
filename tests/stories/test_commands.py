"""What somebody at a terminal sees: help with an example, one sentence for each refusal, an honest status."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest

from safeconduct.cli import COMMANDS, parser
from safeconduct.demo.people import Person
from tests.ports import free_ports
from tests.stories.conftest import MakeSite
from tests.stories.people import Seat
from tests.stories.site import Site, eventually, shown_once
from tests.stories.stored import connection_to, execute

TERMS = '{"question_days": 30, "waiting_days": 90, "closed_days": 10}'
PROGRAM = [sys.executable, "-m", "safeconduct.cli"]


def called(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    variables = {"PATH": os.environ["PATH"]} | settings
    return subprocess.run([*PROGRAM, *words], env=variables, capture_output=True, text=True, timeout=60)


def refusal_of(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence; a refusal is nothing else."""
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("safeconduct: ")
    assert lines[0].endswith(".")
    return lines[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_that_is_understood(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args([*name.split(), "--help"])

    assert ended.value.code == 0
    assert COMMANDS[name].example in re.sub(r"\s+", " ", capsys.readouterr().out)
    program, *words = shlex.split(COMMANDS[name].example)
    assert program == "safeconduct"
    assert f"{parser().parse_args(words).command} {name}".startswith(name.split()[0])


def test_help_loads_no_framework() -> None:
    script = "import sys; from safeconduct.cli import main; sys.argv[1:] = ['--help']\n"
    script += "try: main()\nfinally: print([name for name in sys.modules if name.split('.')[0] == 'django'])"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert done.stdout.rstrip().endswith("[]")


def test_without_a_site_every_command_says_what_to_do(tmp_path: Path) -> None:
    for words in ("front", "inner", "backup x", "audit verify", "operators list", "statements list", "check"):
        assert refusal_of(called(*words.split(), "--data", str(tmp_path))), words


def test_a_site_is_never_made_over_another(site: Site) -> None:
    done = site.command("init", "--holder", "a:A", "--holder", "b:B", may_refuse=True)

    assert "is not empty" in refusal_of(done)


def test_one_holder_makes_no_site_and_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    done = called("init", "--data", str(tmp_path), "--holder", "olena:Olena")

    assert "Two holders" in refusal_of(done)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    for words in (["init", "--holder", "a:A", "--holder", "b:B"], ["demo"]):
        assert refusal_of(called(*words, "--data", str(file / "site")))


def test_a_taken_port_is_one_sentence(site: Site) -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        port = str(somebody.getsockname()[1])

        for words in (["front", "--port", port], ["inner", "--port", port]):
            assert f"Port {port} is taken" in refusal_of(site.command(*words, may_refuse=True))


def test_the_front_refuses_a_key_that_opens_appeals(site: Site) -> None:
    done = called("front", "--data", str(site.data), **site.settings, FRONT_STORE_SEED="00" * 32)

    assert "FRONT_STORE_SEED" in refusal_of(done)


def test_a_database_from_a_newer_version_is_left_alone(new_site: MakeSite) -> None:
    site = new_site()
    row = "INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)"
    for wing, app in (("front", "serving"), ("inner", "cases")):
        execute(site, wing, row, app, "9999_from_the_future", "2030-01-01")

    for words in (("front",), ("inner",), ("front", "--migrate"), ("inner", "--migrate"), ("operators", "list")):
        assert "newer version" in refusal_of(site.command(*words, may_refuse=True)), words


def test_a_database_that_is_away_is_one_sentence(site: Site) -> None:
    nowhere = {f"{wing}_DATABASE_URL": "postgresql://nobody@localhost:1/nothing" for wing in ("FRONT", "INNER")}

    for words in ("inner", "operators list", "audit verify", "backup x", "front --migrate"):
        done = called(*words.split(), "--data", str(site.data), **site.settings | nowhere)
        assert "does not answer" in refusal_of(done), words


def test_front_and_inner_end_in_order(site: Site) -> None:
    for words in (["front", "--handover-port", "{1}"], ["inner"], ["worker"]):
        ports = free_ports(2)
        words = [word.format(*ports) for word in words]
        port = ["--port", str(ports[0])] if words[0] != "worker" else []
        running = subprocess.Popen(
            [*PROGRAM, *words, *port, "--data", str(site.data)], env=site.settings, stderr=subprocess.PIPE, text=True
        )
        time.sleep(3)

        running.send_signal(signal.SIGTERM)

        _, said = running.communicate(timeout=15)
        assert running.returncode == 0, said
        assert "Traceback" not in said


def test_an_operator_is_admitted_by_two_holders_and_by_no_fewer(own_site: Site) -> None:
    words = {one["username"]: one["passphrase"] for one in own_site.told["operators"]}
    shown = own_site.command("operators", "add", "marta", "--name", "Марта", "--role", "operator", "--duress").stdout
    assert len(re.findall(r"^ +six words for duress( +[a-z]+){6}$", shown, re.MULTILINE)) == 1
    assert re.search(r"marta .* opens nothing", own_site.command("operators", "list").stdout)

    admit = ["operators", "admit", "marta", "--by", "olena"]
    assert "Two different holders" in refusal_of(own_site.command(*admit, "--by", "olena", may_refuse=True))
    wrong = own_site.command(*admit, "--by", "taras", given=f"{words['olena']}\nnot these six words\n", may_refuse=True)
    assert wrong.returncode == 1
    assert re.search(r"marta .* opens nothing", own_site.command("operators", "list").stdout)

    own_site.command(*admit, "--by", "taras", given=f"{words['olena']}\n{words['taras']}\n")

    assert re.search(r"marta .* opens appeals", own_site.command("operators", "list").stdout)


def test_recovery_codes_are_on_the_papers_and_let_in_without_the_telephone(own_site: Site) -> None:
    of_olena = next(one for one in own_site.told["operators"] if one["username"] == "olena")
    assert len(set(of_olena["recovery_codes"])) == 10
    shown = own_site.command("operators", "add", "marta", "--name", "Марта", "--role", "auditor").stdout
    ((passphrase, _),) = shown_once(shown)
    on_paper = re.findall(r"\b\d{4} \d{4}\b", shown)
    assert len(set(on_paper)) == 10

    own_site.start("inner")
    marta = Seat(own_site, "marta", passphrase, "").logs_in(digits=on_paper[9])

    assert marta.page is not None
    assert marta.page.address.endswith("/my-keys")
    assert "Журнал дій" in marta.looks_at_the_queue().text
    again = Seat(own_site, "marta", passphrase, "").logs_in(digits=on_paper[9])
    assert again.page is not None
    assert again.page.status == 422


def test_two_holders_stay_and_the_one_who_goes_signs_nothing(own_site: Site) -> None:
    words = {one["username"]: one["passphrase"] for one in own_site.told["operators"]}
    leave = ["operators", "leave", "olena", "--by", "taras", "--by"]
    assert "admit another holder first" in refusal_of(own_site.command(*leave, "olena", may_refuse=True))
    for name, role in (("nadia", "operator"), ("marta", "administrator")):
        shown = own_site.command("operators", "add", name, "--name", name.title(), "--role", role).stdout
        ((words[name], _),) = shown_once(shown)
    given = f"{words['olena']}\n{words['taras']}\n"
    own_site.command("operators", "admit", "nadia", "--by", "olena", "--by", "taras", given=given)

    assert "does not sign" in refusal_of(own_site.command(*leave, "olena", may_refuse=True))
    by_marta = own_site.command(*leave, "marta", given=f"{words['taras']}\n{words['marta']}\n", may_refuse=True)
    assert "does not hold this store" in by_marta.stderr
    assert re.search(r"olena .* opens appeals", own_site.command("operators", "list").stdout)
    own_site.command(*leave, "nadia", given=f"{words['taras']}\n{words['nadia']}\n")

    assert re.search(r"olena .* suspended", own_site.command("operators", "list").stdout)


def test_pages_that_were_changed_are_told(own_site: Site) -> None:
    pages = own_site.data / "front" / "pages"
    own_site.command("pages", "verify", str(pages))
    (pages / "uk" / "index.html").open("a").write("<!-- one thing more -->")

    done = own_site.command("pages", "verify", str(pages), may_refuse=True)

    assert "uk/index.html was changed" in refusal_of(done)


def test_a_changed_line_of_the_audit_is_told(own_site: Site) -> None:
    own_site.command("audit", "verify")
    if own_site.databases:
        execute(own_site, "inner", "ALTER TABLE audit_line DISABLE TRIGGER ALL")
    else:
        for name in _triggers(own_site):
            execute(own_site, "inner", f"DROP TRIGGER {name}")
    execute(own_site, "inner", "UPDATE audit_line SET verb = 'case.read' WHERE seq = 2 AND store = 'site'")

    assert "site, line 2" in refusal_of(own_site.command("audit", "verify", may_refuse=True))


def test_a_signed_head_is_kept_on_paper_and_the_chain_is_compared_with_it(own_site: Site) -> None:
    def paper() -> str:
        printed = own_site.command("audit", "heads", may_refuse=True).stdout
        found = re.search(r"store +site\nline +(\d+)\n.*\nhash +((?:[0-9a-f]{4}\s+){16})", printed)
        return f"site:{found[1]}:{found[2]}" if found else ""

    assert eventually(paper, within=30)  # the worker signs when it starts
    kept = paper()
    store, line, hash = kept.split(":")

    assert f"site: as on the paper up to line {line}" in own_site.command("audit", "verify", "--paper", kept).stdout
    other = f"{store}:{line}:{hash.translate(str.maketrans('0123456789', '1234567890'))}"
    newer = f"{store}:{int(line) + 10_000}:{hash}"
    for given, said in (
        (other, "not as on the paper"),
        (newer, "older than the paper"),
        ("site:1:abc", "all 64 signs"),
    ):
        assert said in refusal_of(own_site.command("audit", "verify", "--paper", given, may_refuse=True))


def test_without_the_key_that_signs_the_audit_nothing_of_inner_starts(own_site: Site) -> None:
    key = own_site.data / "inner" / "secrets" / "audit.sec"

    key.write_bytes(key.read_bytes()[:-9] + b"AAAAAAA=\n")
    damaged = refusal_of(own_site.command("audit", "heads", may_refuse=True))
    key.unlink()
    missing = refusal_of(own_site.command("audit", "heads", may_refuse=True))

    assert "damaged file audit.sec" in damaged
    assert "no readable file audit.sec" in missing


def test_check_lists_what_only_the_headquarters_can_decide(site: Site) -> None:
    done = site.command("check")

    assert done.stdout.count("not decided") == 5
    assert "front: databases: good" in done.stdout
    # The front says its time in whole seconds.
    assert re.search("inner: hand-over: good, the clocks are [01] s apart", done.stdout)
    is_lost = "inner: erasures: their journal lies on the disk of inner and is lost with it" in done.stdout
    assert is_lost == (not site.databases), "a server keeps the database elsewhere"
    assert "inner: terms: nothing is erased by a term, and no page names one" in done.stdout
    assert "inner: second codes: offered with the samples that everybody can read" in done.stdout
    assert "inner: passkeys: belong to localhost" in done.stdout


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8001", "https://10.0.0.7", "http://desk.example", "https://[::1]"]
)
def test_check_tells_where_browsers_offer_no_passkeys(site: Site, address: str) -> None:
    done = called("check", "--data", str(site.data), **site.settings | {"INNER_URL": address})

    assert "inner: passkeys: browsers offer none at this address" in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"INNER_HANDOVER_URL": "http://front.invalid:8002"}, "hand-over: whoever listens on the way"),
        ({"INNER_FRONT_KEY": "ab" * 32}, "hand-over: somebody answers who is not our front"),
        ({"INNER_HANDOVER_URL": "http://localhost:1"}, "hand-over: not tried, since the front"),
        ({"INNER_BACKUP_TERM_DAYS": "7"}, "backups: INNER_BACKUP_TERM_DAYS is 7, and people are told another term"),
        ({"INNER_ERASURES": "/nowhere/erasures.journal"}, "erasures: INNER_ERASURES names a place that is not there"),
        ({"INNER_PURPOSE": "site"}, "second codes: offered in other languages than inner has exchanges for"),
        ({"INNER_RETENTION": TERMS}, "terms: people are told another question_term than INNER_RETENTION says"),
    ],
    ids=[
        "no TLS",
        "another's key",
        "nobody there",
        "another term of backups",
        "no journal",
        "other second codes",
        "other terms",
    ],
)
def test_check_tells_what_keeps_letters_from_coming(site: Site, settings: dict[str, str], said: str) -> None:
    done = called("check", "--data", str(site.data), **site.settings | settings)

    assert f"inner: {said}" in done.stdout
    assert (done.returncode == 0) == ("not tried" in said)


def test_a_journal_that_is_not_there_is_told_before_anything_is_restored(tmp_path: Path) -> None:
    words = ["restore", "backup", "--erasures", str(tmp_path / "journal"), "--data", str(tmp_path / "site")]

    assert "The journal" in refusal_of(called(*words))
    assert not (tmp_path / "site").exists()


def test_a_backup_on_the_disk_of_inner_is_told_to_be_none(new_site: MakeSite) -> None:
    site = new_site()

    beside = site.command("backup", str(site.folder / "beside"))
    with tempfile.TemporaryDirectory(dir="/dev/shm") as other_disk:
        elsewhere = site.command("backup", f"{other_disk}/elsewhere")

    assert "bring it to another disk now" in beside.stderr
    assert len(beside.stderr.splitlines()) == 1
    assert elsewhere.stderr == ""


def test_check_tells_what_people_can_read_and_fails_while_it_is_nothing(tmp_path: Path) -> None:
    def site(words: str) -> subprocess.CompletedProcess[str]:
        return called(*words.split(), "--data", str(tmp_path / "site"), FRONT_SPOOL_MIB="8")

    site("init --holder olena:Olena --holder taras:Taras")
    site("front --migrate")

    fresh = site("check")
    site("statements confirm interface uk --by Olena")
    site("statements confirm what-not-to-write uk --by Olena")
    site("init --front")
    unwarned = site("check")
    site("statements confirm what-deletion-can-do uk --by Olena")
    site("init --front")
    site("pages build")
    begun = site("check")
    (tmp_path / "site" / "front" / "pages" / "uk" / "index.html").open("a").write("<!-- one thing more -->")
    changed = site("check")

    assert [done.returncode for done in (fresh, begun, changed)] == [1, 0, 1]
    assert re.search(r"texts, uk: interface not confirmed, 0 of 2 scripts, 0 of \d+ statements; no form", fresh.stdout)
    assert "texts: nobody can be served in any language" in fresh.stdout
    assert "pages: not built" in fresh.stdout
    assert re.search(r"texts, uk: interface confirmed, 0 of 2 scripts, 1 of \d+ .*; pages and no form", unwarned.stdout)
    assert "texts: nobody can write in any language: confirm script:appeal, or what-not-to-write" in unwarned.stdout
    assert re.search(r"texts, uk: interface confirmed, 0 of 2 scripts, 2 of \d+ .*; the one page alone", begun.stdout)
    assert "nobody can write" not in begun.stdout
    assert re.search(r"texts, ru: interface not confirmed, .*; no form and no page", begun.stdout)
    assert "pages: good" in begun.stdout
    assert re.search(r"terms: not set: answer_term, .* \d+ statements are left out", begun.stdout)
    assert "pages: uk/index.html was changed" in changed.stdout


def test_check_tells_of_confirmations_that_nobody_signed(new_site: MakeSite) -> None:
    site = new_site()
    assert "texts, uk: interface confirmed, 2 of 2 scripts" in site.command("check").stdout
    (site.data / "front" / "confirmations.jsonl").open("a").write("{}\n")

    done = site.command("check", may_refuse=True)

    assert done.returncode == 1
    assert "texts: confirmations.jsonl was changed after it was signed" in done.stdout


def test_a_confirmed_statement_is_shown_after_its_line(new_site: MakeSite) -> None:
    site = new_site()
    site.command("statements", "confirm", "is-this-real", "uk", "--by", "Олена")

    lines = (site.data / "inner" / "confirmations.jsonl").read_text().splitlines()
    last = json.loads(lines[-1])
    assert (last["id"], last["language"], last["kind"], last["by"]) == ("is-this-real", "uk", "confirmed", "Олена")
    assert "no text" in refusal_of(
        site.command("statements", "confirm", "no-such-text", "uk", "--by", "Олена", may_refuse=True)
    )


def test_texts_go_to_translators_with_their_context(tmp_path: Path) -> None:
    template, words = tmp_path / "texts.pot", tmp_path / "uk.po"

    assert called("statements", "extract", str(template)).returncode == 0
    assert called("statements", "extract", str(words), "--language", "uk").returncode == 0

    assert 'msgctxt "interface/buttons/next"' in template.read_text()
    assert 'msgstr "Далі"' in words.read_text()


def test_a_new_front_takes_letters_and_the_old_one_is_heard_no_more(own_site: Site) -> None:
    own_site.stop()
    (own_site.data / "front").rename(own_site.folder / "seized")
    own_site.command("init", "--front")
    own_site.command("front", "--migrate")
    own_site.command("pages", "build")

    own_site.start()

    Person(own_site.url("front"), "uk").writes("Пишу на новий.")
    assert eventually(Seat.of(own_site, "olena").logs_in().waiting)


def _triggers(site: Site) -> list[str]:
    with closing(connection_to(site, "inner")) as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_line'"
        return [name for (name,) in connection.execute(query).fetchall()]


def test_who_breaks_off_at_a_prompt_is_told_nothing_and_nothing_is_changed(site: Site) -> None:
    broken_off = site.command("keys", "rotate", "--by", "olena", "--by", "taras", may_refuse=True)

    assert broken_off.returncode == 130
    assert "Traceback" not in broken_off.stderr
    assert "epoch 2" not in site.command("keys", "status").stdout
