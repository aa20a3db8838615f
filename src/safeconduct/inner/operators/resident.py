"""What may a room do with a resident key? Work at night, without anybody: lock rows in bulk and open them again.

    register("clocks", store="bureau", waits=_("the bureau's clocks"))   in AppConfig.ready()
    key(name) -> bytes                                   the newest one; raises KeyMissing
    lock_row(plaintext, name=, table=, row=) -> LockedRow(key, blob)
    open_row(blob, key=, table=, row=) -> bytes          raises KeyMissing, CannotOpen

`LockedRow.key` is kept in the row, as a ForeignKey to ResidentKey with PROTECT. The keys are in the memory of the
worker alone (`resident_memory.py`), which gets them over a local socket (`handing.py`) and loses them with its end.
"""

from dataclasses import dataclass

from django.utils.functional import Promise

from safeconduct.inner.operators.errors import KeyMissing
from safeconduct.inner.operators.models import ResidentKey
from safeconduct.inner.operators.resident_memory import memory
from safeconduct.sealing.envelopes import lock, unlock


@dataclass(frozen=True)
class Resident:
    """A key of this name, and what waits while it is missing, as the desk says it."""

    name: str
    store: str
    waits: str | Promise


@dataclass(frozen=True)
class LockedRow:
    """`key`: number of the `ResidentKey` under which the row lies."""

    key: int
    blob: bytes


_residents: dict[str, Resident] = {}


def register(name: str, *, store: str, waits: str | Promise) -> None:
    """A store whose room must work unattended has such a key, made when the store is opened."""
    one = Resident(name, store, waits)
    if _residents.setdefault(name, one) != one:
        raise ValueError(f"two rooms have a resident key {name}")


def residents(store: str | None = None) -> tuple[Resident, ...]:
    """Those of `store`, or all."""
    return tuple(one for one in _residents.values() if store in (None, one.store))


def key(name: str) -> bytes:
    """The newest key of this name. Raises `KeyMissing`, also while the worker has only an older one."""
    return _kept(_newest(name))


def lock_row(plaintext: bytes, *, name: str, table: str, row: int) -> LockedRow:
    """Close what belongs into this row of this table; moved to another it does not open. Raises `KeyMissing`."""
    number = _newest(name)
    return LockedRow(number, lock(plaintext, key=_kept(number), context=_context(number, table, row)))


def open_row(blob: bytes, *, key: int, table: str, row: int) -> bytes:
    """Raises `KeyMissing`, or `CannotOpen`."""
    return unlock(blob, key=_kept(key), context=_context(key, table, row))


def _newest(name: str) -> int:
    number = ResidentKey.objects.filter(name=name).order_by("-number").values_list("pk", flat=True).first()
    if number is None:
        raise KeyMissing(name)
    return number


def _kept(number: int) -> bytes:
    found = memory.get(number)
    if found is None:
        raise KeyMissing(number)
    return found


def _context(key: int, table: str, row: int) -> bytes:
    return f"safeconduct/resident-row/1/{key}/{table}/{row}".encode()
