"""How do the texts become pages? Rendered once, on inner, to files that need no program of ours to be served.

Links are relative, so that the files work from any place; only the forms have an absolute address.
"""

import hashlib
import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from safeconduct.front.pages.errors import NothingToShow
from safeconduct.front.pages.manifest import MANIFEST, manifest_of
from safeconduct.interview.confirmations import Approved, Line, Purpose, approve
from safeconduct.interview.interface import MenuItem
from safeconduct.interview.library import Library
from safeconduct.interview.showing import Shown, shown_in
from safeconduct.interview.statements import Terms
from safeconduct.sealing.signify import SecretKey

STATIC_FILES = Path(__file__).parent / "static_files"
ASSETS = "s"  # the folder of style and script; the forms reach them by the same path
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})
# Their own questions are not there yet, and the questions about oneself would not fit: they are offered one page.
WITHOUT_OWN_QUESTIONS = frozenset({"relative", "search"})
# Whoever reads what a taken telephone shows; no page of the forms leads there, since others may look at those with him.
LEADS_TO_SECOND_CODE = frozenset({"phone"})


def file_of(item: str) -> str:
    """The file name of a menu item: the same in every language and release, and it says nothing."""
    return f"k{hashlib.sha256(item.encode()).hexdigest()[:4]}.html"


def render_pages(
    library: Library,
    lines: Sequence[Line],
    *,
    public_url: str,
    purpose: Purpose,
    terms: Terms,
    exit_url: str = "",
    second_codes: Collection[str] = (),
) -> dict[str, bytes]:
    """All files by path. Equal bytes from equal input. Raises `NothingToShow`.

    `public_url`: where the forms are, without a slash at the end. `exit_url`: an ordinary page of somebody else's;
    where it is no address with a host, the way out leads to a quiet page among these files. `second_codes`: languages
    in which a second code may be asked for.
    """
    approved = approve(library, lines, purpose)
    if not approved.languages:
        raise NothingToShow
    words = {language: _Words(library, approved, language, terms) for language in approved.languages}
    pages = {f"{ASSETS}/{file.name}": file.read_bytes() for file in sorted(STATIC_FILES.iterdir())}
    pages["index.html"] = _language_choice(library, approved, purpose, exit_url)
    for language in approved.languages:
        frame = _frame(library, approved, language, purpose, exit_url)
        frame |= {"guided": f"{public_url}/{language}/n", "one_page": f"{public_url}/{language}/w"}
        frame |= {"come_back": f"{public_url}/{language}/c", "may_write": approved.may_write(language)}
        frame |= {"may_ask": approved.may_show(library.scripts["appeal"], language)}
        frame |= {"second_code": f"{public_url}/{language}/s" if language in second_codes else ""}
        for name, (template, shown) in _pages_of(words[language]).items():
            frame["languages"] = [
                {**other, "href": _same_page(words[other["code"]], name)} for other in frame["languages"]
            ]
            pages[f"{language}/{name}"] = _render(template, frame | shown)
    return pages


def write_pages(out: Path, pages: Mapping[str, bytes], *, key: SecretKey) -> None:
    """Write the files and their signed manifest to `out`, in place of what was there.

    Written beside it first, so that a proxy that serves `out` never sees half of it for longer than two renames.
    """
    fresh, old = (out.with_name(f"{out.name}.{which}") for which in ("new", "old"))
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    for path, content in {**pages, MANIFEST: manifest_of(pages, key=key)}.items():
        file = fresh / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    if out.exists():
        out.rename(old)
    fresh.rename(out)
    shutil.rmtree(old, ignore_errors=True)


class _Words:
    """What may be shown in one language."""

    def __init__(self, library: Library, approved: Approved, language: str, terms: Terms) -> None:
        self.language, self._library, self._approved, self._terms = language, library, approved, terms
        self.menu = library.menu
        self.statements = {item.name: self._shown_of(item) for item in library.menu}
        self.offered = [item for item in library.menu if self.statements[item.name]]

    def leaves_out(self, item: MenuItem) -> bool:
        """Whether there is more to say than may be said yet; what is not installed counts for nothing."""
        there = [id for id in item.shows if self._library.statements[id].is_available]
        return len(self.statements[item.name]) < len(there)

    def _shown_of(self, item: MenuItem) -> list[Shown]:
        statements = (self._library.statements[id] for id in item.shows)
        shown = (
            shown_in(statement, self.language, interface=self._library.interface, terms=self._terms)
            for statement in statements
            if self._approved.may_show(statement, self.language)
        )
        return [one for one in shown if one]


def _pages_of(words: _Words) -> dict[str, tuple[str, dict[str, Any]]]:
    """The pages of one language: file name → template and what it shows."""
    pages: dict[str, tuple[str, dict[str, Any]]] = {"x.html": ("closed", {})}
    items = [{"file": file_of(item.name), "label": item.label[words.language]} for item in words.offered]
    is_less = any(words.leaves_out(item) for item in words.menu)
    pages["index.html"] = ("start", {"items": items, "something_is_left_out": is_less})
    for item in words.offered:
        name = file_of(item.name)
        if name in pages:
            raise ValueError(f"two menu items share the file {name}: lengthen it")
        shown = {
            "item": {"label": item.label[words.language]},
            "statements": words.statements[item.name],
            "one_page_only": item.name in WITHOUT_OWN_QUESTIONS,
            "leads_to_second_code": item.name in LEADS_TO_SECOND_CODE,
            "something_is_left_out": words.leaves_out(item),
        }
        pages[name] = ("topic", shown)
    return pages


def _same_page(words: _Words, name: str) -> str:
    """Where this page stands in another language; where it is not shown, that language's start."""
    is_there = name in ("index.html", "x.html") or name in {file_of(item.name) for item in words.offered}
    return f"../{words.language}/{name if is_there else 'index.html'}"


def _language_choice(library: Library, approved: Approved, purpose: Purpose, exit_url: str) -> bytes:
    frame = _frame(library, approved, approved.languages[0], purpose, exit_url)
    frame["assets"] = f"{ASSETS}/"
    if not _leads_away(exit_url):
        frame["exit_url"] = f"{approved.languages[0]}/x.html"
    for other in frame["languages"]:
        other["href"] = f"{other['code']}/index.html"
        other["word"] = library.interface.say("buttons/language", other["code"])
    return _render("languages", frame)


def _frame(library: Library, approved: Approved, language: str, purpose: Purpose, exit_url: str) -> dict[str, Any]:
    names = dict(settings.LANGUAGES)
    return {
        "interface": library.interface,
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "languages": [{"code": code, "name": names.get(code, code)} for code in approved.languages],
        "exit_url": exit_url if _leads_away(exit_url) else "x.html",
        "assets": f"../{ASSETS}/",
        "is_demonstration": purpose != "site",
    }


def _leads_away(exit_url: str) -> bool:
    return exit_url.startswith(("http://", "https://"))


def _render(template: str, shown: Mapping[str, Any]) -> bytes:
    return render_to_string(f"pages/{template}.html", dict(shown)).encode()
