"""The keys of the stores: how it stands, a new epoch, a further store, recovery and its rehearsal, peppers."""

import os
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from safeconduct.commands import holders, shares
from safeconduct.commands.errors import Refusal
from safeconduct.commands.resident import next_steps
from safeconduct.commands.signers import NOT_BOTH_HOLD, ROLE_MISSING, opened, two_signers
from safeconduct.inner.operators import actions, lock_file, lookups, recovering, rules
from safeconduct.inner.operators.errors import (
    AlreadyFounded,
    NameTaken,
    NoEpoch,
    NotAdmitted,
    NotTheRecoveryKey,
    OnBothSides,
    RoleMissing,
    UnknownRole,
    UnknownStore,
)
from safeconduct.inner.operators.models import Epoch
from safeconduct.inner.site import peppers, standing
from safeconduct.inner.site.errors import PepperNeeded
from safeconduct.inner.site.sealed_file import FromNewerVersion, NotABackup, NotWhole, opened_lines

NOT_OPEN = f"No store of this name is open: see safeconduct keys status, or open one of {', '.join(rules.STORES)}."
NOT_THE_KEY = "These shares belong to another site, or to an older recovery key: nothing was changed."


def status(_args: Namespace) -> None:
    if since := lock_file.locked_since():
        print(f"EVERYTHING IS LOCKED{lock_file.as_said(since)}: safeconduct keys resume --by NAME --by NAME")
    for store in lookups.stores():
        print(f"{store}: {_next_roll(store)}")
        for one in standing.epochs_of(store):
            print(f"  epoch {one.epoch.number}, opened {_day(one.epoch.opened_at)}: {_of_epoch(one)}")
        for key in standing.residents_of(store, datetime.now(UTC)):
            print(f"  key {key.name}: {key.said}")
    for number, pepper in enumerate(peppers.peppers(settings.INNER_SECRETS_DIR), 1):
        made = f"made {pepper.made_on}" if pepper.made_on else "as old as the site"
        print(f"pepper {number}: {made}")


def rotate(args: Namespace) -> None:
    """Two holders open the next epoch of a store."""
    if args.store not in lookups.stores():
        raise Refusal(NOT_OPEN)
    try:
        epoch = actions.open_epoch(args.store, by=opened(*two_signers(args.by)))
    except NotAdmitted:
        raise Refusal(NOT_BOTH_HOLD) from None
    print(f"Epoch {epoch.number} of {epoch.store} is open. {next_steps(epoch.store)}")


def open_store(args: Namespace) -> None:
    """Two whose role goes with the store become its first holders."""
    try:
        actions.found(args.store, by=opened(*two_signers(args.by)))
    except UnknownStore:
        raise Refusal(f"There is no such store: choose among {', '.join(rules.STORES)}.") from None
    except AlreadyFounded:
        raise Refusal(
            "This store is open already: its holders admit others, see safeconduct operators admit."
        ) from None
    except RoleMissing:
        raise Refusal(
            f"{ROLE_MISSING} Both need one of: {', '.join(sorted(rules.ROLES_OF_GROUP[args.store]))}."
        ) from None
    print(f"The store {args.store} is open to its two first holders. {next_steps(args.store)}")


def recover(args: Namespace) -> None:
    """Two shares open a store for two new holders; whoever held it before holds it no more."""
    if len(args.holder) != 2:
        raise Refusal("Two new holders are needed: --holder USERNAME:NAME:ROLE --holder USERNAME:NAME:ROLE.")
    newcomers = [holders.holder(text) for text in args.holder]
    seed = shares.recovery_seed()
    try:
        with transaction.atomic():
            enrolled = [actions.enrol(one.username, one.name, roles=one.roles) for one in newcomers]
            first, second = (actions.keys_with_passphrase(one.operator, one.passphrase) for one in enrolled)
            epoch = recovering.recover(args.store, seed=seed, by=(first, second))
    except NotTheRecoveryKey:
        raise Refusal(NOT_THE_KEY) from None
    except UnknownStore:
        raise Refusal(NOT_OPEN) from None
    except (UnknownRole, OnBothSides, RoleMissing):
        raise Refusal(f"Both need one of: {', '.join(sorted(rules.ROLES_OF_GROUP[args.store]))}.") from None
    except NameTaken:
        raise Refusal("Somebody logs in under this name already: choose another.") from None
    print("\n".join(line for one in enrolled for line in holders.on_paper(one)))
    print(f"Epoch {epoch.number} of {args.store} is open to these two alone. Shown once and kept nowhere.")
    print("Next: safeconduct init --front, and bring the files to the front: it knows the two from these files only.")


def drill_recovery(args: Namespace) -> None:
    """Changes nothing but the audit, which notes that the shares were tried."""
    seed = shares.recovery_seed()
    rows = _lines_in(args.file, seed)
    try:
        tried = recovering.rehearse(seed)
    except NotTheRecoveryKey:
        raise Refusal(NOT_THE_KEY) from None
    if tried.closed:
        named = ", ".join(tried.closed)
        raise Refusal(f"The shares fit, and do not open {named}: what lies under it cannot be recovered.")
    print(f"The two shares open {tried.opened} epochs, and the backup, whole, with {rows} lines. Nothing was changed.")


def new_pepper(_args: Namespace) -> None:
    count = peppers.new_pepper(settings.INNER_SECRETS_DIR, _front())
    print(f"A new pepper stands in front of {count - 1} older: codes that were given out stay good.")
    print("Next: safeconduct backup FILE; bring peppers.json to the front, and start it again.")


def drop_pepper(_args: Namespace) -> None:
    try:
        count = peppers.remove_oldest(settings.INNER_SECRETS_DIR, _front())
    except PepperNeeded as refusal:
        raise Refusal(str(refusal)) from None
    print(f"The oldest pepper is removed; {count} stay. Bring peppers.json to the front, and start it again.")


def _front() -> Path:
    front: Path = settings.INNER_FRONT_CONFIG.parent
    if not os.access(front, os.W_OK):
        raise Refusal(f"{front} cannot be written: name the front's files as inner made them, INNER_FRONT_CONFIG.")
    return front


def _lines_in(file: Path, seed: bytes) -> int:
    """Reads the backup to its end. Raises `Refusal`."""
    try:
        with file.open("rb") as opened_file:
            return sum(1 for _ in opened_lines(opened_file, seed=seed))
    except NotABackup:
        raise Refusal("This file is not a backup of Safeconduct.") from None
    except FromNewerVersion:
        raise Refusal("This backup is from a newer version of Safeconduct: install that version.") from None
    except NotWhole:
        raise Refusal("The backup was changed or cut short, or these are the shares of another site.") from None


def _next_roll(store: str) -> str:
    try:
        return f"the next epoch is due on {_day(standing.next_roll(store))}"
    except NoEpoch:
        return "NO EPOCH THAT TWO HOLDERS SIGNED, nothing can be sealed to it"


def _of_epoch(one: standing.EpochStanding) -> str:
    if one.epoch.destroyed_at:
        return f"its key was destroyed on {_day(one.epoch.destroyed_at)}"
    signed = f"signed by {_listed(one.signed_by)}" if one.is_signed else "NOT SIGNED BY TWO HOLDERS, never sealed to"
    recovery = "recovery" if one.has_recovery else "NOT for recovery"
    return "; ".join(
        (f"{one.rows} rows", signed, f"opens for {_listed((*one.opens_for, recovery))}", _where(one.epoch))
    )


def _where(epoch: Epoch) -> str:
    if not epoch.backed_up_at:
        return "in no backup yet"
    if not epoch.front_has_at:
        return f"in a backup since {_day(epoch.backed_up_at)}"
    return f"at the front since {_day(epoch.front_has_at)}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "nobody"


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
