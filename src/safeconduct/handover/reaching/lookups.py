"""How does it stand with the front? A row, and the sentence that the desk shows."""

from datetime import datetime

from django.utils.translation import gettext, ngettext

from safeconduct.handover.reaching.models import FrontStatus, OutboxRow


def front_status() -> FrontStatus:
    """As the worker saw it last; an unsaved row where it never looked."""
    return FrontStatus.objects.first() or FrontStatus()


def taken_at(dispatch_id: bytes) -> datetime | None:
    """When the front took this dispatch; None where it has not, or so long ago that nobody remembers."""
    return OutboxRow.objects.filter(dispatch_id=dispatch_id).values_list("pushed_at", flat=True).first()


def dispatches_waiting() -> int:
    return OutboxRow.objects.filter(pushed_at=None).count()


def sentence_about(status: FrontStatus) -> str:
    """What is wrong and that nothing is lost by it; an empty string where all is well."""
    match status.trouble:
        case FrontStatus.Trouble.CLOCK:
            return gettext(
                "The clocks of the two wings differ by %(minutes)d minutes; at most 10 are allowed. "
                "Set both clocks; letters wait safely on the front."
            ) % {"minutes": round(abs(status.clock_seconds) / 60)}
        case FrontStatus.Trouble.UNREACHABLE:
            return gettext("The front cannot be reached. Letters wait safely on the front.")
        case FrontStatus.Trouble.NOT_SIGNED:
            return gettext(
                "Whoever answers in the front's place is not our front, or does not know this headquarters. "
                "Compare the hand-over keys of both; nothing was sent or taken."
            )
        case FrontStatus.Trouble.REFUSED:
            return gettext("The front answers, but cannot work just now. Look at its log; letters are kept.")
    if status.stuck:
        return ngettext(
            "%(count)d letter could not be taken in. It waits safely on the front and is tried again.",
            "%(count)d letters could not be taken in. They wait safely on the front and are tried again.",
            status.stuck,
        ) % {"count": status.stuck}
    return ""
