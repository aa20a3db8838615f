"""What would a person who comes now be able to read and to send? Texts, forms and pages of the front."""

from collections.abc import Iterator
from pathlib import Path

from safeconduct.front.pages.manifest import MANIFEST, verify_pages
from safeconduct.interview.confirmations import BEFORE_WRITING, Approved, approve, id_of, read_confirmations
from safeconduct.interview.errors import NotConfirmed
from safeconduct.interview.library import INSTALLED_SCRIPTS, Library, load_library
from safeconduct.interview.statements import Terms
from safeconduct.interview.terms import terms_for
from safeconduct.sealing.signify import NotSignifyFile, PublicKey, read_public_file
from safeconduct.settings.values import Values

FIRST_QUESTIONS = "appeal"


def looked_at() -> Iterator[tuple[str, str, bool]]:
    """What was looked at, what is to be said of it, and whether it keeps people from being served."""
    front = Values("FRONT")
    purpose = front.choice("FRONT_PURPOSE", ("site", "demo", "bench"), "site")
    library = load_library()
    try:
        key = read_public_file(front.path("FRONT_PAGES_KEY", "pages.pub").read_bytes())
        lines = read_confirmations(front.path("FRONT_CONFIRMATIONS", "confirmations.jsonl"), by=key)
    except (OSError, NotSignifyFile):
        yield "texts", "FRONT_PAGES_KEY names no public key of the pages: run safeconduct init --front", True
        return
    except NotConfirmed as refusal:
        yield "texts", f"{refusal}: run safeconduct init --front", True
        return
    approved = approve(library, lines, purpose)
    for language in library.languages:
        yield f"texts, {language}", _texts(library, approved, language), False
    if not approved.languages:
        yield "texts", "nobody can be served in any language: see safeconduct statements confirm", True
    elif not any(map(approved.may_write, approved.languages)):
        first = " and ".join(BEFORE_WRITING)
        yield "texts", f"nobody can write in any language: confirm script:{FIRST_QUESTIONS}, or {first}", True
    yield "pages", *_pages(front.path("FRONT_PAGES_DIR", "pages"), key)
    yield "terms", _terms(library, terms_for(purpose, front.structure("FRONT_TERM_HOURS", dict))), False


def _texts(library: Library, approved: Approved, language: str) -> str:
    """Counted also where the interface is not confirmed yet, so that one sees how far the confirming has come."""
    scripts = [id_of(library.scripts[name]) for name in INSTALLED_SCRIPTS]
    statements = [statement.id for statement in library.statements.values() if statement.is_available]
    interface = "confirmed" if language in approved.languages else "not confirmed"
    counts = [
        f"{sum((id, language) in approved.texts for id in ids)} of {len(ids)} {kind}"
        for ids, kind in ((scripts, "scripts"), (statements, "statements"))
    ]
    return f"interface {interface}, {', '.join(counts)}; {_forms(library, approved, language)}"


def _forms(library: Library, approved: Approved, language: str) -> str:
    if language not in approved.languages:
        return "no form and no page"
    if not approved.may_write(language):
        return "pages and no form"
    if approved.may_show(library.scripts[FIRST_QUESTIONS], language):
        return "questions and the one page"
    return "the one page alone"


def _pages(folder: Path, key: PublicKey) -> tuple[str, bool]:
    if not (folder / MANIFEST).exists():
        return "not built: run safeconduct pages build", True
    problems = verify_pages(folder, key)
    more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
    return (f"{problems[0]}{more}: run safeconduct pages build", True) if problems else ("good, as signed", False)


def _terms(library: Library, terms: Terms) -> str:
    naming = [statement for statement in library.statements.values() if statement.is_available]
    missing = {name for statement in naming for name in statement.placeholders} - terms.keys()
    if not missing:
        return "good"
    left_out = sum(not statement.has_terms(terms) for statement in naming)
    return f"not set: {', '.join(sorted(missing))}, so {left_out} statements are left out (FRONT_TERM_HOURS)"
