"""How is a length of time said? In hours up to two days, then in days; in ru and uk in the accusative."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from babel.dates import format_timedelta

# What the statements may name beyond what inner itself keeps to (INNER_RETENTION, INNER_BACKUP_TERM_DAYS). A
# headquarters sets its own: a statement whose term is not set is not shown.
DEMO_TERMS: Mapping[str, timedelta] = {
    "answer_term": timedelta(hours=24),
    "order_term": timedelta(hours=72),
    "delete_term": timedelta(hours=48),
}

_HOURS_UNTIL = timedelta(days=2)
# “через 21 годину”: the form with a direction is the only one of babel's that stands in the accusative.
_ACCUSATIVE = {"ru": "через ", "uk": "через "}


def terms_for(purpose: str, hours: Mapping[str, int]) -> dict[str, timedelta]:
    """What a headquarters has set, in hours; outside a site examples stand in for what is not."""
    own = {name: timedelta(hours=length) for name, length in hours.items()}
    return own if purpose == "site" else {**DEMO_TERMS, **own}


def in_words(length: timedelta, language: str) -> str:
    """`24 години`, `90 дней`, `3 days`: to follow «через», «за» or “within”."""
    unit: Literal["hour", "day"] = "hour" if length <= _HOURS_UNTIL else "day"
    direction = _ACCUSATIVE.get(language, "")
    # The threshold is out of reach, so that babel never turns days into months by itself.
    words = format_timedelta(
        length, granularity=unit, threshold=float("inf"), add_direction=bool(direction), locale=language
    )
    return words.removeprefix(direction)
