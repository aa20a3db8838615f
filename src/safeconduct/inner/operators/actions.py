"""What can happen to operators and stores. Nothing here shows a key twice, and no single person admits anybody."""

import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth import login, logout
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from safeconduct.audit.actions import record
from safeconduct.audit.lookups import last_time
from safeconduct.inner.operators import duress, factors, lookups, passkeys, resident_keys, rules, seats, session
from safeconduct.inner.operators.errors import (
    AlreadyFounded,
    LogInRefused,
    NameTaken,
    NotAdmitted,
    NotForThisRole,
    OnBothSides,
    RoleMissing,
    TooFewHolders,
    UnknownRole,
    UnknownStore,
)
from safeconduct.inner.operators.keys import OpenedKeys
from safeconduct.inner.operators.models import (
    Admission,
    Epoch,
    EpochWrap,
    Founding,
    Operator,
    ResidentWrap,
    RoleHeld,
    as_kept,
    signatures_of,
)
from safeconduct.inner.operators.secret_file import decoy_salt, founding_mark
from safeconduct.sealing.admission import admission_statement
from safeconduct.sealing.envelopes import CannotOpen, new_key_pair
from safeconduct.sealing.signing import epoch_statement
from safeconduct.sealing.stores import (
    Halves,
    OperatorKeys,
    PassphraseCost,
    halves_of,
    lock_keys,
    new_operator_keys,
    new_passphrase,
    unlock_keys,
    wrap_epoch,
)

SITE = rules.SITE
BACKEND = "django.contrib.auth.backends.ModelBackend"
TWO_HOLDERS = tuple[OpenedKeys, OpenedKeys]


# --- log-in


def log_in(
    request: HttpRequest,
    *,
    username: str,
    passphrase: str = "",
    totp_code: str = "",
    passkey: passkeys.Answer | None = None,
) -> Operator:
    """Open a session with the operator's keys in it. Raises `LogInRefused`, whatever the reason.

    Two things are needed: what opens the keys (the passphrase, or a passkey with `prf`), and a second factor (six
    digits or a recovery code in `totp_code`, or a passkey). A refusal costs the same work whether the name exists or
    not: the slow hash where there is a passphrase, a signature where there is a passkey, and a line in the audit. A
    name that was tried too often is refused for some minutes, without either; other names are not, nor is a seat from
    which the operator has logged in before.
    """
    name = rules.login_name(username)
    operator = lookups.operator_named(name)
    if not seats.has_tries_left(request, name, operator):
        raise LogInRefused
    signer = passkeys.shown_at_log_in(name, operator, passkey) if passkey else None
    is_forced = operator is not None and operator.is_under_duress
    if passkey and not passphrase:
        keys = passkeys.keys_by(signer, passkey)
    else:
        halves = _halves(passphrase, salt=bytes(operator.salt) if operator else decoy_salt(name))
        keys = _opened(operator, halves)
        if operator is not None and duress.is_meant(operator, halves):
            keys, is_forced = duress.keys_of_nobody(), True
    # Asked for also after a wrong passphrase, so that its absence does not show in time.
    factor = factors.PASSKEY if signer else _factor_of_code(operator, totp_code)
    if operator is None or keys is None or not factor:
        factors.note_refusal(operator)
        raise LogInRefused
    # Spent only now, so that a slip in the six words costs none of the ten.
    if factor == factors.RECOVERY and not factors.spend_recovery_code(operator, totp_code):
        raise LogInRefused
    _begin_session(request, operator, keys, is_forced=is_forced)
    factors.note_shown(request, factor)
    seats.forget_tries(request, name, operator)
    session.put_seat(request, seats.remembered(request, operator))
    return operator


def log_out(request: HttpRequest) -> None:
    """End the session and every other one of the same operator; both cookies go."""
    operator = getattr(request, "operator", None)
    if operator is not None:
        with transaction.atomic():
            Operator.objects.filter(pk=operator.pk).update(session_round=F("session_round") + 1)
            record(SITE, "operator.logged_out", by=operator.pk, about=("operator", operator.pk))
    logout(request)
    session.forget_keys(request)


def keys_with_passphrase(operator: Operator, passphrase: str) -> OpenedKeys:
    """For the ceremony and the command line. Raises `LogInRefused`."""
    keys = _opened(operator, _halves(passphrase, salt=bytes(operator.salt))) if operator.is_active else None
    if keys is None:
        raise LogInRefused
    return OpenedKeys(operator, keys)


def _begin_session(request: HttpRequest, operator: Operator, keys: OperatorKeys, *, is_forced: bool) -> None:
    with transaction.atomic():
        if is_forced:
            duress.begin(operator)
        Operator.objects.filter(pk=operator.pk).update(seen_at=timezone.now())
        record(SITE, "operator.logged_in", by=operator.pk, about=("operator", operator.pk))
    login(request, operator, backend=BACKEND)
    # Only now: the session has a new name, so a name that was planted before log-in leads to no keys.
    session.put_keys(request, operator, keys)


def _opened(operator: Operator | None, halves: Halves) -> OperatorKeys | None:
    if operator is None or not hmac.compare_digest(operator.password, rules.login_hash(halves.login)):
        return None
    try:
        return unlock_keys(bytes(operator.locked_keys), key=halves.key)
    except CannotOpen:
        return None


def _factor_of_code(operator: Operator | None, code: str) -> str:
    return factors.kind_of_code(operator, code) if operator and code else ""


def _halves(passphrase: str, *, salt: bytes) -> Halves:
    cost = PassphraseCost(memory_kib=settings.INNER_PASSPHRASE_MEMORY_KIB)
    return halves_of(passphrase, salt=salt, secret=settings.INNER_SECRET, cost=cost)


# --- people


@dataclass(frozen=True)
class Enrolment:
    """Shown once, on paper or on the screen of the ceremony; kept nowhere."""

    operator: Operator
    passphrase: str = field(repr=False)
    totp_secret: str = field(repr=False)
    recovery_codes: Sequence[str] = field(repr=False)
    duress_words: str = field(repr=False, default="")


@transaction.atomic
def enrol(
    username: str,
    name: str,
    *,
    roles: frozenset[str] | set[str],
    language: str = "uk",
    with_duress: bool = False,
    by: Operator | None = None,
) -> Enrolment:
    """Enter an operator, with keys, both factors and ten recovery codes. Opens no store: that takes `admit`.

    `with_duress`: with words for duress as well; the audit does not say whether.

    Raises `UnknownRole`, `OnBothSides` or `NameTaken`.
    """
    if not roles or not rules.ROLES.issuperset(roles):
        raise UnknownRole
    if rules.group_of(roles) is None:
        raise OnBothSides
    username = rules.login_name(username)
    if Operator.objects.filter(username=username).exists():
        raise NameTaken
    keys, passphrase, salt = new_operator_keys(), new_passphrase(), os.urandom(16)
    halves = _halves(passphrase, salt=salt)
    operator = Operator.objects.create(
        username=username,
        name=name,
        language=language,
        password=rules.login_hash(halves.login),
        salt=salt,
        locked_keys=lock_keys(keys, key=halves.key),
        duress_hash=duress.hash_of_no_words(),
        public_key=keys.public_key,
        verifying_key=keys.verifying_key,
    )
    RoleHeld.objects.bulk_create(RoleHeld(operator=operator, role=role) for role in sorted(roles))
    totp_secret = generate_totp_secret()
    TOTP.activate(operator, totp_secret)
    record(SITE, "operator.created", by=by.pk if by else None, about=("operator", operator.pk))
    codes = factors.first_recovery_codes(operator)
    return Enrolment(operator, passphrase, totp_secret, codes, give_duress_words(operator) if with_duress else "")


def give_duress_words(operator: Operator) -> str:
    """Six words for the day when somebody forces him; earlier ones are worth nothing from now on.

    Without a line in the audit, which would tell whoever reads it who has them.
    """
    words = new_passphrase()
    halves = _halves(words, salt=bytes(operator.salt))
    Operator.objects.filter(pk=operator.pk).update(duress_hash=rules.login_hash(halves.login))
    return words


@transaction.atomic
def suspend(operator: Operator, *, by: Operator | None) -> None:
    """At once and on suspicion: from now on no session, no keys. `leave` gives the stores new epochs afterwards.

    `by`: a supervisor of the same group or an administrator (else `NotForThisRole`); None where the program acts.
    Raises `TooFewHolders` where a store would be left with fewer than two.
    """
    if by is not None and not rules.may_suspend(by.roles, rules.group_of(operator.roles)):
        raise NotForThisRole(by.pk)
    _let_in_no_more(operator, by=by)


@transaction.atomic
def leave(operator: Operator, *, by: TWO_HOLDERS) -> list[Epoch]:
    """Somebody goes: as `suspend`, and a new epoch in every store that he held, also if he was suspended before.

    Raises `UnknownStore` where he held none, `NotAdmitted` where the two do not hold them all, `TooFewHolders`.
    """
    held = lookups.stores_held_by(operator)
    if not held:
        raise UnknownStore
    if operator.is_active:
        _let_in_no_more(operator, by=by[0].operator)
    return [open_epoch(store, by=by) for store in held]


def _let_in_no_more(operator: Operator, *, by: Operator | None) -> None:
    # Held to the end, so that of two who go at once the second is counted after the first.
    list(Founding.objects.select_for_update())
    if lookups.is_needed(operator):
        raise TooFewHolders(operator.pk)
    Operator.objects.filter(pk=operator.pk).update(suspended_at=timezone.now(), session_round=F("session_round") + 1)
    EpochWrap.objects.filter(operator=operator).delete()
    ResidentWrap.objects.filter(operator=operator).delete()
    record(SITE, "operator.removed", by=by.pk if by else None, about=("operator", operator.pk))
    operator.refresh_from_db()


# --- stores


@transaction.atomic
def found(store: str, *, by: TWO_HOLDERS) -> Epoch:
    """Name the first two holders of `store`, who admit each other, and open its first epoch.

    Raises `UnknownStore`, `AlreadyFounded`, `RoleMissing`, or `NotAdmitted` where the two are one.
    """
    first, second = by
    if store not in rules.STORES:
        raise UnknownStore
    if Founding.objects.filter(store=store).exists():
        raise AlreadyFounded
    if first.verifying_key == second.verifying_key:
        raise NotAdmitted(first.operator.pk)
    names = (first.verifying_key, second.verifying_key)
    Founding.objects.create(store=store, first=names[0], second=names[1], mark=founding_mark(store, *names))
    both = [_sign_admission(keys.operator, store, by).pk for keys in by]
    Operator.objects.filter(pk__in=[keys.operator.pk for keys in by]).update(admissions_seen=max(both))
    return open_epoch(store, by=by)


@transaction.atomic
def admit(operator: Operator, store: str, *, by: TWO_HOLDERS) -> Admission:
    """Let `operator` open `store`: two holders sign for the keys and hand on every epoch that the first can open.

    Raises `NotAdmitted` where one of the two is no holder or both are one, `RoleMissing` where no role fits.
    """
    _check_two_holders(store, by)
    if operator.is_under_duress:
        duress.end(operator)
    admission = _sign_admission(operator, store, by)
    # The newcomer did not see the colleagues come.
    Operator.objects.filter(pk=operator.pk).update(admissions_seen=admission.pk)
    for epoch in Epoch.objects.filter(store=store, wraps__operator=by[0].operator).order_by("number"):
        wrap(epoch, by[0].epoch_seed(store, epoch.number), for_whom=operator)
    resident_keys.hand_on(store, to=operator, by=by[0])
    return admission


@transaction.atomic
def note_seen(operator: Operator, *, up_to: int) -> None:
    """The operator confirms having seen who was admitted, up to the admission of this number."""
    seen = [one for one in lookups.admitted_since(operator) if one.admission <= up_to]
    for one in seen:
        record(one.store, "operator.seen", by=operator.pk, about=("operator", one.operator.pk))
    if seen:
        Operator.objects.filter(pk=operator.pk).update(admissions_seen=seen[-1].admission)


def all_were_there() -> None:
    """At the ceremony that opens a site everybody sees everybody."""
    newest = Admission.objects.order_by("-pk").values_list("pk", flat=True).first()
    Operator.objects.update(admissions_seen=newest or 0)


@transaction.atomic
def open_epoch(store: str, *, by: TWO_HOLDERS) -> Epoch:
    """A new key pair for `store`, signed by two holders and wrapped for every admitted operator and for recovery.

    Raises `NotAdmitted`. What was sealed before stays under its own epoch.
    """
    _check_two_holders(store, by)
    number, pair = _next_number(store), new_key_pair()
    statement = epoch_statement(store, number, pair.public_key)
    epoch = Epoch.objects.create(
        store=store,
        number=number,
        public_key=pair.public_key,
        opened_at=timezone.now(),
        signatures=as_kept(keys.sign(statement) for keys in by),
    )
    for operator in lookups.admitted_operators(store):
        wrap(epoch, pair.seed, for_whom=operator)
    wrap(epoch, pair.seed, for_whom=None)
    record(store, "epoch.made", by=by[0].operator.pk, about=("epoch", epoch.number))
    resident_keys.renew(store, by=by)
    return epoch


def _next_number(store: str) -> int:
    last = Epoch.objects.filter(store=store).order_by("-number").first()
    if last is None:
        return 1
    restored_at = last_time(SITE, "site.restored")
    is_first_since = restored_at is not None and restored_at > last.opened_at
    return last.number + 1 + (rules.LEFT_OUT_AFTER_RESTORE if is_first_since else 0)


def _check_two_holders(store: str, by: TWO_HOLDERS) -> None:
    if by[0].verifying_key == by[1].verifying_key:
        raise NotAdmitted(by[0].operator.pk)
    for keys in by:
        # Asked anew: the keys may have been opened before their operator was suspended.
        lookups.check_admitted(Operator.objects.get(pk=keys.operator.pk), store)


def _sign_admission(operator: Operator, store: str, by: TWO_HOLDERS) -> Admission:
    if not operator.may_hold(store):
        raise RoleMissing(operator.pk)
    statement = admission_statement(store, bytes(operator.public_key), bytes(operator.verifying_key))
    # Of who is admitted again the old signatures stay: else nobody would stand whom he has signed for, and who signs
    # for him now may be one of these. A row that somebody wrote by hand does not stand in the way.
    before = Admission.objects.filter(store=store, operator=operator).first()
    was_holder = bytes(operator.verifying_key) in lookups.holders_of(store)
    signed_before = signatures_of(before) if before and was_holder else []
    Admission.objects.filter(store=store, operator=operator).delete()
    admission = Admission.objects.create(
        store=store,
        operator=operator,
        admitted_at=timezone.now(),
        signatures=as_kept([*signed_before, *(keys.sign(statement) for keys in by)]),
    )
    record(store, "operator.admitted", by=by[0].operator.pk, about=("operator", operator.pk))
    return admission


def wrap(epoch: Epoch, seed: bytes, *, for_whom: Operator | None) -> None:
    """Close the epoch's seed for one holder, or for recovery. A holder is checked here once more."""
    if for_whom is not None:
        lookups.check_admitted(for_whom, epoch.store)
    to = bytes(for_whom.public_key) if for_whom else settings.INNER_RECOVERY_KEY.read_bytes()
    blob = wrap_epoch(seed, store=epoch.store, epoch=epoch.number, to=to)
    EpochWrap.objects.update_or_create(epoch=epoch, operator=for_whom, defaults={"blob": blob})
