"""What can happen to the audit: a line is added, and once a day the head of each chain is signed. Nothing else."""

import re
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from safeconduct.audit.errors import NotAnId, OutsideTransaction, UnknownVerb
from safeconduct.audit.models import EPOCH, Head, Line, SignedHead
from safeconduct.audit.rules import START, Fields, hash_of
from safeconduct.audit.verbs import KINDS, VERBS
from safeconduct.sealing.signify import SecretKey, sign_detached

_STORE = re.compile(r"[a-z]{1,20}")


def record(store: str, verb: str, *, by: int | None, about: tuple[str, int] | None = None) -> int:
    """Add one line to the chain of `store`, within the caller's transaction; the number of the line.

    `by`: the operator's number, None where the program acts by itself. `about`: kind and number of the record.
    Until the transaction ends nobody else writes to this store's chain. Raises `AuditError`.
    """
    _check(store, verb, by, about)
    head = _locked_head(store)
    about_kind, about_id = about or ("", None)
    at = (datetime.now(UTC) - EPOCH) // timedelta(microseconds=1)
    fields = Fields(store, head.seq + 1, at, by, verb, about_kind, about_id)
    previous = bytes(head.hash)
    hash = hash_of(fields, previous)
    Line.objects.create(**fields._asdict(), previous=previous, hash=hash)
    Head.objects.filter(store=store).update(seq=fields.seq, hash=hash)
    return fields.seq


def sign_heads(on: date, *, key: SecretKey) -> int:
    """Sign each chain's head as it is now for the day `on`, unless that was done; how many were signed."""
    return sum(_sign(store, on, key) for store in Head.objects.order_by("store").values_list("store", flat=True))


@transaction.atomic
def _sign(store: str, on: date, key: SecretKey) -> bool:
    signed = SignedHead.objects.filter(store=store)
    if signed.filter(on=on).exists():
        return False
    number = (signed.aggregate(last=Max("number"))["last"] or 0) + 1
    # Lines are never changed, so the line to which the head points just now may be signed in a moment as well.
    head = Head.objects.get(store=store)
    signed_head = SignedHead(store=store, number=number, on=on, seq=head.seq, hash=bytes(head.hash))
    signed_head.signature = sign_detached(signed_head.message, key=key, comment="safeconduct audit").decode()
    signed_head.save(force_insert=True)
    return True


def _check(store: str, verb: str, by: int | None, about: tuple[str, int] | None) -> None:
    if verb not in VERBS or not _STORE.fullmatch(store):
        raise UnknownVerb
    if by is not None and not _is_id(by):
        raise NotAnId
    if about is not None and (about[0] not in KINDS or not _is_id(about[1])):
        raise NotAnId
    if not connection.in_atomic_block:
        raise OutsideTransaction


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _locked_head(store: str) -> Head:
    """The store's head, held until the transaction ends. SQLite has one writer at a time anyway."""
    heads = Head.objects.select_for_update()
    head = heads.filter(store=store).first()
    if head is None:
        Head.objects.bulk_create([Head(store=store, seq=0, hash=START)], ignore_conflicts=True)
        head = heads.get(store=store)
    return head
