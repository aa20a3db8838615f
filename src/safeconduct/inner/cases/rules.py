"""What is right for a case: how it is ranked, what may be said, how long it is kept. Plain Python.

Who may read it: `access.py`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from safeconduct.inner.cases.errors import NothingSaid, TextTooLong, UnknownReason

STORE = "appeals"
FIRST_ANSWER, NEXT_ANSWER, NO_CLOCK = "first_answer", "next_answer", "none"
RUNNING_CLOCKS = (FIRST_ANSWER, NEXT_ANSWER)
REASONS = ("answered", "silent", "duplicate", "not_for_us", "prank_or_probe")
# Why somebody opens a case that is not his. Nothing is typed: it would be one more place for words about a person.
WHY_BROKEN = ("closed_by_mistake", "colleague_gone", "danger", "asked_elsewhere", "checked")
GLASS_STAYS_BROKEN = timedelta(minutes=30)
# No database has numbers beyond.
HIGHEST_NUMBER = 2**63 - 1
# Least to most.
DANGER_RANK = {"none": 0, "soon": 1, "now": 2}
# How long a person may wait for our answer before the row is marked late.
ANSWER_WITHIN = {"now": timedelta(minutes=15), "soon": timedelta(hours=1), "none": timedelta(hours=8)}
# A person who has our answer and has said nothing since is shown as asleep, not as waiting.
ASLEEP_AFTER = timedelta(days=7)
MOST_CHARACTERS = 4000
# A letter that was held up longer than this is not expected any more.
WIPES_REMEMBERED = timedelta(days=60)
# Who reads a letter only after its term was over has so long to answer it (or the term itself, where that is less).
LATE_READER_HAS = timedelta(days=7)


def check_may_be_said(text: str, *, with_statements: bool = False) -> str:
    """The text as it is sent. Raises `NothingSaid` or `TextTooLong`."""
    said = text.strip()
    if not said and not with_statements:
        raise NothingSaid
    if len(said) > MOST_CHARACTERS:
        raise TextTooLong
    return said


def check_reason(reason: str) -> None:
    if reason not in REASONS:
        raise UnknownReason


def check_why_broken(reason: str) -> None:
    if reason not in WHY_BROKEN:
        raise UnknownReason


def higher_danger(one: str, other: str) -> str:
    return max(one, other, key=DANGER_RANK.__getitem__)


def backups_gone_on(erased_at: datetime, *, term_days: int) -> date:
    """The day on which the last backup that still holds an erased case is gone."""
    return (erased_at + timedelta(days=term_days)).date()


# --- how long is what kept? Terms are the headquarters' decision (INNER_RETENTION), never ours


@dataclass(frozen=True)
class Retention:
    question: timedelta
    waiting: timedelta
    closed: timedelta


class Ageing(Protocol):
    """Of a case, what decides when it ends."""

    about: str
    danger: str
    owner_id: Any
    clock_since: datetime | None
    last_word_at: datetime
    last_visit_at: datetime | None
    read_at: datetime | None
    closed_at: datetime | None


def ends_at(case: Ageing, terms: Retention) -> datetime:
    """From when on the term of the case is over, counted from the last letter, answer or visit.

    A question is a case whose header says so and that is in no danger: who only asks how things are done gives no
    name and waits for nothing. Every other case waits. Closing can bring the end nearer and never puts it off, since
    the person was told the term and does not see that we closed.
    """
    contact = max(case.last_word_at, case.last_visit_at or case.last_word_at)
    is_question = case.about == "question" and case.danger == "none"
    term = terms.question if is_question else terms.waiting
    end = contact + term
    if case.closed_at is not None:
        end = min(end, max(contact, case.closed_at) + terms.closed)
    if case.read_at is not None and case.read_at > end:
        end = case.read_at + min(term, LATE_READER_HAS)
    return end


def is_kept_beyond_its_term(case: Ageing) -> bool:
    """Nobody has read the last letter, somebody works on the case, or danger now waits for our answer."""
    waits_in_danger = case.danger == "now" and case.clock_since is not None
    return case.read_at is None or case.owner_id is not None or waits_in_danger


def is_over(case: Ageing, terms: Retention, *, now: datetime) -> bool:
    """Is it to be erased?"""
    return now >= ends_at(case, terms) and not is_kept_beyond_its_term(case)
