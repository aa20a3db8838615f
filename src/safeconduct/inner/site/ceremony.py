"""What happens when a site is opened? Two holders found the store, and the front learns which key to seal to.

Under inner's settings, after `files.write_files`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from safeconduct.audit.actions import record
from safeconduct.inner.operators import actions, lookups
from safeconduct.inner.operators.actions import Enrolment
from safeconduct.inner.operators.epochs import as_configured
from safeconduct.inner.operators.rules import APPEALS, may_hold
from safeconduct.inner.site.files import (
    CannotMake,
    as_json,
    copy_to_front,
    make_empty_front,
    replace,
    write_front,
)
from safeconduct.sealing.signing import new_signing_seed, verifying_key_of

KEPT_BY_INNER = frozenset({"backup_term", "question_term", "waiting_term"})


@dataclass(frozen=True)
class Holder:
    """Somebody to enrol in the ceremony. The first two found the store."""

    username: str
    name: str
    roles: frozenset[str]
    language: str = "uk"


def open_stores(data: Path, *, holders: Sequence[Holder], with_duress: bool = False) -> list[Enrolment]:
    """Migrate inner's database, enrol `holders`, let the first two found the store, and tell the front its key.

    `with_duress`: each with words for duress as well. Those whose role goes with the store are admitted by the first
    two. What is given is shown once and kept nowhere.
    Raises `CannotMake`, or an `OperatorsError`; the database then holds nobody.
    """
    if len(holders) < 2 or not all(may_hold(holder.roles, APPEALS) for holder in holders[:2]):
        raise CannotMake("Two holders come first, each with a role that opens appeals: operator, senior or supervisor.")
    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        enrolments = [
            actions.enrol(one.username, one.name, roles=one.roles, language=one.language, with_duress=with_duress)
            for one in holders
        ]
        first, second = (actions.keys_with_passphrase(one.operator, one.passphrase) for one in enrolments[:2])
        actions.found(APPEALS, by=(first, second))
        for enrolment in enrolments[2:]:
            if enrolment.operator.may_hold(APPEALS):
                actions.admit(enrolment.operator, APPEALS, by=(first, second))
        actions.all_were_there()
        record(actions.SITE, "site.made", by=None, about=None)
    renew_front(data / "inner", data / "front")
    return enrolments


def make_front(inner: Path, out: Path) -> None:
    """A new front's files in the empty folder `out`, from inner's folder and database.

    Its hand-over key is new, and inner expects it from the next start of its worker on: a front that was lost or
    seized is answered no more. Raises `CannotMake`.
    """
    make_empty_front(out)
    seed = new_signing_seed()
    write_front(inner, out, seed=seed)
    renew_front(inner, out)
    own = json.loads((inner / "inner.json").read_text("utf-8"))
    replace(inner / "inner.json", as_json(own | {"INNER_FRONT_KEY": verifying_key_of(seed).hex()}))


def hours_kept() -> dict[str, int]:
    """What people may be told of how long something is kept: what inner's own settings say, and nothing else."""
    days = {"backup_term": settings.INNER_BACKUP_TERM_DAYS}
    if settings.INNER_RETENTION:
        days |= {
            "question_term": settings.INNER_RETENTION["question_days"],
            "waiting_term": settings.INNER_RETENTION["waiting_days"],
        }
    return {name: length * 24 for name, length in days.items()}


def renew_front(inner: Path, front: Path) -> None:
    """Bring a front's files up to date with inner: epoch, holders, confirmations, peppers, terms,
    and the languages in which second codes may be asked for.

    Its own keys stay, and so do lengths of time that inner knows nothing of.

    The front's processes read them at their next start. Raises `NoEpoch`.
    """
    copy_to_front(inner, front)
    renew_epoch(front)
    told = json.loads((front / "front.json").read_text("utf-8"))
    others = {name: hours for name, hours in told.get("FRONT_TERM_HOURS", {}).items() if name not in KEPT_BY_INNER}
    kept = {"FRONT_TERM_HOURS": others | hours_kept(), "FRONT_SECOND_CODES": sorted(settings.INNER_SECOND_THREADS)}
    replace(front / "front.json", as_json(told | kept))


def renew_epoch(front: Path) -> None:
    """The epoch that the front is to seal to, and whose signatures count. Raises `NoEpoch`."""
    epoch = lookups.epoch_for_front(APPEALS)
    told = json.loads((front / "front.json").read_text("utf-8"))
    told["FRONT_HOLDERS"] = [key.hex() for key in sorted(lookups.holders_of(APPEALS))]
    told["FRONT_STORES"] = {APPEALS: as_configured(epoch)}
    replace(front / "front.json", as_json(told))
