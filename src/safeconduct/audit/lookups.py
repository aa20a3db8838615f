"""What was signed or done last, and which lines came after a moment or after another line?"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from safeconduct.audit.models import EPOCH, Head, Line, SignedHead

AT_ONCE = 5_000


@dataclass(frozen=True)
class Quiet:
    """For who is forced: each chain ends at `since` and goes on with his own lines alone, numbered without a gap."""

    since: datetime
    actor: int


def last_signed_heads(*, quiet: Quiet | None = None) -> list[SignedHead]:
    """The newest of each store, by its name."""
    heads = list(SignedHead.objects.order_by("number"))
    if quiet is not None:
        ends = {store: first_line_since(store, quiet.since) for store in stores()}
        # All chains are signed at once: a day on which one had gone on is shown of none.
        later = {head.on for head in heads if head.seq >= ends[head.store]}
        heads = [head for head in heads if head.on not in later]
    newest = {head.store: head for head in heads}
    return [newest[store] for store in sorted(newest)]


def last_number(store: str, *, quiet: Quiet | None = None) -> int:
    """Of the newest line; 0 where there is none."""
    if quiet is None:
        return Head.objects.filter(store=store).values_list("seq", flat=True).first() or 0
    first, own = _quietly(store, quiet)
    return first - 1 + len(own)


def last_time(store: str, verb: str) -> datetime | None:
    """When this was done last; the chain is kept longest."""
    line = Line.objects.filter(store=store, verb=verb).order_by("-seq").first()
    return line.moment if line else None


def stores() -> list[str]:
    """Those that have a chain, by name."""
    return list(Head.objects.order_by("store").values_list("store", flat=True))


def newest_lines(
    store: str,
    *,
    before: int | None,
    most: int,
    by: int | None = None,
    verb: str = "",
    on: date | None = None,
    quiet: Quiet | None = None,
) -> list[Line]:
    """Lines of a chain, the newest first, before line `before`; only those of one operator, of one verb, of one day."""
    lines = Line.objects.filter(store=store)
    shown_as: dict[int, int] = {}
    if quiet is not None:
        first, own = _quietly(store, quiet)
        lines = lines.filter(Q(seq__lt=first) | Q(seq__in=own))
        shown_as = {seq: number for number, seq in enumerate(own, first)}
        before = next((seq for seq, number in shown_as.items() if number == before), before)
    if on is not None:
        midnight = timezone.make_aware(datetime.combine(on, time()))
        lines = lines.filter(seq__gte=first_line_since(store, midnight))
        lines = lines.filter(seq__lt=first_line_since(store, midnight + timedelta(days=1)))
    if before is not None:
        lines = lines.filter(seq__lt=before)
    if by is not None:
        lines = lines.filter(actor=by)
    if verb:
        lines = lines.filter(verb=verb)
    found = list(lines.order_by("-seq")[:most])
    for line in found:
        line.seq = shown_as.get(line.seq, line.seq)
    return found


def _quietly(store: str, quiet: Quiet) -> tuple[int, list[int]]:
    """Which line is not shown any more, and which ones after it are his own."""
    first = first_line_since(store, quiet.since)
    own = Line.objects.filter(store=store, seq__gte=first, actor=quiet.actor).order_by("seq")
    return first, list(own.values_list("seq", flat=True))


def first_line_since(store: str, moment: datetime) -> int:
    """The number of the first line that was not written before `moment`, or that of the line to come.

    By halves, since lines are found by number and not by time; they are numbered in the order of time.
    """
    at = (moment - EPOCH) // timedelta(microseconds=1)
    first, end = 1, (Head.objects.filter(store=store).values_list("seq", flat=True).first() or 0) + 1
    lines = Line.objects.filter(store=store)
    while first < end:
        middle = (first + end) // 2
        if lines.filter(seq=middle, at__gte=at).exists():
            end = middle
        else:
            first = middle + 1
    return first


def lines_after(store: str, seq: int, *, verbs: Collection[str]) -> Iterator[Line]:
    """Lines of these verbs after line `seq`, in order, up to the head as it is now; a few thousand at a time."""
    head = Head.objects.filter(store=store).values_list("seq", flat=True).first() or 0
    while seq < head:
        upto = min(seq + AT_ONCE, head)
        yield from Line.objects.filter(store=store, seq__gt=seq, seq__lte=upto, verb__in=verbs).order_by("seq")
        seq = upto
