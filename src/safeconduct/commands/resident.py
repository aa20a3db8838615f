"""A resident key goes to the worker, from somebody who holds its store."""

import time
from argparse import Namespace
from datetime import UTC, datetime

from safeconduct.commands.errors import Refusal
from safeconduct.commands.panic import refuse_while_locked
from safeconduct.commands.signers import keys_of, one_signer
from safeconduct.inner.duty import residents as duty
from safeconduct.inner.operators import handing, resident_keys
from safeconduct.inner.operators.epochs import FRONT_STORES
from safeconduct.inner.operators.errors import NobodyListens, NotAdmitted
from safeconduct.inner.operators.models import ResidentKey
from safeconduct.inner.operators.resident import Resident, residents

TAKEN_WITHIN_SECONDS = 5.0


def unlock(args: Namespace) -> None:
    """By one who holds the store; what the worker does with it, it does without anybody from then on."""
    refuse_while_locked()
    named = [one for one in residents() if one.name == args.name]
    if not named:
        names = ", ".join(one.name for one in residents())
        raise Refusal(f"There is no resident key of this name: choose among {names}.")
    rows = list(ResidentKey.objects.filter(name=args.name).order_by("number"))
    if not rows:
        store = named[0].store
        raise Refusal(f"It is made with a new epoch of its store: safeconduct keys open-store or keys rotate {store}.")
    by = keys_of(one_signer(args.by))
    try:
        for row in rows:
            handing.hand_over(row.pk, by.resident_key(row))
    except NotAdmitted:
        raise Refusal("This operator does not hold the store of this key: ask one who does.") from None
    except NobodyListens:
        raise Refusal("No worker listens on this machine: start it, then hand the key over once more.") from None
    if not _is_taken(named[0]):
        raise Refusal("The worker did not take the key: see its log and safeconduct keys status.")
    duty.note_unlocked(named[0], by=by.operator)
    print(f"The worker has the key {args.name}, in memory alone: after its next start it must be handed over again.")


def next_steps(*stores: str) -> str:
    """What is to be typed after a new epoch of these stores."""
    front = (
        "The front seals to it as soon as a backup holds it. " if any(name in FRONT_STORES for name in stores) else ""
    )
    unlock = "".join(f"; safeconduct keys unlock {one.name} --by NAME" for name in stores for one in residents(name))
    return f"{front}Next: safeconduct backup FILE{unlock}"


def _is_taken(one: Resident) -> bool:
    until = time.monotonic() + TAKEN_WITHIN_SECONDS
    while time.monotonic() < until:
        (found,) = resident_keys.standing(datetime.now(UTC), of=[one])
        if found.missing_since is None:
            return True
        time.sleep(0.1)
    return False
