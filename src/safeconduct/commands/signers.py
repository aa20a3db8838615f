"""Who signs at this terminal? Each types six words; nothing is changed where one of them is wrong."""

from collections.abc import Sequence
from getpass import getpass

from safeconduct.commands.errors import Refusal
from safeconduct.inner.operators import actions, lookups
from safeconduct.inner.operators.errors import LogInRefused
from safeconduct.inner.operators.keys import OpenedKeys
from safeconduct.inner.operators.models import Operator

NOT_BOTH_HOLD = "One of the two does not hold this store: ask two who do."
TOO_FEW_STAY = "Fewer than two holders would stay, and those who stay could admit nobody: admit another holder first."
ROLE_MISSING = "None of the operator's roles goes with this store."


def named(username: str) -> Operator:
    operator = lookups.operator_named(username)
    if operator is None:
        raise Refusal("Nobody works here under this name: see safeconduct operators list.")
    return operator


def one_signer(names: Sequence[str]) -> Operator:
    if len(names) != 1:
        raise Refusal("One person does this: --by NAME.")
    return named(names[0])


def two_signers(names: Sequence[str]) -> tuple[Operator, Operator]:
    if len(names) == 2:
        first, second = (named(name) for name in names)
        if first != second:
            return first, second
    raise Refusal("Two different holders are needed: --by NAME --by NAME.")


def opened(first: Operator, second: Operator) -> actions.TWO_HOLDERS:
    return keys_of(first), keys_of(second)


def keys_of(operator: Operator) -> OpenedKeys:
    try:
        return actions.keys_with_passphrase(operator, getpass(f"Six words of {operator.username}: "))
    except LogInRefused:
        raise Refusal("These are not the six words: nothing was changed.") from None
