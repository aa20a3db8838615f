"""What the cases' room can refuse. Messages carry numbers, never words."""


class CasesError(Exception):
    """Anything that this room refuses."""


class NoSuchCase(CasesError):
    """There is none, or it is not this operator's: the two look alike."""


class NothingWaiting(CasesError):
    """Nobody is left to take."""


class TakenByAnother(CasesError):
    """Somebody else was quicker."""


class CaseClosed(CasesError):
    """The case ended; a new letter opens it again."""


class NothingSaid(CasesError):
    """Neither words nor statements."""


class TextTooLong(CasesError):
    """More than `rules.MOST_CHARACTERS`."""


class NoSuchDraft(CasesError):
    """It was sent, emptied, taken over or dropped meanwhile, or does not open."""


class NeverAnswered(CasesError):
    """Nobody has answered, so it cannot end as answered."""


class UnknownReason(CasesError):
    """Not one of the closed list of reasons."""


class UnknownDanger(CasesError):
    """Not one of the closed list of dangers."""


class NoSecondCode(CasesError):
    """None was asked for in this case, or everything was erased under it."""
