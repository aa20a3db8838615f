"""What may this operator read of the cases? Only what headers said; opening words takes keys (`opening.py`)."""

from dataclasses import dataclass

from django.db import models
from django.db.models import F, Prefetch, QuerySet, Value, When
from django.utils import timezone

from safeconduct.audit.lookups import last_number
from safeconduct.audit.models import Line
from safeconduct.handover.reaching.models import OutboxRow
from safeconduct.inner.cases import access, rules
from safeconduct.inner.cases.access import Reader, Rule
from safeconduct.inner.cases.errors import NoSuchCase
from safeconduct.inner.cases.models import Attachment, BrokenGlass, Case, Message, Thread, Tombstone
from safeconduct.inner.operators.lookups import quiet_for
from safeconduct.inner.operators.models import Operator

# A list longer than this is not read by anybody; the count tells how long it is.
MOST_ROWS = 100
MOST_CHANGES = 1000
# Lines of the audit that change nothing on a screen.
READINGS = frozenset({"case.read", "case.file_read", "case.printed", "case.sought"}) | {
    f"glass.{reason}" for reason in rules.WHY_BROKEN
}


@dataclass(frozen=True)
class Group:
    rows: list[Case]
    count: int


@dataclass(frozen=True)
class Queue:
    """`cursor` is for `changed_since`."""

    danger_now: Group
    waiting_for_us: Group
    waiting_for_person: Group
    asleep: Group
    cursor: int


@dataclass(frozen=True)
class Proof:
    """`line`: what the audit says of it; None of a case erased before this was kept."""

    stone: Tombstone
    line: Line | None


@dataclass(frozen=True)
class Changes:
    cursor: int
    numbers: frozenset[int]


def reader_of(operator: Operator) -> Reader:
    """What the rules of `access` ask of this operator, as it is now."""
    if not operator.may_hold(rules.STORE):
        return Reader(operator.pk)
    broken = BrokenGlass.objects.filter(by=operator, until__gt=timezone.now()).values_list("case_number", flat=True)
    return Reader(operator.pk, holds_store=True, is_on_shift=access.is_on_shift(operator), glasses=frozenset(broken))


def queue(operator: Operator) -> Queue:
    """The queue of the shift: every open case by its header facts, those in danger and those who wait longest first.

    Empty for who is not on shift.
    """
    # Before the rows: what changes in between is shown and reported again, never missed.
    cursor = _newest_change(operator)
    cases = _among(access.LISTED, operator)
    waiting, answered = cases.filter(clock_since__isnull=False), cases.filter(clock_since=None)
    asleep_before = timezone.now() - rules.ASLEEP_AFTER
    return Queue(
        danger_now=_group(ranked(waiting.filter(danger="now"))),
        waiting_for_us=_group(ranked(waiting.exclude(danger="now"))),
        waiting_for_person=_group(answered.filter(last_word_at__gte=asleep_before).order_by("-last_word_at")),
        asleep=_group(answered.filter(last_word_at__lt=asleep_before).order_by("-last_word_at")),
        cursor=cursor,
    )


def own_cases(operator: Operator) -> list[Case]:
    return list(ranked(_among(access.OWN, operator)))


def case_for(operator: Operator, number: int) -> Case:
    """A case that the operator works on. Raises `NoSuchCase` for missing and forbidden alike."""
    return _one(access.WORKED_ON, operator, number)


def row_for(operator: Operator, number: int) -> Case:
    """A row of the queue, to be taken. Raises `NoSuchCase`."""
    return _one(access.LISTED, operator, number)


def shown_for(operator: Operator, number: int) -> Case:
    """A case of which there is a page for the operator, be it its header alone. Raises `NoSuchCase`."""
    return _one(access.SHOWN, operator, number)


def read_for(operator: Operator, number: int) -> Case:
    """A case whose words the operator may open: an own one, or one under broken glass. Raises `NoSuchCase`."""
    return _one(access.READABLE, operator, number)


def glass_over(operator: Operator, number: int) -> BrokenGlass | None:
    """What the operator broke over this number and is not yet over, whether there is such a case or not."""
    if not 0 < number <= rules.HIGHEST_NUMBER:
        return None
    broken = BrokenGlass.objects.filter(by=operator, case_number=number, until__gt=timezone.now())
    return broken.order_by("-until").first()


def message_for(case: Case, envelope_id: str) -> Message:
    """`envelope_id` in hexadecimal digits; `case` comes from `case_for` or `read_for`. Raises `NoSuchCase`."""
    message = case.messages.select_related("case", "thread").filter(envelope_id=_id(envelope_id)).first()
    if message is None:
        raise NoSuchCase(case.pk)
    return message


def attachment_for(case: Case, envelope_id: str) -> Attachment:
    """`envelope_id` in hexadecimal digits; `case` comes from `case_for` or `read_for`. Raises `NoSuchCase`."""
    attachment = case.attachments.select_related("case", "thread").filter(envelope_id=_id(envelope_id)).first()
    if attachment is None:
        raise NoSuchCase(case.pk)
    return attachment


def on_their_way(case: Case) -> frozenset[str]:
    """Answers that the front has not taken yet: envelope ids in hexadecimal digits."""
    ids = case.messages.filter(direction=Message.OUT).values("envelope_id")
    waiting = OutboxRow.objects.filter(pushed_at=None, dispatch_id__in=ids)
    return frozenset(bytes(id).hex() for id in waiting.values_list("dispatch_id", flat=True))


def changed_since(operator: Operator, cursor: int) -> Changes:
    """Which cases changed, came or went after `cursor` (from `queue` or from here).

    Every deed leaves a line in the audit, numbered in the order in which deeds were committed; so nothing is missed
    that was committed late. At most `MOST_CHANGES` at once; the cursor then stands before the others.
    """
    if not operator.may_hold(rules.STORE):
        return Changes(cursor, frozenset())
    lines = Line.objects.filter(store=rules.STORE, seq__gt=cursor, about_kind="case").exclude(verb__in=READINGS)
    changes = list(lines.order_by("seq").values_list("seq", "about_id")[:MOST_CHANGES])
    if not changes or not access.ON_SHIFT.holds(reader_of(operator), None):
        return Changes(cursor, frozenset())
    numbers = frozenset(number for _, number in changes if number is not None)
    return Changes(changes[-1][0], numbers)


def proof_of(number: int) -> Proof:
    """That a case was erased, in words of no person. Raises `NoSuchCase` where it is here, or never was."""
    stone = Tombstone.objects.filter(pk=number).first()
    if stone is None:
        raise NoSuchCase(number)
    if stone.audit_seq is None:
        return Proof(stone, None)
    return Proof(stone, Line.objects.filter(store=rules.STORE, seq=stone.audit_seq).first())


def ranked(cases: QuerySet[Case]) -> QuerySet[Case]:
    """By danger, then by waiting time."""
    whens = [When(danger=danger, then=Value(rank)) for danger, rank in rules.DANGER_RANK.items()]
    return cases.order_by(models.Case(*whens, default=Value(0)).desc(), F("clock_since").asc(nulls_last=True), "pk")


def _newest_change(operator: Operator) -> int:
    """For who is forced it grows by his own deeds alone, as on an evening without anybody else."""
    return last_number(rules.STORE, quiet=quiet_for(operator))


def _among(rule: Rule, operator: Operator) -> QuerySet[Case]:
    return _with_marks(Case.objects.filter(rule.as_filter(reader_of(operator))))


def _with_marks(cases: QuerySet[Case]) -> QuerySet[Case]:
    marks = Thread.objects.only("case_id", "is_ours")
    return cases.select_related("owner").prefetch_related(Prefetch("threads", marks))


def _group(cases: QuerySet[Case]) -> Group:
    rows = list(cases[:MOST_ROWS])
    return Group(rows, len(rows) if len(rows) < MOST_ROWS else cases.count())


def _one(rule: Rule, operator: Operator, number: int) -> Case:
    case = _among(rule, operator).filter(pk=number).first()
    if case is None:
        raise NoSuchCase(number)
    return case


def _id(digits: str) -> bytes:
    try:
        return bytes.fromhex(digits)
    except ValueError:
        return b""
