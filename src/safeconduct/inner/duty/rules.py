"""Who stands shifts, and whom does an alarm concern? Plain Python."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

STORE = "appeals"
# So long the first who wants everything locked waits for a second.
LOCK_ASKED_FOR = timedelta(minutes=2)


class Worker(Protocol):
    pk: Any

    @property
    def roles(self) -> Collection[str]: ...

    def may_hold(self, store: str) -> bool: ...


def stands_shifts(operator: Worker) -> bool:
    """Those whose role goes with a store that people write to."""
    return operator.may_hold(STORE)


@dataclass(frozen=True)
class AlarmKind:
    """`number` is all that the alarm command is told, so it is never given to another kind."""

    number: int
    roles: frozenset[str]
    is_silent: bool = False
    """Seen and not heard: a sound at the next desk would tell whoever stands behind the one it is about."""


ALARMS = {
    "bulk_reading": AlarmKind(1, frozenset({"supervisor"})),
    "break_glass": AlarmKind(2, frozenset({"supervisor"})),
    "duress": AlarmKind(4, frozenset({"supervisor"}), is_silent=True),
    "site_locked": AlarmKind(5, frozenset({"supervisor"})),
    "clocks_missing": AlarmKind(6, frozenset({"bureau-supervisor"})),
    "index_missing": AlarmKind(7, frozenset({"tracing-supervisor"})),
    # For the whole shift: whoever is there first looks after the person.
    "second_code": AlarmKind(8, frozenset({"operator", "senior", "supervisor"})),
}


def concerns(kind: str, operator: Worker, *, because_of: int | None) -> bool:
    """Is this alarm for `operator`? Never for the one because of whom it rings: somebody else is to know."""
    return operator.pk != because_of and not ALARMS[kind].roles.isdisjoint(operator.roles)
