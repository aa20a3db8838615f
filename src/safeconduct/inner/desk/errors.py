"""What the desk itself can refuse."""


class DeskError(Exception):
    """Anything that the desk refuses."""


class NotOnTheShelf(DeskError):
    """A statement that may not be shown, or that was changed since it was put in."""


class NotRead(DeskError):
    """The person wrote again, and the operator has not seen it."""


class SentAlready(DeskError):
    """This very answer left before: a button was pressed twice."""
