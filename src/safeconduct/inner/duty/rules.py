"""Who stands shifts? Those whose role goes with a store that people write to. Plain Python."""

from typing import Protocol

STORE = "appeals"


class Worker(Protocol):
    def may_hold(self, store: str) -> bool: ...


def stands_shifts(operator: Worker) -> bool:
    return operator.may_hold(STORE)
