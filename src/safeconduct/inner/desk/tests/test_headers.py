"""What every answer tells the browser, and that no page needs more than that allows."""

import re
from pathlib import Path

import pytest
from django.test import Client

from safeconduct.inner.desk.tests.desk import Desk
from tests.people import Writer

ROOM = Path(__file__).parent.parent
TEMPLATES = sorted((ROOM / "templates").rglob("*.html"))


@pytest.mark.parametrize(
    "path", ["/", "/log-in", "/keys", "/live", "/cases/1", "/no/such/page", "/static/desk/desk.css"]
)
def test_nothing_foreign_runs_and_nothing_is_framed(desk: Desk, path: str) -> None:
    page = desk.browser.get(path, secure=True)

    policy = page["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Cross-Origin-Opener-Policy"] == "same-origin"
    assert page["Cross-Origin-Resource-Policy"] == "same-origin"
    assert page["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in page["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/", "/log-in", "/live", "/cases/1"])
def test_no_page_stays_in_a_cache(desk: Desk, path: str) -> None:
    assert desk.browser.get(path, secure=True)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_no_template_carries_script_or_style(template: Path) -> None:
    source = template.read_text("utf-8")

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|https?://", source)
    assert all(" src=" in tag for tag in re.findall(r"<script[^>]*>", source))


def test_an_address_that_leads_nowhere_says_so(desk: Desk) -> None:
    page = desk.browser.get("/no/such/page", secure=True)

    assert page.status_code == 404
    assert "Тут нічого немає" in page.content.decode()


def test_what_breaks_says_what_to_do_and_no_word_of_what_was_typed(
    desk: Desk, soldier: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*args: object, **kwargs: object) -> None:
        raise RuntimeError("typed words")

    soldier.opens()
    desk.takes(soldier.case)
    monkeypatch.setattr("safeconduct.inner.desk.views.case.actions.note", breaks)
    desk.browser.raise_request_exception = False

    status = desk.posts("note", soldier.case.number, note="typed words")

    assert status == 500
    assert "Щось зламалося в нас" in desk.words
    assert "typed words" not in desk.screen


def test_a_form_without_its_token_is_refused_and_says_what_to_do(db: None) -> None:
    page = Client(enforce_csrf_checks=True).post("/log-in", {}, secure=True)

    assert page.status_code == 403
    assert "Нічого не надіслано" in page.content.decode()
