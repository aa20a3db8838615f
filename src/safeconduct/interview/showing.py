"""How is a statement shown? Its words in one language, with what says how sure we are, and its source."""

from dataclasses import dataclass

from safeconduct.interview.interface import Interface
from safeconduct.interview.sources import source_in_words
from safeconduct.interview.statements import Label, Statement, Terms


@dataclass(frozen=True)
class Shown:
    """A statement in one language, ready for a page."""

    id: str
    version: int
    label: Label
    title: str
    text: str
    source: str


def shown_in(statement: Statement, language: str, *, interface: Interface, terms: Terms) -> Shown | None:
    """None where a term that it names is not set. Whether it may be shown at all is for `confirmations` to say."""
    if not statement.has_terms(terms):
        return None
    return Shown(
        id=statement.id,
        version=statement.version,
        label=statement.label,
        title=statement.title[language],
        text=statement.text_in(language, terms),
        source=source_in_words(statement.source, interface, language),
    )
