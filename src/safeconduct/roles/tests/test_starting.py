"""A process that could do harm or lose letters does not start, and says in one sentence why."""

import json
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from safeconduct.roles.supervisor import served
from safeconduct.roles.tests.places import FrontFolder
from safeconduct.sealing.envelopes import KeyPair
from safeconduct.sealing.signing import epoch_statement, sign, verifying_key_of
from tests.keys import HOLDER_SEEDS, STORE
from tests.ports import free_port

STRANGER = b"\x66" * 32


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return FrontFolder(tmp_path_factory.mktemp("front")).migrated().folder


@pytest.fixture
def front(migrated: Path, tmp_path: Path) -> FrontFolder:
    """A front of this test's own, as the one that was migrated once for all of them."""
    shutil.copytree(migrated, tmp_path, dirs_exist_ok=True)
    return FrontFolder(tmp_path)


@pytest.mark.parametrize("role", ["front", "handover"])
def test_a_front_that_is_as_it_should_be_starts(front: FrontFolder, role: str) -> None:
    assert front.starts(role) == ""


# --- keys


def signed(public_key: bytes, *seeds: bytes) -> dict[str, object]:
    statement = epoch_statement(STORE, 1, public_key)
    signatures = [{"by": verifying_key_of(seed).hex(), "signature": sign(statement, seed=seed).hex()} for seed in seeds]
    return {"epoch": 1, "public_key": public_key.hex(), "signatures": signatures}


OTHER_KEY = KeyPair(b"\x55" * 32).public_key


@pytest.mark.parametrize(
    "epoch",
    [
        signed(OTHER_KEY),
        signed(OTHER_KEY, HOLDER_SEEDS[0]),
        signed(OTHER_KEY, HOLDER_SEEDS[0], HOLDER_SEEDS[0]),
        signed(OTHER_KEY, HOLDER_SEEDS[0], STRANGER),
        signed(OTHER_KEY, STRANGER, b"\x67" * 32),
        signed(KeyPair(b"\x54" * 32).public_key, *HOLDER_SEEDS) | {"public_key": OTHER_KEY.hex()},
        signed(OTHER_KEY, *HOLDER_SEEDS) | {"epoch": 2},
    ],
)
def test_a_key_that_two_holders_have_not_signed_is_sealed_to_by_nobody(
    front: FrontFolder, epoch: dict[str, object]
) -> None:
    front.config["FRONT_STORES"] = {STORE: epoch}
    front.write()

    assert "holds a key for appeals that two of FRONT_HOLDERS have not signed" in front.starts()


def test_a_key_that_two_holders_have_signed_is_taken(front: FrontFolder) -> None:
    front.config["FRONT_STORES"] = {STORE: signed(OTHER_KEY, *HOLDER_SEEDS)}
    front.write()

    assert front.starts() == ""


@pytest.mark.parametrize(
    ("stores", "sentence"),
    [
        ({}, "names no store"),
        ({STORE: {}}, "is not of the form that inner writes"),
        ({STORE: signed(OTHER_KEY, *HOLDER_SEEDS) | {"public_key": "aa"}}, "is not of the form"),
        ({STORE: signed(OTHER_KEY, *HOLDER_SEEDS) | {"signatures": 7}}, "is not of the form"),
        ({STORE: signed(OTHER_KEY, *HOLDER_SEEDS) | {"epoch": "one"}}, "is not of the form"),
        ({STORE: "appeals"}, "is not of the form"),
        ([], "must be a JSON object"),
    ],
)
def test_stores_of_another_form_are_refused(front: FrontFolder, stores: object, sentence: str) -> None:
    front.config["FRONT_STORES"] = stores
    front.write()

    said = front.starts()

    assert "FRONT_STORES" in said
    assert sentence in said


@pytest.mark.parametrize("name", ["FRONT_STORE_SEED", "FRONT_INTAKE_SEED", "FRONT_RECOVERY_SEED"])
def test_a_front_that_is_given_a_private_key_refuses_it_and_does_not_repeat_it(front: FrontFolder, name: str) -> None:
    said = front.starts(**{name: "5ec4e7" * 10})

    assert name in said
    assert "5ec4e7" not in said


# --- words


# Where Python reports an error by itself, in its own words: a thread that ends, an object that is cleared away, a log
# line that cannot be written.
REPORTS = """
import logging, threading
from safeconduct.roles.starting import make_ready
make_ready("front")

class Letter:
    def __del__(self):
        raise ValueError("secret words")
    def __str__(self):
        raise ValueError("secret words")
    __repr__ = lambda self: "secret words"

def fail():
    raise ValueError("secret words")

thread = threading.Thread(target=fail)
thread.start()
thread.join()
logging.getLogger("safeconduct").error("a letter: %s", Letter())
letter = Letter()
del letter
fail()
"""


def test_python_itself_reports_no_words(front: FrontFolder) -> None:
    said = front._python(REPORTS, {}).stderr

    assert "ended by ValueError" in said
    assert "secret words" not in said


# --- databases


def execute(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize("role", ["front", "handover"])
@pytest.mark.parametrize("file", ["front.sqlite3", "spool.sqlite3"])
def test_a_database_from_a_newer_version_stops_the_start(front: FrontFolder, role: str, file: str) -> None:
    execute(
        front.folder / file,
        "INSERT INTO django_migrations (app, name, applied) VALUES ('serving', '0099_not_yet', '2030-01-01')",
    )

    said = front.starts(role)

    assert "is from a newer version of Safeconduct: install that version." in said


def test_databases_that_were_never_made_stop_the_start(tmp_path: Path) -> None:
    assert "run it with --migrate first" in FrontFolder(tmp_path).starts()


@pytest.mark.parametrize("role", ["front", "handover"])
def test_with_its_main_database_down_the_front_starts_and_says_so(front: FrontFolder, role: str) -> None:
    nobody = f"postgresql://nobody@/none?host={front.folder}"

    assert front.starts(role, FRONT_DATABASE_URL=nobody) == ""
    assert "The database “default” does not answer" in front.said


@pytest.mark.parametrize("role", ["front", "handover"])
def test_with_its_spool_spoiled_the_front_starts_and_says_so(front: FrontFolder, role: str) -> None:
    (front.folder / "spool.sqlite3").write_bytes(b"x" * 8192)

    assert front.starts(role) == ""
    assert "The database “spool” does not answer" in front.said


def test_on_a_fresh_start_one_takes_the_room_of_the_spool_and_the_others_wait(front: FrontFolder) -> None:
    """Taking it costs seconds in which nobody else gets at the spool; it was logged as a database that is away."""
    assert (front.folder / "spool.sqlite3").stat().st_size < 1024 * 1024

    said = front.start_at_once("front", "handover", "front", FRONT_SPOOL_MIB="192")

    assert said == ["", "", ""]
    assert (front.folder / "spool.sqlite3").stat().st_size >= 192 * 1024 * 1024


def test_the_files_of_a_front_are_for_its_account_alone(front: FrontFolder) -> None:
    front.starts()

    open_to_others = [file.name for file in front.folder.glob("*.sqlite3*") if file.stat().st_mode & 0o077]
    assert open_to_others == []


# --- what it loads


@pytest.mark.parametrize("role", ["front", "handover"])
def test_the_front_loads_nothing_of_inner_and_nothing_that_opens_a_store(front: FrontFolder, role: str) -> None:
    loaded = front.loads(role)

    assert "safeconduct.handover.serving.models" in loaded
    inner = ("safeconduct.inner", "safeconduct.audit", "safeconduct.handover.reaching", "safeconduct.sealing.stores")
    assert [name for name in loaded if name.startswith(inner)] == []


# --- how long and how large


@contextmanager
def running(front: FrontFolder, *, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = served("safeconduct.roles.front:application", port=port)
    process = subprocess.Popen(command, env=front.settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=10)


def seconds_to_first_page(port: int) -> float:
    began = time.monotonic()
    while time.monotonic() - began < 30:
        connection = HTTPConnection("localhost", port, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.02)
        else:
            return time.monotonic() - began
        finally:
            connection.close()
    pytest.fail("the front does not answer")


def test_the_first_page_comes_soon_and_the_front_stays_small(front: FrontFolder) -> None:
    """The best of three starts, with room for a machine that runs other tests; `make bench-intake` holds it to 2 s."""
    front.starts()
    waits, sizes, port = [], [], free_port()
    for _ in range(3):
        with running(front, port=port) as process:
            waits.append(seconds_to_first_page(port))
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            sizes.append(max(megabytes(int(pid)) for pid in children))

    assert min(waits) < 6
    assert min(sizes) < 120


def megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def test_settings_may_come_from_the_environment_as_json(front: FrontFolder) -> None:
    stores = json.dumps({STORE: signed(OTHER_KEY, *HOLDER_SEEDS)})

    assert front.starts(FRONT_STORES=stores) == ""
    assert "FRONT_STORES must be JSON" in front.starts(FRONT_STORES="{")
