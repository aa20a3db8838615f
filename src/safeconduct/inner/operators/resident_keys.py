"""How a resident key is made, wrapped, handed on, and told of. It follows the epochs of its store.

Two holders sign its fingerprint, so a row that was written by hand is used by nobody. Who leaves may know it, so each
new epoch of the store brings a new one; an older one stays until no row lies under it.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from safeconduct.audit.actions import record
from safeconduct.inner.operators import lookups
from safeconduct.inner.operators.models import Operator, ResidentKey, ResidentWrap, as_kept, signatures_of
from safeconduct.inner.operators.resident import Resident, residents
from safeconduct.inner.operators.resident_memory import KEY_BYTES, memory
from safeconduct.sealing.envelopes import CannotOpen
from safeconduct.sealing.signing import has_two_signatures, resident_statement
from safeconduct.sealing.stores import unwrap_resident, wrap_resident

if TYPE_CHECKING:
    from safeconduct.inner.operators.keys import OpenedKeys

# The worker says every two seconds what it has; a worker that is silent for so long has ended.
HEARD_WITHIN = timedelta(seconds=10)


@dataclass(frozen=True)
class Standing:
    """`missing_since`: None while the worker has it, with all older ones under which rows lie."""

    resident: Resident
    missing_since: datetime | None


# --- made by two holders, with each epoch of the store


def renew(store: str, *, by: "tuple[OpenedKeys, OpenedKeys]") -> None:
    """A new one of each name that goes with `store`, for every admitted operator and for recovery."""
    for one in residents(store):
        last = ResidentKey.objects.filter(name=one.name).order_by("-number").first()
        key, number, now = os.urandom(KEY_BYTES), last.number + 1 if last else 1, timezone.now()
        fingerprint = fingerprint_of(key)
        statement = resident_statement(store, one.name, number, fingerprint)
        made = ResidentKey.objects.create(
            name=one.name,
            store=store,
            number=number,
            fingerprint=fingerprint,
            made_at=now,
            signatures=as_kept(keys.sign(statement) for keys in by),
            missing_since=now,
        )
        for operator in (*lookups.admitted_operators(store), None):
            wrap(made, key, for_whom=operator)
        record(store, "resident.made", by=by[0].operator.pk, about=("resident", made.pk))


def hand_on(store: str, *, to: Operator, by: "OpenedKeys") -> None:
    """To somebody who was admitted, all that `by` can open."""
    for one in ResidentKey.objects.filter(store=store, wraps__operator=by.operator).order_by("pk"):
        wrap(one, by.resident_key(one), for_whom=to)


def sign_anew(one: ResidentKey, key: bytes, *, by: "tuple[OpenedKeys, OpenedKeys]") -> None:
    """After a recovery: the signatures of those who held the store before count no more."""
    statement = resident_statement(one.store, one.name, one.number, bytes(one.fingerprint))
    signatures = as_kept(keys.sign(statement) for keys in by)
    ResidentKey.objects.filter(pk=one.pk).update(signatures=signatures)
    for keys in by:
        wrap(one, key, for_whom=keys.operator)


def wrap(one: ResidentKey, key: bytes, *, for_whom: Operator | None) -> None:
    """Close it for one holder, or for recovery. A holder is checked here once more."""
    if for_whom is not None:
        lookups.check_admitted(for_whom, one.store)
    to = bytes(for_whom.public_key) if for_whom else settings.INNER_RECOVERY_KEY.read_bytes()
    blob = wrap_resident(key, store=one.store, name=one.name, number=one.number, to=to)
    ResidentWrap.objects.update_or_create(key=one, operator=for_whom, defaults={"blob": blob})


def unwrapped(one: ResidentKey, *, wrapped_for: Operator | None, seed: bytes) -> bytes | None:
    """From the wrap for this holder, or for recovery. None where there is none, or it opens to something else."""
    found = ResidentWrap.objects.filter(key=one, operator=wrapped_for).first()
    if found is None:
        return None
    try:
        key = unwrap_resident(bytes(found.blob), store=one.store, name=one.name, number=one.number, seed=seed)
    except CannotOpen:
        return None
    return key if hmac.compare_digest(fingerprint_of(key), bytes(one.fingerprint)) else None


def fingerprint_of(key: bytes) -> bytes:
    return hashlib.sha256(b"safeconduct/resident-key/1" + key).digest()


def is_ours(one: ResidentKey, key: bytes) -> bool:
    """Is this the key for which two holders of the store have signed?"""
    statement = resident_statement(one.store, one.name, one.number, bytes(one.fingerprint))
    is_signed = has_two_signatures(statement, signatures_of(one), holders=lookups.holders_of(one.store))
    return is_signed and hmac.compare_digest(fingerprint_of(key), bytes(one.fingerprint))


def superseded() -> Iterator[ResidentKey]:
    """All but the newest of each name."""
    newest: set[str] = set()
    for one in ResidentKey.objects.order_by("-number"):
        if one.name in newest:
            yield one
        newest.add(one.name)


@transaction.atomic
def destroy_what_is_over() -> int:
    """Delete older ones under which no row lies any more, with every wrap; how many."""
    destroyed = 0
    for one in superseded():
        number = one.pk
        with suppress(ProtectedError):
            one.delete()
            record(one.store, "resident.destroyed", by=None, about=("resident", number))
            destroyed += 1
    return destroyed


# --- in the worker


def take(number: int, key: bytes) -> bool:
    """Keep a key that was handed over, if it is one of ours."""
    one = ResidentKey.objects.filter(pk=number).first()
    if one is None or not is_ours(one, key):
        return False
    memory.put(number, key)
    tell()
    return True


def tell() -> None:
    """Write down which ones this worker has, for those who ask and for the alarm; drop what was destroyed."""
    rows, held = ResidentKey.objects, memory.numbers()
    for number in held - set(rows.values_list("pk", flat=True)):
        memory.forget(number)
    if held:
        rows.filter(pk__in=held).update(held_at=timezone.now(), missing_since=None)
    if rows.filter(missing_since=None).exclude(pk__in=held).exists():
        rows.filter(missing_since=None).exclude(pk__in=held).update(missing_since=F("held_at"))


# --- how it stands


def standing(now: datetime, *, of: Iterable[Resident] | None = None) -> list[Standing]:
    """Of each that was made. A worker that is not heard has ended, and with it what it had in memory."""
    keys: dict[str, list[ResidentKey]] = {}
    for key in ResidentKey.objects.order_by("pk"):
        keys.setdefault(key.name, []).append(key)
    found = []
    for one in residents() if of is None else of:
        if one.name in keys:
            missing = [since for key in keys[one.name] if (since := _missing_since(key, now))]
            found.append(Standing(one, min(missing, default=None)))
    return found


def _missing_since(key: ResidentKey, now: datetime) -> datetime | None:
    if key.missing_since is not None or key.held_at is None:
        return key.missing_since
    return key.held_at if now - key.held_at > HEARD_WITHIN else None
