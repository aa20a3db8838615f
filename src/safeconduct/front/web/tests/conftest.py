"""The fixtures of the room's stories."""

import pytest

from safeconduct.front.web.tests.people import Headquarters, Person


@pytest.fixture
def person(db: None) -> Person:
    return Person()


@pytest.fixture
def headquarters(db: None) -> Headquarters:
    return Headquarters()


@pytest.fixture
def nothing_can_be_stored(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Neither the main database nor the spool takes anything; `undo()` mends both."""
    from safeconduct.front.web import actions
    from safeconduct.handover.serving.errors import NotStored

    def refuse(*_: object, **__: object) -> None:
        raise NotStored

    monkeypatch.setattr(actions, "keep", refuse)
    return monkeypatch
