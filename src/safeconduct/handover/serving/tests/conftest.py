"""The front with real databases of its own, so that they can be locked, spoiled, stopped and run out of room."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from safeconduct.handover.serving.databases import main_rests
from safeconduct.handover.serving.tests.places import files_in, migrated
from tests.databases import connected_to
from tests.postgres import postgres

__all__ = ["postgres"]


@pytest.fixture(autouse=True)
def main_is_not_resting() -> Iterator[None]:
    main_rests.end()
    yield
    main_rests.end()


@pytest.fixture
def files(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Path]:
    """The folder with the front's two files, migrated; this thread is connected to them."""
    with django_db_blocker.unblock(), connected_to(files_in(tmp_path)):
        migrated()
        yield tmp_path
