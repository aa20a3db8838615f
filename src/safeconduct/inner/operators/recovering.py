"""What do two recovery shares open? Every epoch, for a rehearsal or for two new holders."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from safeconduct.audit.actions import record
from safeconduct.inner.operators import resident_keys
from safeconduct.inner.operators.actions import SITE, TWO_HOLDERS, found, wrap
from safeconduct.inner.operators.errors import NotTheRecoveryKey, UnknownStore
from safeconduct.inner.operators.models import Admission, Epoch, EpochWrap, Founding, ResidentKey, ResidentWrap
from safeconduct.sealing.envelopes import CannotOpen, key_pair_of
from safeconduct.sealing.stores import unwrap_epoch


@dataclass(frozen=True)
class Tried:
    """`closed`: keys that the shares do not open, though something may still lie under them, as we name them."""

    opened: int
    closed: tuple[str, ...]


@transaction.atomic
def rehearse(seed: bytes) -> Tried:
    """Try the recovery key on every epoch; nothing changes but a line in the audit. Raises `NotTheRecoveryKey`."""
    _check(seed)
    epochs = list(Epoch.objects.filter(destroyed_at=None).order_by("store", "number"))
    keys = list(ResidentKey.objects.order_by("name", "number"))
    closed = [f"epoch {epoch.number} of {epoch.store}" for epoch in epochs if _seed_of(epoch, seed) is None]
    closed_keys = [f"key {one.name} {one.number}" for one in keys if _key_of(one, seed) is None]
    record(SITE, "recovery.rehearsed", by=None)
    return Tried(len(epochs) - len(closed), (*closed, *closed_keys))


@transaction.atomic
def recover(store: str, *, seed: bytes, by: TWO_HOLDERS) -> Epoch:
    """Found `store` anew: the two admit each other, and every epoch that recovery opens is wrapped for both.

    Whoever held it before holds it no more, until the two admit him again. The front knows neither of them: it goes on
    sealing to the epoch that it has until its files are renewed by hand. Raises `NotTheRecoveryKey`, `UnknownStore`,
    `RoleMissing`, or `NotAdmitted` where the two are one.
    """
    _check(seed)
    if not Founding.objects.filter(store=store).exists():
        raise UnknownStore
    opened = [
        (epoch, epoch_seed)
        for epoch in Epoch.objects.filter(store=store, destroyed_at=None).order_by("number")
        if (epoch_seed := _seed_of(epoch, seed)) is not None
    ]
    older = [
        (one, key)
        for one in ResidentKey.objects.filter(store=store).order_by("pk")
        # Asked of those who held it, while they still count: the two are not to sign for a row that a thief wrote.
        if (key := _key_of(one, seed)) is not None and resident_keys.is_ours(one, key)
    ]
    EpochWrap.objects.filter(epoch__store=store, operator__isnull=False).delete()
    ResidentWrap.objects.filter(key__store=store, operator__isnull=False).delete()
    Admission.objects.filter(store=store).delete()
    Founding.objects.filter(store=store).delete()
    record(store, "store.recovered", by=by[0].operator.pk)
    new = found(store, by=by)
    for epoch, epoch_seed in opened:
        for keys in by:
            wrap(epoch, epoch_seed, for_whom=keys.operator)
    for one, key in older:
        resident_keys.sign_anew(one, key, by=by)
    return new


def _check(seed: bytes) -> None:
    if key_pair_of(seed).public_key != settings.INNER_RECOVERY_KEY.read_bytes():
        raise NotTheRecoveryKey


def _key_of(one: ResidentKey, seed: bytes) -> bytes | None:
    return resident_keys.unwrapped(one, wrapped_for=None, seed=seed)


def _seed_of(epoch: Epoch, seed: bytes) -> bytes | None:
    """The epoch's private half; None where recovery has no wrap, or one that opens to something else."""
    wrap = EpochWrap.objects.filter(epoch=epoch, operator=None).first()
    try:
        opened = unwrap_epoch(bytes(wrap.blob), store=epoch.store, epoch=epoch.number, seed=seed) if wrap else b""
    except CannotOpen:
        return None
    return opened if opened and key_pair_of(opened).public_key == bytes(epoch.public_key) else None
