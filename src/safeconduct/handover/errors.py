"""What the hand-over can refuse. No message holds a word of a person."""

from safeconduct.sealing.envelopes import CannotOpen


class HandoverError(Exception):
    """Anything that goes wrong between the wings."""


class NotALetter(CannotOpen, HandoverError):
    """It opened, but what was inside is not of our making. Treated as if it had not opened."""


class NotProved(HandoverError):
    """It speaks of a code that did not sign it."""


class NotSigned(HandoverError):
    """Not from the other wing, not for this one, not now, or not for the first time."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """`signature`, `audience`, `clock` or `replayed`."""


class NoTaker(HandoverError):
    """No room of this wing takes this kind."""


class NotOurs(HandoverError):
    """Signed, and still not of the form in which we write."""
