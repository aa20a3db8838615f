"""A headquarters burns down, and comes back from one file and two sheets of paper. Every step in its own process."""

import base64
import io
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from safeconduct.inner.site.restore import _write_file, read_backup
from safeconduct.inner.site.sealed_file import CHUNK, TAG, SealedWriter, opened_lines
from safeconduct.inner.site.tests.errands import FILE_BYTES, LETTERS
from safeconduct.inner.site.tests.test_sealed_file import HEAD
from safeconduct.sealing.envelopes import key_pair_of
from safeconduct.sealing.stores import join_recovery, split_recovery
from tests.postgres import Cluster

ROOT = Path(__file__).parents[5]
# These go on after the restore: the audit says so, and the front is asked for what came after the backup.
GO_ON = ("audit_line", "audit_head", "reaching_frontstatus")


@dataclass
class Site:
    """A folder of a site, and the database where that is not a file in it."""

    data: Path
    database: str = ""
    shares: list[str] = field(default_factory=list)
    settings: str = "safeconduct.settings.inner"

    def does(self, errand: str, given: object = None) -> Any:
        """What the errand says, from a process of its own."""
        done = self.tries(errand, given)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def tries(self, errand: str, given: object = None) -> subprocess.CompletedProcess[str]:
        surroundings = {
            "PATH": "/usr/bin:/bin",
            "INNER_CONFIG": str(self.data / "inner" / "inner.json"),
            "INNER_PASSPHRASE_MEMORY_KIB": "64",
            "DJANGO_SETTINGS_MODULE": self.settings,
        }
        if self.database:
            surroundings["INNER_DATABASE_URL"] = self.database
        return subprocess.run(
            [sys.executable, "-m", "safeconduct.inner.site.tests.errands", errand, str(self.data)],
            env=surroundings,
            cwd=ROOT,
            input=json.dumps(given),
            capture_output=True,
            text=True,
            timeout=120,
        )

    def files(self) -> dict[str, bytes]:
        """Every file that is not a database."""
        paths = (path for path in self.data.rglob("*") if path.is_file() and "sqlite3" not in path.name)
        return {str(path.relative_to(self.data)): path.read_bytes() for path in paths}


@dataclass
class Saved:
    """A site, its rows at the moment of the backup, and the backup."""

    site: Site
    rows: dict[str, list[dict[str, Any]]]
    file: Path
    summary: list[Any]

    @property
    def shares(self) -> list[str]:
        return self.site.shares[:2]


def saved(site: Site, file: Path) -> Saved:
    site.shares = site.does("make")
    rows = site.does("rows")
    return Saved(site, rows, file, site.does("back_up", str(file)))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    cluster = Cluster()
    yield cluster
    cluster.remove()


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    folder = tmp_path_factory.mktemp("sqlite")
    return saved(Site(folder / "site"), folder / "backup")


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Saved:
    folder = tmp_path_factory.mktemp("postgres")
    return saved(Site(folder / "site", cluster.new_database()), folder / "backup")


@pytest.fixture
def empty(tmp_path: Path) -> Site:
    return Site(tmp_path / "new")


def restored(backup: Saved, site: Site) -> Site:
    _files, rows = site.does("restore", [str(backup.file), backup.shares])
    assert rows == backup.summary[1]
    return site


def assert_every_row_is_back(backup: Saved, site: Site) -> None:
    now = site.does("rows")
    assert now.keys() == backup.rows.keys()
    for table, rows in backup.rows.items():
        if table not in GO_ON:
            assert now[table] == rows, table
    # The audit goes on: every old line, and that the site was restored.
    assert now["audit_line"][:-1] == backup.rows["audit_line"]
    assert now["audit_line"][-1]["verb"] == "site.restored"
    assert [status["asks_again"] for status in now["reaching_frontstatus"]] == [True]
    assert site.does("verify_audit") == [[], "append-only"]


def test_there_is_something_to_lose(on_sqlite: Saved) -> None:
    filled = {table for table, rows in on_sqlite.rows.items() if rows}

    assert filled >= {
        "cases_case",
        "cases_thread",
        "cases_message",
        "cases_attachment",
        "cases_tombstone",
        "cases_brokenglass",
        "duty_alarm",
        "operators_operator",
        "operators_epochwrap",
        "operators_admission",
        "mfa_authenticator",
        "reaching_receivedenvelope",
        "reaching_outboxrow",
        "audit_line",
        "audit_head",
        "django_content_type",
    }
    assert sum(len(rows) for rows in on_sqlite.rows.values()) == on_sqlite.summary[1]


def test_a_site_comes_back_with_every_row_and_every_file(on_sqlite: Saved, empty: Site) -> None:
    restored(on_sqlite, empty)

    assert_every_row_is_back(on_sqlite, empty)
    before, after = on_sqlite.site.files(), empty.files()
    assert json.loads(after.pop("inner/inner.json")) == json.loads(before.pop("inner/inner.json"))
    assert after == before


def test_two_shares_of_paper_open_a_letter_of_the_restored_site(on_sqlite: Saved, empty: Site) -> None:
    restored(on_sqlite, empty)

    assert empty.does("letters", on_sqlite.site.shares[1:]) == LETTERS


@pytest.mark.parametrize("onto_postgres", [False, True])
def test_a_site_on_postgresql_comes_back_on_either_engine(
    on_postgres: Saved, empty: Site, cluster: Cluster, onto_postgres: bool
) -> None:
    empty.database = cluster.new_database() if onto_postgres else ""

    restored(on_postgres, empty)

    assert_every_row_is_back(on_postgres, empty)
    assert empty.does("letters", on_postgres.shares) == LETTERS


def test_a_site_on_sqlite_moves_to_postgresql_and_remembers_where(
    on_sqlite: Saved, empty: Site, cluster: Cluster
) -> None:
    empty.database = cluster.new_database()

    restored(on_sqlite, empty)

    configuration = json.loads((empty.data / "inner" / "inner.json").read_text())
    assert configuration["INNER_DATABASE_URL"] == empty.database
    assert not list(empty.data.rglob("*.sqlite3*"))
    empty.database = ""  # the environment of the restore is gone; the file knows
    assert_every_row_is_back(on_sqlite, empty)


def test_a_site_of_many_years_has_the_time_it_takes_to_come_back(
    on_sqlite: Saved, empty: Site, cluster: Cluster
) -> None:
    """The server ends a statement of the desk after seconds; the check of a million keys is one statement as well."""
    empty.database = cluster.new_database()
    cluster.refuse_hurry(empty.database)

    restored(on_sqlite, empty)


@pytest.mark.parametrize("onto_postgres", [False, True])
def test_the_number_of_an_erased_case_is_never_given_again(
    on_sqlite: Saved, empty: Site, cluster: Cluster, onto_postgres: bool
) -> None:
    numbers = [case["number"] for case in on_sqlite.rows["cases_case"]]
    erased = [stone["case_number"] for stone in on_sqlite.rows["cases_tombstone"]]
    assert max(erased) > max(numbers)

    empty.database = cluster.new_database() if onto_postgres else ""
    restored(on_sqlite, empty)

    assert empty.does("next_case") == max(erased) + 1


def test_sessions_are_not_saved(on_sqlite: Saved, empty: Site) -> None:
    restored(on_sqlite, empty)

    assert "django_session" in empty.does("tables")
    lines = opened_lines(io.BytesIO(on_sqlite.file.read_bytes()), seed=join_recovery(on_sqlite.shares))
    assert not [line for line in lines if b"sessions.session" in line[:100]]


@pytest.mark.parametrize("engine", ["on_sqlite", "on_postgres"])
def test_envelopes_in_a_backup_are_marked_so_that_the_front_may_forget_them(
    engine: str, request: pytest.FixtureRequest
) -> None:
    backup: Saved = request.getfixturevalue(engine)
    received = [row["envelope_id"] for row in backup.rows["reaching_receivedenvelope"]]

    now = backup.site.does("rows")

    assert len(received) == 5
    assert sorted(backup.summary[2]) == sorted(received)
    assert all(row["backed_up_at"] for row in now["reaching_receivedenvelope"])
    assert not any(row["backed_up_at"] for row in backup.rows["reaching_receivedenvelope"])
    assert now["audit_line"][-1]["verb"] == "site.backed_up"


@pytest.mark.parametrize("engine", ["on_sqlite", "on_postgres"])
def test_a_backup_is_of_one_moment_and_stops_nobody(engine: str, request: pytest.FixtureRequest) -> None:
    backup: Saved = request.getfixturevalue(engine)

    seen, written = backup.site.does("read_while_others_write")

    assert (seen, written) == (False, True)


def test_a_backup_is_closed_and_nothing_open_was_left(on_sqlite: Saved) -> None:
    content = on_sqlite.file.read_bytes()
    secrets = [path.read_bytes() for path in (on_sqlite.site.data / "inner" / "secrets").iterdir()]

    assert stat.S_IMODE(on_sqlite.file.stat().st_mode) == 0o600
    assert [path.name for path in on_sqlite.file.parent.iterdir() if path.name != "site"] == ["backup"]
    assert len(content) > FILE_BYTES
    for secret in [*secrets, b"olena", b"cases.case", b"inner.json"]:
        for form in (secret, base64.b64encode(secret).rstrip(b"="), secret.hex().encode()):
            assert form not in content


def test_a_backup_holds_one_letter_at_a_time_in_memory(on_sqlite: Saved) -> None:
    grown_kib = on_sqlite.summary[3]

    # The file of 3 MiB is there as bytes, as base64 and as a line, and twice on its way through the cipher.
    assert grown_kib < 60 * 1024


def test_a_backup_never_replaces_a_file(on_sqlite: Saved, tmp_path: Path) -> None:
    (tmp_path / "backup").write_text("an older one")
    (tmp_path / "other.unfinished").write_text("being written")

    for name in ("backup", "other"):
        assert "CannotBackUp" in on_sqlite.site.tries("back_up", str(tmp_path / name)).stderr

    assert (tmp_path / "backup").read_text() == "an older one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "other.unfinished"]


@pytest.mark.parametrize("missing", ["inner/recovery.pub", "front/front.json"])
def test_a_site_that_could_not_be_brought_back_is_not_half_saved(
    on_sqlite: Saved, tmp_path: Path, missing: str
) -> None:
    site = Site(tmp_path / "site")
    shutil.copytree(on_sqlite.site.data, site.data)
    (site.data / missing).unlink()

    tried = site.tries("back_up", str(tmp_path / "backup"))

    assert f"CannotBackUp: There is no {missing}" in tried.stderr
    assert not list(tmp_path.glob("backup*"))


def test_a_site_without_a_usable_recovery_key_or_database_is_not_saved(on_sqlite: Saved, tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    shutil.copytree(on_sqlite.site.data, site.data)
    (site.data / "inner" / "recovery.pub").write_bytes(bytes(1216))

    assert "holds no recovery key" in site.tries("back_up", str(tmp_path / "backup")).stderr

    site.database = "postgresql://nobody@/nothing?host=/nowhere"
    assert "CannotBackUp: Inner's database" in site.tries("back_up", str(tmp_path / "backup")).stderr
    assert not list(tmp_path.glob("backup*"))


def refused(site: Site, file: Path, shares: list[str]) -> str:
    """The sentence; and nothing of a site may be left."""
    sentence = site.does("restore", [str(file), shares])
    assert isinstance(sentence, str)
    assert sentence.endswith(".")
    assert not site.data.exists() or not any(site.data.iterdir())
    return sentence


def changed_at_the_very_end(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def cut_short_between_two_chunks(content: bytes) -> bytes:
    return content[: HEAD + 2 * (CHUNK + TAG)]


def with_two_chunks_swapped(content: bytes) -> bytes:
    first, second = HEAD + CHUNK + TAG, HEAD + 2 * (CHUNK + TAG)
    return content[:HEAD] + content[first:second] + content[HEAD:first] + content[second:]


@pytest.mark.parametrize(
    ("damaged", "onto_postgres"),
    [
        (changed_at_the_very_end, False),
        (changed_at_the_very_end, True),
        (cut_short_between_two_chunks, False),
        (with_two_chunks_swapped, False),
    ],
)
def test_a_damaged_backup_leaves_nothing_half_restored(
    on_sqlite: Saved,
    empty: Site,
    tmp_path: Path,
    cluster: Cluster,
    damaged: Callable[[bytes], bytes],
    onto_postgres: bool,
) -> None:
    empty.database = cluster.new_database() if onto_postgres else ""
    (tmp_path / "damaged").write_bytes(damaged(on_sqlite.file.read_bytes()))

    assert "changed or cut short" in refused(empty, tmp_path / "damaged", on_sqlite.shares)

    if onto_postgres:
        restored(on_sqlite, empty)  # only an empty database takes it


def test_the_wrong_paper_is_told_apart_as_far_as_can_be(on_sqlite: Saved, empty: Site) -> None:
    first, second, _ = on_sqlite.site.shares
    words = first.split()
    words[5], words[6] = words[6], words[5]

    assert "Share 2 has a slip" in refused(empty, on_sqlite.file, [second, " ".join(words)])
    assert "Two different shares" in refused(empty, on_sqlite.file, [first, first])
    assert "shares of another site" in refused(empty, on_sqlite.file, split_recovery(b"\x01" * 32)[:2])


def test_a_site_comes_back_into_an_empty_folder_only(on_sqlite: Saved, empty: Site) -> None:
    empty.data.mkdir()
    (empty.data / "kept").write_text("mine")

    assert "empty folder" in empty.does("restore", [str(on_sqlite.file), on_sqlite.shares])
    assert [path.name for path in empty.data.iterdir()] == ["kept"]

    (empty.data / "kept").unlink()
    restored(on_sqlite, empty)  # an empty folder is left in its place
    assert stat.S_IMODE((empty.data / "inner" / "secrets").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in empty.data.rglob("*.json")} == {0o600}


def test_a_database_that_is_in_use_is_left_alone(on_sqlite: Saved, on_postgres: Saved, empty: Site) -> None:
    empty.database = on_postgres.site.database

    assert "not empty" in refused(empty, on_sqlite.file, on_sqlite.shares)

    assert on_postgres.site.does("rows")["cases_case"] == on_postgres.rows["cases_case"]


def test_a_database_that_does_not_answer_is_one_sentence(on_sqlite: Saved, empty: Site) -> None:
    empty.database = "postgresql://nobody@/nothing?host=/nowhere"

    assert "INNER_DATABASE_URL" in refused(empty, on_sqlite.file, on_sqlite.shares)


def test_a_restore_makes_its_own_sqlite_file(on_sqlite: Saved, empty: Site, tmp_path: Path) -> None:
    empty.database = f"sqlite:///{tmp_path}/elsewhere.sqlite3"

    assert "unset it" in refused(empty, on_sqlite.file, on_sqlite.shares)


@pytest.mark.parametrize("onto_postgres", [False, True])
def test_with_the_journal_of_another_site_nothing_comes_back(
    on_sqlite: Saved, empty: Site, cluster: Cluster, onto_postgres: bool
) -> None:
    """What it cannot erase again must not stand there as if it had never been erased."""
    empty.database = cluster.new_database() if onto_postgres else ""

    sentence = empty.does("restore", [str(on_sqlite.file), on_sqlite.shares, "bm90IG91cnM=\n"])

    assert "No line of the journal of erasures opens" in sentence
    assert not empty.data.exists() or not any(empty.data.iterdir())


def test_another_file_is_no_backup(on_sqlite: Saved, empty: Site, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear headquarters")

    assert "not a backup" in refused(empty, tmp_path / "letter", on_sqlite.shares)


def rewritten(backup: Path, shares: list[str], out: Path, change: Callable[[int, Any], Any]) -> Path:
    """The same backup with each line as `change(number, line)` gives it."""
    seed = join_recovery(shares)
    with backup.open("rb") as old, out.open("wb") as new:
        writer = SealedWriter(new, to=key_pair_of(seed).public_key)
        for number, line in enumerate(opened_lines(old, seed=seed)):
            writer.write(json.dumps(change(number, json.loads(line))).encode() + b"\n")
        writer.end()
    return out


def test_a_backup_from_a_newer_version_is_refused(on_sqlite: Saved, empty: Site, tmp_path: Path) -> None:
    def with_a_later_migration(number: int, line: Any) -> Any:
        return line | {"migrations": [*line["migrations"], ["cases", "0099_something_new"]]} if number == 0 else line

    newer = rewritten(on_sqlite.file, on_sqlite.shares, tmp_path / "newer", with_a_later_migration)

    assert "newer version of Safeconduct" in refused(empty, newer, on_sqlite.shares)


@pytest.mark.parametrize("onto_postgres", [False, True])
def test_a_backup_from_an_older_version_is_brought_to_this_one(
    tmp_path: Path, empty: Site, cluster: Cluster, onto_postgres: bool
) -> None:
    ageing = "tests.settings_ageing"
    site = Site(tmp_path / "site", settings=ageing)
    site.shares = site.does("make")
    site.does("lay_stones", ["flint", "granite"])
    site.does("back_up", str(tmp_path / "backup"))
    stones = False

    def as_before_stones_were_weighed(number: int, line: Any) -> Any:
        nonlocal stones
        if number == 0:
            later = ["ageing", "0002_weight_of_a_stone"]
            return line | {"migrations": [name for name in line["migrations"] if name != later]}
        if isinstance(line, dict):
            stones = line.get("table") == "ageing.stone"
            return line | {"columns": ["id", "name"]} if stones else line
        return line[:2] if stones else line

    older = rewritten(tmp_path / "backup", site.shares[:2], tmp_path / "older", as_before_stones_were_weighed)
    empty.settings, empty.database = ageing, cluster.new_database() if onto_postgres else ""

    empty.does("restore", [str(older), site.shares[:2]])

    assert empty.does("rows")["ageing_stone"] == [
        {"id": 1, "name": "flint", "weight": 5},
        {"id": 2, "name": "granite", "weight": 7},
    ]
    assert empty.does("letters", site.shares[:2]) == LETTERS


def test_a_forged_backup_writes_nothing_outside_its_place(on_sqlite: Saved, empty: Site, tmp_path: Path) -> None:
    seed = join_recovery(on_sqlite.shares)
    with on_sqlite.file.open("rb") as old, (tmp_path / "forged").open("wb") as new:
        lines = opened_lines(old, seed=seed)
        writer = SealedWriter(new, to=key_pair_of(seed).public_key)
        writer.write(next(lines) + b"\n")
        writer.write(json.dumps(json.loads(next(lines)) | {"file": "../outside"}).encode() + b"\n")
        writer.end()

    refused(empty, tmp_path / "forged", on_sqlite.shares)

    assert os.listdir(tmp_path) == ["forged"]


@pytest.mark.parametrize(
    "name", ["../outside", "inner/../../outside", "/etc/outside", "inner/secrets/..", "desk/x", "inner/a/b", "inner/"]
)
def test_only_places_in_a_site_are_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a place"):
        _write_file(tmp_path, file=name, content="")

    assert not list(tmp_path.iterdir())


def test_a_restore_needs_a_process_of_its_own(on_sqlite: Saved, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="process of its own"):
        read_backup(on_sqlite.file, on_sqlite.shares, tmp_path / "new")
