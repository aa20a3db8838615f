"""Which statements can be put into an answer, and why not the others?"""

import contextlib
from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from safeconduct.handover.letters import Said
from safeconduct.inner.desk import words
from safeconduct.inner.desk.confirmed import approved, library, terms
from safeconduct.inner.desk.errors import NotOnTheShelf
from safeconduct.inner.desk.shown import Inserted, Option, Topic
from safeconduct.interview.showing import shown_in
from safeconduct.interview.statements import Statement


def topics(theirs: str, ours: str) -> tuple[Topic, ...]:
    """Every statement by topic, in the person's language beside the operator's."""
    found: dict[str, list[Option]] = {}
    for statement in library().statements.values():
        found.setdefault(statement.topic, []).append(_option(statement, theirs, ours))
    return tuple(Topic(words.say(words.TOPIC, name), tuple(options)) for name, options in found.items())


def take(keys: Iterable[str], *, theirs: str, ours: str) -> tuple[Inserted, ...]:
    """Those statements, each once, in their order. Raises `NotOnTheShelf` for the first that may not be shown."""
    return tuple(_taken(key, theirs, ours) for key in dict.fromkeys(keys))


def take_those_left(keys: Iterable[str], *, theirs: str, ours: str) -> tuple[Inserted, ...]:
    """As `take`, without those that may not be shown."""
    left: list[Inserted] = []
    for key in dict.fromkeys(keys):
        with contextlib.suppress(NotOnTheShelf):
            left.append(_taken(key, theirs, ours))
    return tuple(left)


def titles_of(keys: Iterable[str]) -> tuple[str, ...]:
    """In the operator's language, also of those that may not be shown any more."""
    ours, known = get_language() or "uk", library().statements
    ids = [key.partition("@")[0] for key in dict.fromkeys(keys)]
    return tuple(known[id].title[ours] if id in known else id for id in ids)


def label_words(label: str, language: str | None = None) -> str:
    """How sure we are of a statement, in words; in the operator's language where none is named."""
    return library().interface.say(f"labels_of_statements/{label}", language or get_language() or "uk")


def as_said(taken: Iterable[Inserted]) -> tuple[Said, ...]:
    """What goes to the person, exactly as it was previewed."""
    return tuple(Said(**vars(one.theirs)) for one in taken)


def _taken(key: str, theirs: str, ours: str) -> Inserted:
    id, _at, version = key.partition("@")
    statement = library().statements.get(id)
    # A text that was changed since it was put in has another version: the operator has not read this one.
    if statement is None or version != str(statement.version):
        raise NotOnTheShelf
    option = _option(statement, theirs, ours)
    if option.inserted is None:
        raise NotOnTheShelf
    return option.inserted


def _option(statement: Statement, theirs: str, ours: str) -> Option:
    barred = _why_not(statement, theirs)
    shown = [shown_in(statement, one, interface=library().interface, terms=terms()) for one in (theirs, ours)]
    if barred or shown[0] is None or shown[1] is None:
        return Option(statement.title[ours], statement.label, label_words(statement.label), None, barred)
    inserted = Inserted(
        key=f"{statement.id}@{statement.version}",
        label=statement.label,
        label_words=label_words(statement.label),
        label_theirs=label_words(statement.label, theirs),
        theirs=shown[0],
        ours=shown[1],
    )
    return Option(statement.title[ours], statement.label, inserted.label_words, inserted)


def _why_not(statement: Statement, language: str) -> str:
    if not statement.is_available:
        return _("Speaks of something that is not there in this installation.")
    if not statement.has_terms(terms()):
        return _("Names a length of time that the headquarters has not set.")
    if not approved().may_show(statement, language):
        if statement.needs_headquarters_confirmation:
            return _("Not confirmed by the headquarters: %(in_language)s.") % {"in_language": _in(language)}
        return _("Not reviewed: %(in_language)s.") % {"in_language": _in(language)}
    return ""


def _in(language: str) -> str:
    return words.say(words.LANGUAGE_IN, language)
