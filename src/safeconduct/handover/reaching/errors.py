"""What can stand between inner and the front. Each names its trouble in `FrontStatus`."""

from safeconduct.handover.errors import HandoverError
from safeconduct.handover.reaching.models import FrontStatus

Trouble = FrontStatus.Trouble


class FrontError(HandoverError):
    """The front did not do what it was asked. Nothing is lost: what waits there goes on waiting."""

    trouble = Trouble.UNREACHABLE


class FrontUnreachable(FrontError):
    """Nobody answers, or the line broke."""


class BrokenOff(FrontUnreachable):
    """We ended the conversation ourselves: no trouble of the front's."""


class ClocksDiffer(FrontError):
    """The front takes our requests for old ones, or for ones from the future."""

    trouble = Trouble.CLOCK

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class FrontNotSigned(FrontError):
    """Somebody answers who cannot prove to be our front, or who does not take us for inner."""

    trouble = Trouble.NOT_SIGNED


class FrontRefused(FrontError):
    """Our front answers, and says no."""

    trouble = Trouble.REFUSED

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status
