"""How is a statement shown? Its words in one language, with the label that says how sure we are, and its source."""

import re
from dataclasses import dataclass

from safeconduct.interview.interface import Interface
from safeconduct.interview.sources import source_in_words
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
