"""The fixtures of the room's stories."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import LazySettings
from playwright.sync_api import Browser

from safeconduct.front.web import actions, forms, texts
from safeconduct.front.web.tests.people import Headquarters, Person
from safeconduct.front.web.views import frame, letters
from safeconduct.handover.serving.errors import NotStored
from safeconduct.interview.confirmations import Line, confirm, write_confirmations
from safeconduct.sealing.signify import new_key, public_file
from tests.browser import chromium
from tests.running_front import RunningFront

CACHED: tuple[Callable[..., object], ...] = (
    *(texts.approved, texts.terms, texts._statement, forms.questions_of, frame.frame),
    *(letters._fresh_page, letters._code_page),
)


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


@pytest.fixture
def confirmed(settings: LazySettings, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """A real site, where nothing may be shown but what is confirmed here: pairs of an id and a language."""

    def confirm_only(*pairs: tuple[str, str]) -> None:
        lines: tuple[Line, ...] = ()
        key = new_key()
        for id, language in pairs:
            lines = confirm(texts.library(), lines, id, language, kind="confirmed", by="Test", on=date(2026, 1, 1))
        (tmp_path / "pages.pub").write_bytes(public_file(key.public))
        write_confirmations(tmp_path / "confirmations.jsonl", lines, key=key)
        settings.FRONT_PURPOSE = "site"
        settings.FRONT_PAGES_KEY, settings.FRONT_CONFIRMATIONS = (
            tmp_path / "pages.pub",
            tmp_path / "confirmations.jsonl",
        )
        forget()

    yield confirm_only
    settings.FRONT_PURPOSE = "bench"
    forget()


def forget() -> None:
    for cached in CACHED:
        cached.cache_clear()  # type: ignore[attr-defined]
