"""How does it stand with the keys? For `keys status`, and what `check` has to say to holders."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import override

from safeconduct.audit.lookups import last_time
from safeconduct.inner.operators import lookups, resident, resident_keys, rules
from safeconduct.inner.operators.actions import SITE
from safeconduct.inner.operators.models import Epoch, Operator, signatures_of
from safeconduct.inner.site.keeping import rows_under

REHEARSED_WITHIN = timedelta(days=366)


@dataclass(frozen=True)
class EpochStanding:
    """`is_signed`: two holders signed it, so that it may be sealed to. `opens_for`: usernames of who has a wrap."""

    epoch: Epoch
    rows: int
    opens_for: tuple[str, ...]
    has_recovery: bool
    signed_by: tuple[str, ...]
    is_signed: bool


def epochs_of(store: str) -> Iterator[EpochStanding]:
    """Oldest first. Rows are counted, so this takes a while on a large site."""
    holders = lookups.holders_of(store)
    names = {bytes(one.verifying_key): one.username for one in Operator.objects.all()}
    for epoch in Epoch.objects.filter(store=store).order_by("number"):
        wraps = list(epoch.wraps.select_related("operator").order_by("operator__username"))
        yield EpochStanding(
            epoch=epoch,
            rows=rows_under(epoch),
            opens_for=tuple(wrap.operator.username for wrap in wraps if wrap.operator),
            has_recovery=any(wrap.operator is None for wrap in wraps),
            signed_by=tuple(names.get(by, "somebody unknown") for by, _ in signatures_of(epoch)),
            is_signed=lookups.is_signed_by_holders(epoch, holders),
        )


@dataclass(frozen=True)
class ResidentSaid:
    """`said`: since when it is missing and what waits, or that the worker has it; in English, for the terminal."""

    name: str
    said: str


def residents_of(store: str | None, now: datetime) -> list[ResidentSaid]:
    """The resident keys of `store`, or all."""
    with override("en"):
        return [
            ResidentSaid(one.resident.name, _of_resident(one))
            for one in resident_keys.standing(now, of=resident.residents(store))
        ]


def _of_resident(one: resident_keys.Standing) -> str:
    if one.missing_since is None:
        return "in the worker's memory"
    name = one.resident.name
    since = f"{one.missing_since:%Y-%m-%d %H:%M} UTC"
    return f"MISSING since {since}, waiting: {one.resident.waits}; safeconduct keys unlock {name} --by NAME"


def next_roll(store: str) -> datetime:
    """Raises `NoEpoch`."""
    return lookups.current_epoch(store).opened_at + rules.ROLL_AFTER


def said_to_holders(now: datetime) -> Iterator[tuple[str, str, bool]]:
    """What was looked at, what is to be said of it, and whether it must be mended before people are served."""
    yield "keys", _of_epochs(now), False
    by_hand = lookups.admissions_by_hand()
    if by_hand:
        yield "admissions", f"{len(by_hand)} rows that no two holders signed: somebody wrote into the database", True
    else:
        yield "admissions", "good, each is signed by two holders", False
    for key in residents_of(None, now):
        yield f"key {key.name}", key.said, False
    yield "recovery", _of_rehearsal(last_time(SITE, "recovery.rehearsed"), now), False


def _of_epochs(now: datetime) -> str:
    said = []
    if due := lookups.rolls_due(now):
        said.append(f"older than a month in {', '.join(due)}: two holders run safeconduct keys rotate")
    waiting = Epoch.objects.filter(backed_up_at=None, destroyed_at=None).exists()
    if waiting:
        said.append("an epoch is in no backup yet: run safeconduct backup")
    return "; ".join(said) or "good"


def _of_rehearsal(rehearsed_at: datetime | None, now: datetime) -> str:
    if rehearsed_at is None:
        return "never rehearsed: two keepers of shares run safeconduct drill recovery"
    days = (now - rehearsed_at).days
    again = "; do it again" if now - rehearsed_at > REHEARSED_WITHIN else ""
    return f"rehearsed {days} days ago, on {rehearsed_at.date()}{again}"
