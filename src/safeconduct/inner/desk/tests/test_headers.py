"""What every answer tells the browser, and that no page needs more than that allows."""

import re
from pathlib import Path

import pytest

from safeconduct.inner.desk.tests.desk import Desk

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


def test_a_form_without_its_token_is_refused_and_says_what_to_do(db: None) -> None:
    from django.test import Client

    page = Client(enforce_csrf_checks=True).post("/log-in", {}, secure=True)

    assert page.status_code == 403
    assert "Нічого не надіслано" in page.content.decode()
