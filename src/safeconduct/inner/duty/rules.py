"""Who stands shifts, and whom does an alarm concern? Plain Python."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

STORE = "appeals"


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
    """`number` is all that the alarm command is told, so it is never given to another kind.

    It rings for those of the first of the `roles` that anybody else has: where the one because of whom it rings is
    the only supervisor, the seniors are to know, and without any the operators.
    """

    number: int
    roles: tuple[str, ...] = ("supervisor", "senior", "operator")


ALARMS = {"bulk_reading": AlarmKind(1), "break_glass": AlarmKind(2)}


def concerned(kind: str, people: Collection[Worker], *, because_of: int | None) -> frozenset[int]:
    """Numbers of those whom this alarm is for, of all who work here.

    Never the one because of whom it rings: somebody else is to know.
    """
    others = [one for one in people if one.pk != because_of and stands_shifts(one)]
    for role in ALARMS[kind].roles:
        if found := frozenset(one.pk for one in others if role in one.roles):
            return found
    return frozenset()
