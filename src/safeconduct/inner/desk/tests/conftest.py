"""The fixed people, each with a desk to sit at, and statements that the headquarters has confirmed."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from safeconduct.handover.reaching.models import FrontStatus
from safeconduct.inner.desk.confirmed import library
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.desk.tests.screen import Screen, screen_of
from safeconduct.inner.duty.models import Attendance, Shift
from safeconduct.interview.confirmations import Line, demonstration_lines, write_confirmations
from safeconduct.sealing.signify import new_key, secret_file
from tests.people import Colleague, Headquarters, headquarters, marta, nadia, olena, soldier, taras

__all__ = ["headquarters", "marta", "nadia", "olena", "soldier", "taras"]

ON = datetime.date(2026, 11, 22)
Confirm = Callable[..., None]


@pytest.fixture(autouse=True)
def the_worker_is_well(request: pytest.FixtureRequest) -> None:
    """And reports all the while, though no test runs one: heard an hour ahead, however long a test takes."""
    if {"db", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("db")
        FrontStatus.objects.create(contact_at=timezone.now() + datetime.timedelta(hours=1))


@pytest.fixture
def before_the_shift(headquarters: Headquarters) -> None:
    """Nobody has come on yet."""
    Attendance.objects.all().delete()
    Shift.objects.all().delete()


@pytest.fixture
def at_desk(db: None) -> Callable[[Colleague], Desk]:
    """A colleague who has logged in."""

    def sits_down(colleague: Colleague) -> Desk:
        desk = Desk()
        desk.log_in(colleague)
        return desk

    return sits_down


@pytest.fixture
def desk(at_desk: Callable[[Colleague], Desk], olena: Colleague) -> Desk:
    """Olena's."""
    return at_desk(olena)


@pytest.fixture
def confirmed(settings: Settings, tmp_path: Path) -> Confirm:
    """Every text has its line in every language, as in a demonstration; call it to leave some out."""
    key = new_key()
    (Path(settings.INNER_SECRETS_DIR) / "pages.sec").write_bytes(secret_file(key))
    settings.INNER_CONFIRMATIONS = tmp_path / "confirmations.jsonl"

    def confirm(*, without: Callable[[Line], bool] = lambda line: False) -> None:
        lines = [line for line in demonstration_lines(library(), on=ON) if not without(line)]
        write_confirmations(settings.INNER_CONFIRMATIONS, lines, key=key)

    confirm()
    return confirm


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        yield browser
        browser.close()


@pytest.fixture
def screen(browser: Browser, live_server: LiveServer, olena: Colleague, confirmed: Confirm) -> Iterator[Screen]:
    """Olena's, at 1440 pixels; she has logged in."""
    with screen_of(browser, live_server.url) as screen:
        screen.sits_down(olena)
        yield screen
