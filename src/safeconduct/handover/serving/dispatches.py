"""Which room of the front takes which kind of dispatch? Each registers its own when it is ready."""

from collections.abc import Callable
from typing import Any

from safeconduct.handover.errors import NoTaker

Take = Callable[[bytes, dict[str, Any]], None]

_takers: dict[str, Take] = {}


def register_dispatch(kind: str, take: Take) -> None:
    """`take(dispatch_id, payload)` writes to the main database, in the transaction that marks the dispatch as taken."""
    if _takers.setdefault(kind, take) is not take:
        raise ValueError(f"two rooms take {kind}")


def taker_of(kind: str) -> Take:
    """Raises `NoTaker`. `kind` comes from outside and stays out of the message."""
    try:
        return _takers[kind]
    except KeyError:
        raise NoTaker from None
