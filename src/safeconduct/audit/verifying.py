"""Does each chain still hold? Reads every line once, as a stream."""

from collections.abc import Iterator
from dataclasses import dataclass

from safeconduct.audit.models import Head, Line
from safeconduct.audit.rules import START, Fields, hash_of

AT_ONCE = 5_000


@dataclass(frozen=True)
class Problem:
    """What is wrong at which line of which store: `changed`, `missing`, `beyond the head`, `no head`."""

    store: str
    seq: int
    what: str


def verify(store: str | None = None) -> list[Problem]:
    """What is wrong with the chain of `store`, or of every store; an empty list where all is well.

    Does not stop those who are writing: lines added meanwhile are read or not, and either is right.
    """
    stores = [store] if store is not None else _stores()
    return [problem for each in stores for problem in _problems(each)]


def _stores() -> list[str]:
    return sorted(set(Head.objects.values_list("store", flat=True)) | set(_stores_with_lines()))


def _stores_with_lines() -> Iterator[str]:
    """By steps through the index: a plain DISTINCT would read every line."""
    after = ""
    while found := Line.objects.filter(store__gt=after).order_by("store").values_list("store", flat=True).first():
        yield found
        after = found


def _problems(store: str) -> Iterator[Problem]:
    before = _head(store)
    if before is None:
        yield Problem(store, 0, "no head")
        return
    seq, hash = 0, START
    for line, said_previous, said_hash in _lines(store):
        if line.seq != seq + 1:
            yield Problem(store, seq + 1, "missing")
        elif said_previous != hash or hash_of(line, said_previous) != said_hash:
            yield Problem(store, line.seq, "changed")
        seq, hash = line.seq, said_hash
        if seq == before.seq and hash != before.hash:
            yield Problem(store, seq, "changed")
    if seq < before.seq:
        yield Problem(store, seq + 1, "missing")
    # Read again only now: whoever wrote meanwhile has moved the head together with the line.
    after = _head(store)
    if after is None or seq > after.seq:
        yield Problem(store, seq, "beyond the head")


def _head(store: str) -> Head | None:
    return Head.objects.filter(store=store).first()


def _lines(store: str) -> Iterator[tuple[Fields, bytes, bytes]]:
    """Every line in order, a few thousand in memory at a time."""
    rows = Line.objects.filter(store=store).order_by("seq").values_list(*Fields._fields, "previous", "hash")
    for *fields, previous, hash in rows.iterator(chunk_size=AT_ONCE):
        yield Fields(*fields), previous, hash
