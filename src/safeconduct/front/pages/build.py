"""How do the texts become pages? Rendered once, on inner, to files that need no program of ours to be served.

Links are relative, so that the files work from any place; only the forms have an absolute address.
"""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

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
LANGUAGE_NAMES = {"ru": "Русский", "uk": "Українська", "en": "English"}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur"})
# Their own questions are not there yet, and the questions about oneself would not fit: they are offered one page.
WITHOUT_OWN_QUESTIONS = frozenset({"relative", "search"})


def file_of(item: str) -> str:
    """The file name of a menu item: the same in every language and release, and it says nothing."""
    return f"k{hashlib.sha256(item.encode()).hexdigest()[:4]}.html"


def render_pages(
    library: Library, lines: Sequence[Line], *, public_url: str, purpose: Purpose, terms: Terms, exit_url: str = ""
) -> dict[str, bytes]:
    """All files by path. Equal bytes from equal input. Raises `NothingToShow`.

    `public_url`: where the forms are, without a slash at the end. `exit_url`: an ordinary page of somebody else's;
    where it is no address with a host, the way out leads to a quiet page among these files.
    """
    approved = approve(library, lines, purpose)
    if not approved.languages:
        raise NothingToShow
    pages = {f"{ASSETS}/{file.name}": file.read_bytes() for file in sorted(STATIC_FILES.iterdir())}
    pages["index.html"] = _language_choice(library, approved, purpose, exit_url)
    for language in approved.languages:
        words = _Words(library, approved, language, terms)
        frame = _frame(library, approved, language, purpose, exit_url)
        links = {
            "guided": f"{public_url}/{language}/n",
            "one_page": f"{public_url}/{language}/w",
            "come_back": f"{public_url}/{language}/c",
        }
        for name, content in _pages_of(words, frame | links).items():
            pages[f"{language}/{name}"] = content
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
        self.library, self.language = library, language
        self._approved, self._terms = approved, terms

    def statements(self, item: MenuItem) -> list[Shown]:
        found = (self._shown(id) for id in item.shows)
        return [shown for shown in found if shown]

    def leaves_out(self, item: MenuItem) -> bool:
        """Whether there is more to say than may be said yet; what is not installed counts for nothing."""
        there = [id for id in item.shows if self.library.statements[id].is_available]
        return len(self.statements(item)) < len(there)

    def _shown(self, id: str) -> Shown | None:
        statement = self.library.statements[id]
        if not self._approved.may_show(statement, self.language):
            return None
        return shown_in(statement, self.language, interface=self.library.interface, terms=self._terms)


def _pages_of(words: _Words, frame: dict[str, Any]) -> dict[str, bytes]:
    """The pages of one language by file name."""
    menu = words.library.menu
    offered = [item for item in menu if words.statements(item)]
    pages = {
        "index.html": _render(
            "start",
            frame,
            "index.html",
            items=[{"file": file_of(item.name), "label": item.label[words.language]} for item in offered],
            something_is_left_out=any(words.leaves_out(item) for item in menu),
        ),
        "x.html": _render("closed", frame, "x.html"),
    }
    for item in offered:
        name = file_of(item.name)
        if name in pages:
            raise ValueError(f"two menu items share the file {name}: lengthen it")
        pages[name] = _render(
            "topic",
            frame,
            name,
            item={"label": item.label[words.language]},
            statements=words.statements(item),
            one_page_only=item.name in WITHOUT_OWN_QUESTIONS,
            something_is_left_out=words.leaves_out(item),
        )
    return pages


def _language_choice(library: Library, approved: Approved, purpose: Purpose, exit_url: str) -> bytes:
    frame = _frame(library, approved, approved.languages[0], purpose, exit_url)
    frame["assets"] = f"{ASSETS}/"
    if not _leads_away(exit_url):
        frame["exit_url"] = f"{approved.languages[0]}/x.html"
    for other in frame["languages"]:
        other["href"] = f"{other['code']}/index.html"
        other["word"] = library.interface.say("buttons/language", other["code"])
    return _render("languages", frame, "")


def _frame(library: Library, approved: Approved, language: str, purpose: Purpose, exit_url: str) -> dict[str, Any]:
    return {
        "interface": library.interface,
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "languages": [{"code": code, "name": LANGUAGE_NAMES.get(code, code)} for code in approved.languages],
        "exit_url": exit_url if _leads_away(exit_url) else "x.html",
        "assets": f"../{ASSETS}/",
        "is_demonstration": purpose != "site",
    }


def _leads_away(exit_url: str) -> bool:
    return exit_url.startswith(("http://", "https://"))


def _render(template: str, frame: Mapping[str, Any], name: str, **more: Any) -> bytes:
    context = {**frame, **more}
    if name:
        # The same page in the other languages; one that is not there leads to that language's start.
        context["languages"] = [{**other, "href": f"../{other['code']}/{name}"} for other in frame["languages"]]
    return render_to_string(f"pages/{template}.html", context).encode()
