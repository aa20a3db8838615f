"""What the front's half can refuse."""

from safeconduct.handover.errors import HandoverError


class NotStored(HandoverError):
    """Neither the main database nor the spool took it: the person must be told the truth."""


class SpoolNotReady(HandoverError):
    """There is no room for the spool on its volume."""
