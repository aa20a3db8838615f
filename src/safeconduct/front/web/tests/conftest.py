"""The fixtures of the room's stories."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from safeconduct.front.web import actions
from safeconduct.front.web.tests.people import Headquarters, Person
from safeconduct.handover.serving.errors import NotStored
from tests.browser import chromium
from tests.running_front import RunningFront


@pytest.fixture
def person(db: None) -> Person:
    return Person()


@pytest.fixture
def headquarters(db: None) -> Headquarters:
    return Headquarters()


class Storage:
    """The main database and the spool together."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def fails(self) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise NotStored

        self._monkeypatch.setattr(actions, "keep", refuse)

    def is_mended(self) -> None:
        self._monkeypatch.undo()


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Storage:
    return Storage(monkeypatch)


@pytest.fixture(scope="session")
def browser() -> Browser:
    return chromium()


@pytest.fixture(scope="session")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningFront]:
    """The real front as a process of its own."""
    with RunningFront(tmp_path_factory.mktemp("front")) as running:
        yield running
