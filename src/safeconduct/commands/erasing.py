"""Somebody asks for erasure in another way than with the code: two holders erase, and the person gets a receipt."""

from argparse import Namespace
from getpass import getpass

from safeconduct.audit.verbs import VERBS
from safeconduct.commands.errors import Refusal
from safeconduct.commands.panic import refuse_while_locked
from safeconduct.inner.cases import actions, erasing, journal, lookups
from safeconduct.inner.cases.errors import NoSuchCase
from safeconduct.inner.operators.actions import keys_with_passphrase
from safeconduct.inner.operators.errors import LogInRefused, NotAdmitted
from safeconduct.inner.operators.lookups import operator_named
from safeconduct.inner.operators.models import Operator

NO_NUMBER_OF_OURS = 10**12


def erase(args: Namespace) -> None:
    """By the number of the case alone: nobody of ours ever asks for a code, and no command takes one."""
    if args.number >= NO_NUMBER_OF_OURS:
        raise Refusal("Give the number of the case, never a code: a code belongs to the person alone.")
    if not args.proof:
        _erase(args.number, args.by)
    print(_receipt(args.number))


def _erase(number: int, names: list[str]) -> None:
    refuse_while_locked()
    if len(names) != 2 or len(set(names)) != 2:
        raise Refusal("Two different holders are needed: --by NAME --by NAME.")
    first, second = (_holder(name) for name in names)
    try:
        actions.erase_as_asked(number, by=(first, second))
    except NoSuchCase:
        raise Refusal("There is no such case here. If it was erased: safeconduct erase --proof NUMBER.") from None
    except NotAdmitted:
        raise Refusal("One of the two does not hold this store: ask two who do.") from None
    journal.write_down()
    erasing.sweep()


def _holder(name: str) -> Operator:
    """Whose six words these are."""
    operator = operator_named(name)
    if operator is None:
        raise Refusal("Nobody works here under this name: see safeconduct operators list.")
    try:
        return keys_with_passphrase(operator, getpass(f"Six words of {operator.username}: ")).operator
    except LogInRefused:
        raise Refusal("These are not the six words: nothing was erased.") from None


def _receipt(number: int) -> str:
    try:
        proof = lookups.proof_of(number)
    except NoSuchCase:
        raise Refusal("No case of this number was erased here.") from None
    stone, line = proof.stone, proof.line
    lines = [
        f"Case {stone.case_number} was erased on {stone.erased_at:%Y-%m-%d at %H:%M} UTC.",
        f"Erased:   {stone.letters} letters, {stone.answers} answers, {stone.files} files, {stone.notes} notes",
        f"Here:     {_when_cleared(stone.swept_at is not None)}",
        f"Backups:  gone from the last of them on {stone.backups_gone_on:%Y-%m-%d}",
    ]
    if line is None:
        lines.append("Audit:    its line was not noted then; see safeconduct audit verify")
    else:
        lines.append(f"Audit:    {line.store}, line {line.seq}, {VERBS.get(line.verb, line.verb)}")
        lines.append(f"          {bytes(line.hash).hex()}")
    lines.append("Of the person nothing is kept: this receipt holds all that is left.")
    return "\n".join(lines)


def _when_cleared(is_cleared: bool) -> str:
    return "cleared from the database files" if is_cleared else "deleted; the worker clears the database files next"
