"""How is a statement shown? Its words in one language, with the label that says how sure we are, and its source."""

import re
from dataclasses import dataclass

from safeconduct.interview.interface import Interface
from safeconduct.interview.statements import Label, Statement, Terms


@dataclass(frozen=True)
class Shown:
    """A statement in one language, ready for a page: `label` names the shape of its mark, `mark` its words."""

    id: str
    title: str
    text: str
    label: Label
    mark: str
    source: str
    version: int


_OWN = {
    "set by the headquarters": "source_headquarters",
    "how the service is built": "source_service",
    "general safety practice": "source_practice",
}
_TREATIES = {"GC III": "gc_iii", "GC IV": "gc_iv", "AP I": "ap_i"}
_NEXT_OF_LIST = re.compile(r"(?<=\.) (?=\d\. )")


def shown_in(statement: Statement, language: str, *, interface: Interface, terms: Terms) -> Shown | None:
    """None where a term that it names is not set. Whether it may be shown at all is for `confirmations` to say."""
    if not statement.has_terms(terms):
        return None
    return Shown(
        id=statement.id,
        title=statement.title[language],
        # Steps that are counted ("1. … 2. …") each begin a line; the words stay as they were confirmed.
        text=_NEXT_OF_LIST.sub("\n", statement.text_in(language, terms)),
        label=statement.label,
        mark=interface.say(f"labels_of_statements/{statement.label}", language),
        source=source_in_words(statement.source, interface, language),
        version=statement.version,
    )


def source_in_words(source: str, interface: Interface, language: str) -> str:
    """`GC III 13(1); GC III 14` becomes “Third Geneva Convention, art. 13(1), 14”. What is not known stays as it is."""
    articles: dict[str, list[str]] = {}
    for part in source.split("; "):
        treaty = next((name for name in _TREATIES if part.startswith(f"{name} ")), "")
        articles.setdefault(treaty or part, []).append(part.removeprefix(f"{treaty} ") if treaty else part)
    return "; ".join(_said(treaty, numbers, interface, language) for treaty, numbers in articles.items())


def _said(treaty: str, articles: list[str], interface: Interface, language: str) -> str:
    if treaty in _TREATIES:
        name = f"labels_of_statements/{_TREATIES[treaty]}"
        return interface.say(name, language, articles=", ".join(articles))
    if treaty in _OWN:
        return interface.say(f"labels_of_statements/{_OWN[treaty]}", language)
    return treaty
