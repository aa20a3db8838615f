"""Who is who, whose keys count, and to which key a store is sealed now. Only signatures are believed, never rows."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from safeconduct.audit.lookups import Quiet
from safeconduct.inner.operators import rules
from safeconduct.inner.operators.errors import NoEpoch, NotAdmitted
from safeconduct.inner.operators.models import Admission, Epoch, Founding, Operator, signatures_of
from safeconduct.inner.operators.secret_file import founding_mark
from safeconduct.sealing.admission import Candidate, admitted
from safeconduct.sealing.signing import epoch_statement, has_two_signatures


@dataclass(frozen=True)
class Colleague:
    """`admitted`: stores for which two holders have signed and a role goes with."""

    operator: Operator
    roles: tuple[str, ...]
    admitted: tuple[str, ...]


@dataclass(frozen=True)
class Newcomer:
    """Somebody of whom a row says that he was admitted. `is_signed` is False where somebody wrote it by hand."""

    admission: int
    store: str
    operator: Operator
    is_signed: bool


def operator_named(username: str) -> Operator | None:
    """The operator who logs in under this name, unless suspended."""
    return Operator.objects.filter(username=rules.login_name(username), suspended_at=None).first()


def is_admitted(operator: Operator, store: str) -> bool:
    """Have two holders signed for exactly these keys, does a role go with the store, and is nobody suspended?"""
    if not operator.may_hold(store):
        return False
    own = (bytes(operator.public_key), bytes(operator.verifying_key))
    return own in {(one.public_key, one.verifying_key) for one in _admitted(store)}


def check_admitted(operator: Operator, store: str) -> None:
    """Raises `NotAdmitted`."""
    if not is_admitted(operator, store):
        raise NotAdmitted(operator.pk)


def admitted_operators(store: str) -> list[Operator]:
    """Those for whom a new epoch is wrapped, and whom every holder may see."""
    signed_for = Operator.objects.filter(admissions__store=store, suspended_at=None).order_by("pk")
    return [operator for operator in signed_for if is_admitted(operator, store)]


def everybody() -> list[Colleague]:
    """All who work or worked here, by pseudonym; who was suspended last."""
    holders = {store: holders_of(store) for store in stores()}
    rows = Operator.objects.prefetch_related("roles_held")
    people = sorted(rows, key=lambda one: (not one.is_active, one.name, one.pk))
    return [Colleague(one, tuple(sorted(one.roles)), _admitted_to(one, holders)) for one in people]


def _admitted_to(operator: Operator, holders: dict[str, frozenset[bytes]]) -> tuple[str, ...]:
    """Also of who is forced: that his keys open nothing is not to be read at an administrator's seat."""
    own, is_active = bytes(operator.verifying_key), operator.is_active
    stores = (store for store, keys in holders.items() if own in keys)
    return tuple(store for store in stores if is_active and rules.may_hold(operator.roles, store))


def quiet_for(operator: Operator) -> Quiet | None:
    """How much of the audit, and of its numbers, may be seen at this operator's seat; None: all of it."""
    return Quiet(operator.forced_at, operator.pk) if operator.forced_at else None


def is_needed(operator: Operator) -> bool:
    """Would a store be left with too few holders if this one went?"""
    return any(
        is_admitted(operator, store) and len(admitted_operators(store)) <= rules.HOLDERS_AT_LEAST
        for store in Founding.objects.values_list("store", flat=True)
    )


def stores() -> list[str]:
    """Those that were opened, in the order in which we name them."""
    opened = set(Founding.objects.values_list("store", flat=True))
    return [store for store in rules.STORES if store in opened]


def stores_held_by(operator: Operator) -> list[str]:
    """Where two holders have signed for these keys, also if the operator is suspended by now."""
    own = bytes(operator.verifying_key)
    return [store for store in stores() if own in holders_of(store)]


def admissions_by_hand() -> list[Admission]:
    """Rows that say what no two holders have signed: somebody has written into the database. They admit nobody."""
    rows = Admission.objects.select_related("operator").order_by("pk")
    counted = {store: {one.verifying_key for one in _admitted(store)} for store in {row.store for row in rows}}
    return [row for row in rows if bytes(row.operator.verifying_key) not in counted[row.store]]


def admitted_since(operator: Operator) -> list[Newcomer]:
    """Rows of his stores that this operator has not confirmed having seen, oldest first; mostly none."""
    unseen = Admission.objects.filter(pk__gt=operator.admissions_seen).exclude(operator=operator).order_by("pk")
    rows = [row for row in unseen.select_related("operator") if operator.may_hold(row.store)]
    by_hand = set(admissions_by_hand()) if rows else set()
    return [Newcomer(row.pk, row.store, row.operator, is_signed=row not in by_hand) for row in rows]


def rolls_due(now: datetime) -> list[str]:
    """Stores whose key is older than a month: two holders must change it, for no process can sign."""
    newest = Epoch.objects.filter(destroyed_at=None).values("store").annotate(opened_at=Max("opened_at"))
    opened = {row["store"]: row["opened_at"] for row in newest}
    return [store for store in rules.STORES if store in opened and rules.is_roll_due(opened[store], now)]


def founders_of(store: str) -> tuple[bytes, ...]:
    """Verifying keys of the first two holders; empty where the mark is not from this site's ceremony."""
    row = Founding.objects.filter(store=store).first()
    if row is None:
        return ()
    first, second = bytes(row.first), bytes(row.second)
    is_ours = hmac.compare_digest(bytes(row.mark), founding_mark(store, first, second))
    return (first, second) if is_ours else ()


def holders_of(store: str) -> frozenset[bytes]:
    """Verifying keys of all who were ever admitted. Of somebody who left, earlier signatures go on counting."""
    return frozenset(one.verifying_key for one in _admitted(store))


def current_epoch(store: str) -> Epoch:
    """The newest epoch that two holders signed. Raises `NoEpoch`."""
    holders = holders_of(store)
    for epoch in Epoch.objects.filter(store=store).order_by("-number"):
        if is_signed_by_holders(epoch, holders):
            return epoch
    raise NoEpoch(store)


def epoch_for_front(store: str) -> Epoch:
    """The newest that two holders signed and a backup holds; before the first backup the first. Raises `NoEpoch`."""
    holders = holders_of(store)
    kept = Epoch.objects.filter(store=store, destroyed_at=None)
    for epoch in (*kept.filter(backed_up_at__isnull=False).order_by("-number"), *kept.order_by("number")):
        if is_signed_by_holders(epoch, holders):
            return epoch
    raise NoEpoch(store)


def is_signed_by_holders(epoch: Epoch, holders: frozenset[bytes]) -> bool:
    statement = epoch_statement(epoch.store, epoch.number, bytes(epoch.public_key))
    return has_two_signatures(statement, signatures_of(epoch), holders=holders)


def _admitted(store: str) -> frozenset[Candidate]:
    rows = Admission.objects.filter(store=store).select_related("operator")
    candidates = [
        Candidate(bytes(row.operator.public_key), bytes(row.operator.verifying_key), tuple(signatures_of(row)))
        for row in rows
    ]
    return admitted(store, founders=founders_of(store), candidates=candidates)
