"""Pages for tests: of a demonstration, and of a site where some texts were confirmed."""

from collections.abc import Sequence
from datetime import date, timedelta

from safeconduct.front.pages.build import render_pages
from safeconduct.interview.confirmations import Line, confirm, demonstration_lines
from safeconduct.interview.library import load_library
from safeconduct.interview.terms import DEMO_TERMS
from safeconduct.sealing.signify import SecretKey

LIBRARY = load_library()
KEY = SecretKey(b"pagestst", b"\x0c" * 32)
PUBLIC_URL = "https://letters.example"
TODAY = date(2026, 3, 1)
# With the terms that inner keeps in a demonstration.
TERMS = {**DEMO_TERMS, "question_term": timedelta(days=30), "waiting_term": timedelta(days=90)}


def demonstration(*, exit_url: str = "", second_codes: Sequence[str] = ()) -> dict[str, bytes]:
    lines = demonstration_lines(LIBRARY, on=TODAY)
    return render_pages(
        LIBRARY,
        lines,
        public_url=PUBLIC_URL,
        purpose="demo",
        terms=TERMS,
        exit_url=exit_url,
        second_codes=second_codes,
    )


def site(
    *confirmed: tuple[str, str], reviewed: tuple[tuple[str, str], ...] = (), terms: dict[str, timedelta] | None = None
) -> dict[str, bytes]:
    """A site's pages where these (id, language) were confirmed or reviewed, and nothing else was."""
    lines: tuple[Line, ...] = ()
    for id, language in confirmed:
        lines = confirm(LIBRARY, lines, id, language, kind="confirmed", by="Olena", on=TODAY)
    for id, language in reviewed:
        lines = confirm(LIBRARY, lines, id, language, kind="reviewed", by="Olena", on=TODAY)
    return render_pages(LIBRARY, lines, public_url=PUBLIC_URL, purpose="site", terms=terms or {})
