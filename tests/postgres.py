"""A temporary PostgreSQL server of the tests' own making, also as root; socket only, gone at the end.

As a plugin (`pytest -p tests.postgres`) it offers the fixtures below and does nothing unless asked. With
`--engine=postgres` both wings' databases are put on it, before Django reads its settings.
"""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cached_property
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
import pytest

OWNER = "safeconduct"
NO_SYNC = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Cluster:
    """One server. `is_durable`: with fsync, for tests that kill."""

    def __init__(self, *, is_durable: bool = False) -> None:
        self._settings = ("listen_addresses=", *(() if is_durable else NO_SYNC))
        self._numbers = count(1)
        # Under /tmp itself: a socket's path must be short, and the server's account may not enter pytest's folder.
        self.folder = Path(tempfile.mkdtemp(prefix="sc-pg-", dir="/tmp"))
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._run("initdb", "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self.start()
        atexit.register(self.remove)

    def start(self) -> None:
        options = f"-k {self.folder} " + " ".join(f"-c {setting}" for setting in self._settings)
        # Without a log file the server keeps our pipe open, and this call never ends.
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """As in a power cut: nobody is waited for."""
        self._run("pg_ctl", "-m", "immediate", "stop")

    def remove(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def server_pid(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])

    def new_database(self, *, like: str = "template1") -> str:
        """The URL of a new database: empty, or a copy of the one at the URL `like`, which nobody may be using."""
        name, model = f"{OWNER}_{next(self._numbers)}", urlsplit(like).path.removeprefix("/")
        with psycopg.connect(host=str(self.folder), user=OWNER, dbname="postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{model}"'.encode())
        return f"postgresql://{OWNER}@/{name}?host={quote(str(self.folder), safe='/')}"

    def refuse_hurry(self, url: str) -> None:
        """In this database nobody makes a table under a limit of time: with all the rows of years it would be hit."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                """CREATE FUNCTION refuse_hurry() RETURNS event_trigger LANGUAGE plpgsql AS
                $$ BEGIN
                    IF current_setting('statement_timeout') <> '0' THEN RAISE EXCEPTION 'in a hurry'; END IF;
                END $$;
                CREATE EVENT TRIGGER refuse_hurry ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
                EXECUTE FUNCTION refuse_hurry()"""
            )

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as_server, str(self._binaries / program), "-D", str(self.folder / "data"), *arguments]
        subprocess.run(command, cwd="/", check=True, stdout=subprocess.DEVNULL)

    @cached_property
    def _binaries(self) -> Path:
        """Debian keeps them off the path, one folder a version; the newest is taken."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: int(file.parts[-3]))
        if not found:
            raise pytest.UsageError("PostgreSQL is missing. Please install it: apt install postgresql")
        return found[-1].parent

    @cached_property
    def _as_server(self) -> list[str]:
        """The server refuses to run as root; setpriv replaces itself, so that signals reach the server."""
        if os.geteuid() != 0:
            return []
        account = pwd.getpwnam("postgres")
        return ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=("sqlite", "postgres"), default="sqlite", help="the databases of both wings")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Put both wings on a server before pytest-django reads the settings."""
    if early_config.known_args_namespace.engine == "postgres" and "FRONT_DATABASE_URL" not in os.environ:
        os.environ.update(new_databases(Cluster()))


def new_databases(cluster: Cluster) -> dict[str, str]:
    """The settings that name an empty database for each wing."""
    return {name: cluster.new_database() for name in ("FRONT_DATABASE_URL", "INNER_DATABASE_URL")}


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A quick server that would not survive a power cut."""
    cluster = Cluster()
    yield cluster
    cluster.remove()


@pytest.fixture(scope="session")
def durable_postgres() -> Iterator[Cluster]:
    """A server that keeps what it has committed."""
    cluster = Cluster(is_durable=True)
    yield cluster
    cluster.remove()


@pytest.fixture
def databases(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings for one story's databases, by --engine; none for SQLite, whose files lie in the story's folder."""
    if request.config.getoption("--engine") == "sqlite":
        return {}
    return new_databases(request.getfixturevalue("durable_postgres"))
