"""The fixtures of the room's stories."""

import pytest

from safeconduct.front.web import actions
from safeconduct.front.web.tests.people import Headquarters, Person
from safeconduct.handover.serving.errors import NotStored


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
