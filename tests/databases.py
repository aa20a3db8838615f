"""Real databases for a test, where the usual ones in memory would not do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.utils import load_backend

Places = Mapping[str, dict[str, Any]]


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
