"""How is a moment said? "6 min left" under an hour, then the clock time; static/desk/clocks.js says the same."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext_lazy

MINUTE, HOUR, TEN_HOURS, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=10), timedelta(days=1)
FIRST, NEXT = "first", "next"

# The page carries them as data-… attributes, so that the script counts on in the operator's language.
PHRASES = {
    "left": pgettext_lazy("clock", "%(minutes)s min left"),
    "by": pgettext_lazy("clock", "by %(moment)s"),
    "minutes": pgettext_lazy("clock", "%(minutes)s min"),
    "hours": pgettext_lazy("clock", "%(hours)s h"),
    "hours_minutes": pgettext_lazy("clock", "%(hours)s h %(minutes)s min"),
    "days": pgettext_lazy("clock", "%(days)s d"),
}


@dataclass(frozen=True)
class Clock:
    """The clock that runs in a case: `kind` is FIRST or NEXT answer, `due_at` our own target."""

    kind: str
    due_at: datetime

    def is_behind(self, now: datetime) -> bool:
        return now >= self.due_at


def left(due_at: datetime, now: datetime) -> str:
    """What is left until our target; behind it, how long ago that was."""
    if now >= due_at:
        return "+" + length(now - due_at)
    if due_at - now < HOUR:
        # Rounded up: "0 min left" would be said while there is still time.
        return PHRASES["left"] % {"minutes": -((now - due_at) // MINUTE)}
    return PHRASES["by"] % {"moment": moment(due_at, now)}


def length(gone: timedelta) -> str:
    """ "4 min", "2 h 5 min", "11 h", "3 d": short, because it stands in a row."""
    if gone < HOUR:
        return PHRASES["minutes"] % {"minutes": gone // MINUTE}
    if gone < TEN_HOURS and gone % HOUR >= MINUTE:
        return PHRASES["hours_minutes"] % {"hours": gone // HOUR, "minutes": gone % HOUR // MINUTE}
    if gone < DAY:
        return PHRASES["hours"] % {"hours": gone // HOUR}
    return PHRASES["days"] % {"days": gone // DAY}


def moment(at: datetime, now: datetime) -> str:
    """The time of day at the site. The day is named where the time alone could be another's."""
    at, now = timezone.localtime(at), timezone.localtime(now)
    time = f"{at:%H:%M}"
    is_plain = at.date() == now.date() or timedelta() < at - now < DAY
    return time if is_plain else f"{day(at)}, {time}"


def day(at: date) -> str:
    return date_format(at, "j E")
