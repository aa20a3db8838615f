"""Who may list, read and change which case: one rule for each, from which come the filter of a list and the check of
one case alike, so that a list can never show what the object would refuse.

A rule is data: facts about the operator and about the case, joined by `AllOf` and `AnyOf`. There is no *not*: of what
is empty the database and Python would say different things.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from safeconduct.inner.cases.errors import CaseClosed, NoSuchCase
from safeconduct.inner.operators.models import Operator


@dataclass(frozen=True)
class Reader:
    """What the rules ask of an operator, as it is at this moment. `glasses`: numbers of cases under broken glass."""

    number: int
    holds_store: bool = False
    is_on_shift: bool = False
    glasses: frozenset[int] = frozenset()


# --- the language: what is true of which reader and which case

EVERY, NONE = ~Q(pk__in=()), Q(pk__in=())


class Rule:
    def as_filter(self, reader: Reader) -> Q:
        """For a list of cases."""
        raise NotImplementedError

    def holds(self, reader: Reader, case: object) -> bool:
        """For one case."""
        raise NotImplementedError


@dataclass(frozen=True)
class Is(Rule):
    """A fact about the reader alone: the name of one of the yes-or-no fields of `Reader`."""

    fact: str

    def as_filter(self, reader: Reader) -> Q:
        return EVERY if getattr(reader, self.fact) else NONE

    def holds(self, reader: Reader, case: object) -> bool:  # noqa: ARG002 - of every case alike
        return bool(getattr(reader, self.fact))


@dataclass(frozen=True)
class Has(Rule):
    """A fact about the case alone: a column with this value."""

    column: str
    value: Any

    def as_filter(self, reader: Reader) -> Q:  # noqa: ARG002 - for every reader alike
        return Q(**{self.column: self.value})

    def holds(self, reader: Reader, case: object) -> bool:  # noqa: ARG002 - for every reader alike
        return bool(getattr(case, self.column) == self.value)


@dataclass(frozen=True)
class Same(Rule):
    """A column of the case says what a field of the reader says."""

    column: str
    fact: str

    def as_filter(self, reader: Reader) -> Q:
        return Q(**{self.column: getattr(reader, self.fact)})

    def holds(self, reader: Reader, case: object) -> bool:
        return bool(getattr(case, self.column) == getattr(reader, self.fact))


@dataclass(frozen=True)
class Among(Rule):
    """A column of the case is one of those in a field of the reader."""

    column: str
    fact: str

    def as_filter(self, reader: Reader) -> Q:
        return Q(**{f"{self.column}__in": getattr(reader, self.fact)})

    def holds(self, reader: Reader, case: object) -> bool:
        return getattr(case, self.column) in getattr(reader, self.fact)


@dataclass(frozen=True)
class AllOf(Rule):
    parts: tuple[Rule, ...]

    def as_filter(self, reader: Reader) -> Q:
        # Begun with what is always true: of nothing at all, Django makes a filter that an OR would drop.
        joined = EVERY
        for part in self.parts:
            joined &= part.as_filter(reader)
        return joined

    def holds(self, reader: Reader, case: object) -> bool:
        return all(part.holds(reader, case) for part in self.parts)


@dataclass(frozen=True)
class AnyOf(Rule):
    parts: tuple[Rule, ...]

    def as_filter(self, reader: Reader) -> Q:
        joined = NONE
        for part in self.parts:
            joined |= part.as_filter(reader)
        return joined

    def holds(self, reader: Reader, case: object) -> bool:
        return any(part.holds(reader, case) for part in self.parts)


# --- the rules

ON_SHIFT = AllOf((Is("holds_store"), Is("is_on_shift")))
OWN = AllOf((Is("holds_store"), Has("closed_at", None), Same("owner_id", "number")))
UNDER_BROKEN_GLASS = AllOf((ON_SHIFT, Among("pk", "glasses")))

# Whose header stands in the queue of the shift. Who is not on shift has no queue.
LISTED = AllOf((ON_SHIFT, Has("closed_at", None)))
# Whose words may be opened.
READABLE = AnyOf((OWN, UNDER_BROKEN_GLASS))
# Which page there is: the header alone, or the words as well.
SHOWN = AnyOf((LISTED, READABLE))
# What may be answered, noted, judged, printed, released, closed and erased. Broken glass is for reading.
WORKED_ON = OWN
# What may be reopened, or taken from a colleague.
TAKEN_OVER = UNDER_BROKEN_GLASS


# --- who is on shift, is known above


_asked_about_shifts: list[Callable[[Operator], bool]] = []


def register_shifts(is_on_shift: Callable[[Operator], bool]) -> None:
    """By the room of duty, in `AppConfig.ready()`. Without it nobody is on shift."""
    _asked_about_shifts[:] = [is_on_shift]


def is_on_shift(operator: Operator) -> bool:
    return any(asked(operator) for asked in _asked_about_shifts)


def check_may_work_on(case: Any, reader: Reader) -> None:
    """Raises `NoSuchCase` or `CaseClosed`."""
    if case.closed_at is not None:
        raise CaseClosed(case.pk)
    if not WORKED_ON.holds(reader, case):
        raise NoSuchCase(case.pk)
