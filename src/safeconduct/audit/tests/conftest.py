"""The audit in a real database of each engine, so that it can be tampered with as a thief would."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from tests.databases import Places, connected_to, in_file, on_server
from tests.postgres import Cluster, postgres

__all__ = ["postgres"]


@pytest.fixture(scope="session")
def model(postgres: Cluster, django_db_blocker: DjangoDbBlocker) -> str:
    """The address of a migrated database to copy: a migration costs ten times as much."""
    url = postgres.new_database()
    with django_db_blocker.unblock(), connected_to({"default": on_server(url)}):
        migrate()
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Places]:
    """The settings of a database with an empty audit; this thread is connected to it."""
    if request.param == "sqlite":
        place = in_file(tmp_path / "inner.sqlite3")
    else:
        cluster, model = request.getfixturevalue("postgres"), request.getfixturevalue("model")
        place = on_server(cluster.new_database(like=model))
    with django_db_blocker.unblock(), connected_to({"default": place}):
        if request.param == "sqlite":
            migrate()
        yield {"default": place}


def migrate() -> None:
    call_command("migrate", "audit", verbosity=0, skip_checks=True)
