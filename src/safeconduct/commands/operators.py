"""Who works here: listed, entered, let into a store by two holders, suspended by one, seen off by two."""

from argparse import Namespace

from safeconduct.commands.errors import BOTH_SIDES, Refusal
from safeconduct.commands.holders import on_paper
from safeconduct.commands.resident import next_steps
from safeconduct.commands.signers import (
    NOT_BOTH_HOLD,
    ROLE_MISSING,
    TOO_FEW_STAY,
    keys_of,
    named,
    one_signer,
    opened,
    two_signers,
)
from safeconduct.inner.operators import actions, lookups, rules
from safeconduct.inner.operators.errors import (
    NameTaken,
    NotAdmitted,
    NotForThisRole,
    OnBothSides,
    RoleMissing,
    TooFewHolders,
    UnknownRole,
    UnknownStore,
)
from safeconduct.inner.operators.models import Operator


def list_all(_args: Namespace) -> None:
    for operator in Operator.objects.order_by("username"):
        print(f"{operator.username:<20} {operator.name:<24} {', '.join(sorted(operator.roles)):<28} {_state(operator)}")


def add(args: Namespace) -> None:
    """Both factors and the recovery codes are shown once; the newcomer opens nothing until two holders admit him."""
    try:
        entered = actions.enrol(
            args.username, args.name, roles=set(args.role), language=args.language, with_duress=args.duress
        )
    except UnknownRole:
        raise Refusal(f"There is no such role: choose among {', '.join(sorted(rules.ROLES))}.") from None
    except OnBothSides:
        raise Refusal(BOTH_SIDES) from None
    except NameTaken:
        raise Refusal("Somebody logs in under this name already: choose another.") from None
    print("\n".join(on_paper(entered)))
    print(f"Shown once. Next, with two holders: safeconduct operators admit {args.username} --by NAME --by NAME")


def duress(args: Namespace) -> None:
    """Other six words, for the day when somebody forces him; in place of earlier ones."""
    operator = keys_of(named(args.username)).operator
    print(f"six words for duress      {actions.give_duress_words(operator)}")
    print("Shown once, and written down nowhere. Who logs in with them comes to an empty shift; supervisors are told.")


def admit(args: Namespace) -> None:
    operator = named(args.username)
    signers = two_signers(args.by)
    if lookups.is_admitted(operator, args.store):
        raise Refusal("This operator holds the store already.")
    try:
        actions.admit(operator, args.store, by=opened(*signers))
    except NotAdmitted:
        raise Refusal(NOT_BOTH_HOLD) from None
    except RoleMissing:
        raise Refusal(ROLE_MISSING) from None
    print("Admitted: at the next log-in the store is open. Every holder is told at the desk.")


def suspend(args: Namespace) -> None:
    """On suspicion, at once, by one."""
    operator = named(args.username)
    by = one_signer(args.by)
    try:
        actions.suspend(operator, by=keys_of(by).operator)
    except NotForThisRole:
        raise Refusal("A supervisor of the same group or an administrator suspends; two holders use leave.") from None
    except TooFewHolders:
        raise Refusal(TOO_FEW_STAY) from None
    print("Suspended: no session of this operator is open any more, and no log-in opens one.")
    print(f"What is sealed from now on is closed to him only after: safeconduct operators leave {operator.username}")


def leave(args: Namespace) -> None:
    """Two holders see somebody off: what comes from now on is sealed to keys that he never had."""
    operator = Operator.objects.filter(username=rules.login_name(args.username)).first()
    if operator is None:
        raise Refusal("Nobody works here under this name: see safeconduct operators list.")
    if lookups.is_needed(operator):
        raise Refusal(TOO_FEW_STAY)
    signers = two_signers(args.by)
    if operator in signers:
        raise Refusal("Who leaves does not sign for the new epoch: name two other holders with --by.")
    try:
        epochs = actions.leave(operator, by=opened(*signers))
    except TooFewHolders:
        raise Refusal(TOO_FEW_STAY) from None
    except NotAdmitted:
        raise Refusal(NOT_BOTH_HOLD) from None
    except UnknownStore:
        raise Refusal("This operator holds no store: safeconduct operators suspend is enough.") from None
    print(f"Gone: the sessions are ended. New: {', '.join(f'epoch {one.number} of {one.store}' for one in epochs)}.")
    print(next_steps(*(one.store for one in epochs)))


def _state(operator: Operator) -> str:
    """Also where a row says what no two holders have signed: somebody has written into the database."""
    if operator.suspended_at:
        return "suspended"
    if operator.is_under_duress:
        return f"held to be forced since {operator.forced_at:%Y-%m-%d %H:%M} UTC: opens nothing until admitted again"
    held = [store for store in lookups.stores() if lookups.is_admitted(operator, store)]
    by_hand = [one.store for one in lookups.admissions_by_hand() if one.operator_id == operator.pk]
    state = f"opens {', '.join(held) or 'nothing'}"
    return f"{state}; A ROW FOR {', '.join(by_hand)} THAT NO TWO HOLDERS SIGNED" if by_hand else state
