"""Who works here: listed, entered, let into a store by two holders, suspended."""

from argparse import Namespace
from collections.abc import Sequence
from getpass import getpass

from django.db import transaction

from safeconduct.commands.errors import Refusal
from safeconduct.inner.operators import actions, lookups, rules
from safeconduct.inner.operators.errors import (
    LogInRefused,
    NameTaken,
    NotAdmitted,
    RoleMissing,
    TooFewHolders,
    UnknownRole,
)
from safeconduct.inner.operators.keys import OpenedKeys
from safeconduct.inner.operators.models import Operator

NOT_BOTH_HOLD = "One of the two does not hold this store: ask two who do."
TOO_FEW_STAY = "Fewer than two holders would stay, and those who stay could admit nobody: admit another holder first."


def list_all(_args: Namespace) -> None:
    for operator in Operator.objects.order_by("username"):
        state = (
            "suspended" if operator.suspended_at else "opens appeals" if _opens_appeals(operator) else "opens nothing"
        )
        print(f"{operator.username:<20} {operator.name:<24} {', '.join(sorted(operator.roles)):<28} {state}")


def add(args: Namespace) -> None:
    """Both factors are shown once, here; the new operator opens nothing until two holders admit him."""
    try:
        entered = actions.enrol(args.username, args.name, roles=set(args.role), language=args.language)
    except UnknownRole:
        raise Refusal(f"There is no such role: choose among {', '.join(sorted(rules.ROLES))}.") from None
    except NameTaken:
        raise Refusal("Somebody logs in under this name already: choose another.") from None
    print(f"passphrase   {entered.passphrase}\nTOTP secret  {entered.totp_secret}")
    print(f"Shown once. Next, with two holders: safeconduct operators admit {args.username} --by NAME --by NAME")


def admit(args: Namespace) -> None:
    operator = _named(args.username)
    try:
        actions.admit(operator, args.store, by=_opened(*_two_signers(args.by)))
    except NotAdmitted:
        raise Refusal(NOT_BOTH_HOLD) from None
    except RoleMissing:
        raise Refusal("None of the operator's roles goes with this store.") from None
    print("Admitted: at the next log-in the store is open.")


def suspend(args: Namespace) -> None:
    """From now on no log-in; a new epoch closes what comes from now on."""
    operator = _named(args.username)
    if lookups.is_needed(operator):
        raise Refusal(TOO_FEW_STAY)
    signers = _two_signers(args.by)
    if operator in signers:
        raise Refusal("Who is suspended does not sign for the new epoch: name two other holders with --by.")
    by = _opened(*signers)
    try:
        with transaction.atomic():
            actions.suspend(operator, by=signers[0])
            actions.open_epoch(rules.APPEALS, by=by)
    except TooFewHolders:
        raise Refusal(TOO_FEW_STAY) from None
    except NotAdmitted:
        raise Refusal(NOT_BOTH_HOLD) from None
    print("Suspended. The front seals to the new epoch after: safeconduct init --front")


def _opens_appeals(operator: Operator) -> bool:
    return lookups.is_admitted(operator, rules.APPEALS)


def _named(username: str) -> Operator:
    operator = lookups.operator_named(username)
    if operator is None:
        raise Refusal("Nobody works here under this name: see safeconduct operators list.")
    return operator


def _two_signers(names: Sequence[str]) -> tuple[Operator, Operator]:
    if len(names) == 2:
        first, second = (_named(name) for name in names)
        if first != second:
            return first, second
    raise Refusal("Two different holders are needed: --by NAME --by NAME.")


def _opened(first: Operator, second: Operator) -> actions.TWO_HOLDERS:
    return _keys_of(first), _keys_of(second)


def _keys_of(operator: Operator) -> OpenedKeys:
    try:
        return actions.keys_with_passphrase(operator, getpass(f"Six words of {operator.username}: "))
    except LogInRefused:
        raise Refusal("These are not the six words: nothing was changed.") from None
