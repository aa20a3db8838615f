"""What a site has written down, in tables and in files."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg
from psycopg import sql

from tests.stories.site import Site


def count_of(site: Site, wing: str, table: str) -> int:
    """How many rows the table has now."""
    with closing(connection_to(site, wing)) as connection:
        found: int = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
        return found


def values_of(site: Site, wing: str, column: str, table: str) -> list[Any]:
    with closing(connection_to(site, wing)) as connection:
        return [row[0] for row in connection.execute(f'SELECT "{column}" FROM "{table}"').fetchall()]


def everything(site: Site) -> Iterator[tuple[str, bytes]]:
    """All rows of both wings, all files of both, every log, temporary folder, tmpfs and home; a server's files."""
    for wing in ("front", "inner"):
        yield from rows_of(site, wing)
    yield from files_in(site.folder)
    if site.databases:
        yield from _server_files(site)


def everything_on(site: Site, wing: str) -> Iterator[tuple[str, bytes]]:
    """All rows of the wing's database and all files of its folder, its write-ahead log and its logs included."""
    yield from rows_of(site, wing)
    yield from files_in(site.data / wing)
    roles = ("front", "handover") if wing == "front" else ("inner", "worker")
    yield from ((f"{role}.log", site.log_of(role).encode()) for role in roles)


def rows_of(site: Site, wing: str) -> Iterator[tuple[str, bytes]]:
    """Every value of every table. SQLite's file is searched as a file besides, free pages included."""
    with closing(connection_to(site, wing)) as connection:
        for table in tables_of(connection):
            for row in connection.execute(f'SELECT * FROM "{table}"').fetchall():
                for value in row:
                    if isinstance(value, bytes | memoryview):
                        yield f"{wing}, table {table}", bytes(value)
                    elif value is not None:
                        yield f"{wing}, table {table}", str(value).encode()


def files_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*")):
        try:
            if file.is_file():
                yield str(file.relative_to(folder.parent)), file.read_bytes()
        except FileNotFoundError:
            continue  # a server tidies up meanwhile


def _server_files(site: Site) -> Iterator[tuple[str, bytes]]:
    """The server's own files of these two databases, its write-ahead log and its log."""
    folder = Path()
    for wing in ("front", "inner"):
        with closing(connection_to(site, wing)) as connection:
            connection.execute("CHECKPOINT")
            (number,) = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()
            folder = Path(connection.info.host)
            yield from files_in(folder / "data" / "base" / str(number))
    yield from files_in(folder / "data" / "pg_wal")
    yield "the server's log", (folder / "log").read_bytes()


def execute(site: Site, wing: str, statement: str, *values: object) -> None:
    """Something done to a database behind the program's back."""
    with closing(connection_to(site, wing)) as connection:
        mark = "%s" if isinstance(connection, psycopg.Connection) else "?"
        connection.execute(statement.replace("?", mark), values)
        connection.commit()


def connection_to(site: Site, wing: str) -> Any:
    url = site.databases.get(f"{wing.upper()}_DATABASE_URL")
    if url is None:
        return sqlite3.connect(site.data / wing / f"{wing}.sqlite3", timeout=10)
    parts = urlsplit(url)
    return psycopg.connect(
        host=parse_qs(parts.query)["host"][0], user=parts.username, dbname=unquote(parts.path.lstrip("/"))
    )


def tables_of(connection: Any) -> list[str]:
    if isinstance(connection, psycopg.Connection):
        query = sql.SQL("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return [name for (name,) in connection.execute(query).fetchall()]
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [name for (name,) in found]
