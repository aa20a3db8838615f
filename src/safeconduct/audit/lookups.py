"""What was signed or done last, and which lines came after a moment or after another line?"""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from safeconduct.audit.models import EPOCH, Head, Line, SignedHead

AT_ONCE = 5_000


def last_signed_heads() -> list[SignedHead]:
    """The newest of each store, by its name."""
    newest = {head.store: head for head in SignedHead.objects.order_by("number")}
    return [newest[store] for store in sorted(newest)]


def last_time(store: str, verb: str) -> datetime | None:
    """When this was done last; the chain is kept longest."""
    line = Line.objects.filter(store=store, verb=verb).order_by("-seq").first()
    return line.moment if line else None


def stores() -> list[str]:
    """Those that have a chain, by name."""
    return list(Head.objects.order_by("store").values_list("store", flat=True))


def newest_lines(
    store: str, *, before: int | None, most: int, by: int | None = None, verb: str = "", on: date | None = None
) -> list[Line]:
    """Lines of a chain, the newest first, before line `before`; only those of one operator, of one verb, of one day."""
    lines = Line.objects.filter(store=store)
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
    return list(lines.order_by("-seq")[:most])


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
