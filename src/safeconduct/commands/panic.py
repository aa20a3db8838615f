"""The panic lock in the database, and the ceremony that ends it. What locks is done before: `commands/locking.py`."""

from argparse import Namespace

from django.db import DatabaseError

from safeconduct.commands.errors import Refusal
from safeconduct.commands.signers import NOT_BOTH_HOLD, opened, two_signers
from safeconduct.inner.duty import panic
from safeconduct.inner.operators import lock_file
from safeconduct.inner.operators.errors import NotAdmitted

FIRST_RESUME = "Everything is locked: two holders end that first, safeconduct keys resume --by NAME --by NAME."


def carry_out(_args: Namespace) -> None:
    try:
        panic.keep_up()
    except DatabaseError:
        raise Refusal(
            "Nobody gets in, but the database does not answer: the worker ends the sessions as soon as it does."
        ) from None
    print("Every session is ended; the worker fetches and sends nothing; the front goes on taking letters.")
    print("To come back, two holders: safeconduct keys resume --by NAME --by NAME")


def resume(args: Namespace) -> None:
    """Two holders of the appeals, each with the six words."""
    if not lock_file.is_locked():
        raise Refusal("Nothing is locked.")
    try:
        panic.resume(by=opened(*two_signers(args.by)))
    except NotAdmitted:
        raise Refusal(NOT_BOTH_HOLD) from None
    print("Unlocked: everybody logs in anew, and what waited on the front comes in.")


def refuse_while_locked() -> None:
    if lock_file.is_locked():
        raise Refusal(FIRST_RESUME)
