"""Which room takes which kind of envelope? Each registers its own when it is ready; intake imports none of them."""

from collections.abc import Callable

from safeconduct.handover.errors import NoTaker
from safeconduct.handover.letters import Envelope, Header

Taker = Callable[[Envelope, Header], None]

_takers: dict[str, Taker] = {}


def register(kind: str, take: Taker) -> None:
    """`take` stores the envelope within the caller's transaction; called again for the same id it changes nothing."""
    if _takers.setdefault(kind, take) is not take:
        raise ValueError(f"two rooms take {kind}")


def taker_of(kind: str) -> Taker:
    """Raises `NoTaker`. `kind` comes from outside and stays out of the message."""
    try:
        return _takers[kind]
    except KeyError:
        raise NoTaker from None
