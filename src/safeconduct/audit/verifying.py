"""Does each chain still hold, and is each signed head still a line of it? Reads every line once, as a stream."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from safeconduct.audit.models import Head, Line, SignedHead
from safeconduct.audit.rules import START, Fields, hash_of
from safeconduct.sealing.signify import NotSignifyFile, NotVerified, PublicKey, verify_detached

AT_ONCE = 5_000
# A line may have been put in before the first one, or far behind the last.
BEFORE_ALL, LAST_OF_ALL = -(2**63), 2**63 - 1
_NEXT_NUMBER = "SELECT min(seq) FROM audit_line WHERE store = %s AND seq > %s"
_LINES = """SELECT seq, at, actor, verb, about_kind, about_id, previous, hash
    FROM audit_line WHERE store = %s AND seq BETWEEN %s AND %s ORDER BY seq"""


@dataclass(frozen=True)
class Problem:
    """What is wrong at which line of which store: `changed`, `missing`, `beyond the head`, `no head`.

    Of signed heads: `not as signed on DAY`, `signature of DAY is not ours`, `a signed head is missing before DAY`.
    """

    store: str
    seq: int
    what: str


def verify(store: str | None = None) -> list[Problem]:
    """What is wrong with the chain of `store`, or of every store; an empty list where all is well.

    Does not stop those who are writing: lines added meanwhile are read or not, and either is right.
    """
    stores = [store] if store is not None else _stores()
    return [problem for each in stores for problem in _problems(each)]


def verify_heads(*, by: PublicKey) -> list[Problem]:
    """What is wrong with the signed heads; an empty list where each is ours and still a line of its chain.

    Says nothing of the lines between two heads: that is `verify`. Signed heads that were cut off at the end are not
    missed here (the worker may have been down); paper misses them.
    """
    stores = SignedHead.objects.order_by("store").values_list("store", flat=True).distinct()
    return [problem for store in stores for problem in _problems_of_heads(store, by)]


def agrees(store: str, seq: int, hash: bytes) -> bool | None:
    """Is this the hash of line `seq`? None where the chain does not reach so far."""
    line = Line.objects.filter(store=store, seq=seq).first()
    return None if line is None else bytes(line.hash) == hash


def _problems_of_heads(store: str, by: PublicKey) -> Iterator[Problem]:
    expected = 1
    for head in SignedHead.objects.filter(store=store).order_by("number"):
        if head.number != expected:
            yield Problem(store, head.seq, f"a signed head is missing before {head.on}")
        expected = head.number + 1
        if not _is_signed(head, by):
            yield Problem(store, head.seq, f"signature of {head.on} is not ours")
        elif not agrees(store, head.seq, bytes(head.hash)):
            yield Problem(store, head.seq, f"not as signed on {head.on}")


def _is_signed(head: SignedHead, by: PublicKey) -> bool:
    try:
        verify_detached(head.message, head.signature.encode(), by=by)
    except (NotVerified, NotSignifyFile):
        return False
    return True


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
    """Every line in order, a few thousand at a time.

    By bounded steps through the index: no statement is long, and none keeps SQLite from emptying its write-ahead log.
    Without the framework's rows, whose making costs more than the hashes.
    """
    after = BEFORE_ALL
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_NEXT_NUMBER, (store, after))
            first = cursor.fetchone()[0]
            if first is None:
                return
            after = min(first + AT_ONCE - 1, LAST_OF_ALL)
            cursor.execute(_LINES, (store, first, after))
            for seq, at, actor, verb, about_kind, about_id, previous, hash in cursor.fetchall():
                yield Fields(store, seq, at, actor, verb, about_kind, about_id), previous, hash
