"""Real databases for a test, where the usual ones in memory would not do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import connections
from django.db.utils import load_backend

from safeconduct.settings.values import postgresql_at, sqlite_at

Places = Mapping[str, dict[str, Any]]


def in_file(file: Path, *, journal: str = "WAL", wait_seconds: float = 3) -> dict[str, Any]:
    return sqlite_at(file, journal=journal, wait_seconds=wait_seconds)


def on_server(url: str, *, wait_seconds: float = 3) -> dict[str, Any]:
    return postgresql_at(urlsplit(url), wait_seconds=wait_seconds)


@contextmanager
def connected_to(places: Places) -> Iterator[None]:
    """Let this thread, and no other, find its databases there. `places`: settings by alias."""
    before = {alias: connections[alias] for alias in places}
    for alias, settings in connections.configure_settings({"default": {}} | dict(places)).items():
        if alias in places:
            connections[alias] = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, alias)
    try:
        yield
    finally:
        for alias, connection in before.items():
            connections[alias].close()
            connections[alias] = connection
