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


SUPERVISORS_FIRST = (frozenset({"supervisor"}), frozenset({"senior"}), frozenset({"operator"}))
WHOLE_SHIFT = (frozenset({"supervisor", "senior", "operator"}),)


@dataclass(frozen=True)
class AlarmKind:
    """`number` is all that the alarm command is told, so it is never given to another kind.

    It rings for those who may hold the `store` and have a role of the first of the `ranks` that anybody else has: where
    the one because of whom it rings is the only supervisor, the seniors are to know, and without any the operators.
    """

    number: int
    store: str = STORE
    ranks: tuple[frozenset[str], ...] = SUPERVISORS_FIRST
    is_silent: bool = False
    """Seen and not heard: a sound at the next desk would tell whoever stands behind the one it is about."""


ALARMS = {
    "bulk_reading": AlarmKind(1),
    "break_glass": AlarmKind(2),
    "duress": AlarmKind(4, is_silent=True),
    "site_locked": AlarmKind(5),
    "clocks_missing": AlarmKind(6, "bureau", (frozenset({"bureau-supervisor"}), frozenset({"bureau"}))),
    "index_missing": AlarmKind(7, "tracing", (frozenset({"tracing-supervisor"}), frozenset({"tracing"}))),
    "second_code": AlarmKind(8, ranks=WHOLE_SHIFT),
}


def concerned(kind: str, people: Collection[Worker], *, because_of: int | None) -> frozenset[int]:
    """Numbers of those whom this alarm is for, of all who work here.

    Never the one because of whom it rings: somebody else is to know. Nor who is forced, who holds nothing.
    """
    rung = ALARMS[kind]
    others = [one for one in people if one.pk != because_of and one.may_hold(rung.store)]
    for rank in rung.ranks:
        if found := frozenset(one.pk for one in others if not rank.isdisjoint(one.roles)):
            return found
    return frozenset()
