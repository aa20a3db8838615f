"""Which role goes with which store, and when is a key to be changed? Plain Python."""

import hashlib
import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta

LANGUAGES = ("ru", "uk", "en")
APPEALS = "appeals"
# A person stands in one of these groups only: who knows the appeals must not know the prisoners, and who oversees
# must not open.
ROLES_OF_GROUP = {
    APPEALS: frozenset({"operator", "senior", "supervisor"}),
    "bureau": frozenset({"bureau", "bureau-supervisor"}),
    "tracing": frozenset({"tracing", "tracing-supervisor"}),
    "records": frozenset({"records", "records-supervisor"}),
    "complaints": frozenset({"reviewer", "reviewer-supervisor"}),
    "auditor": frozenset({"auditor"}),
    "administrator": frozenset({"administrator"}),
}
STORES = (APPEALS, "bureau", "tracing", "records", "complaints")
ROLES = frozenset().union(*ROLES_OF_GROUP.values())
# As many sign for an admission and for an epoch: a store with fewer could never change its keys again.
HOLDERS_AT_LEAST = 2
# After so long the store's key is to be changed; two holders must be there for it.
ROLL_AFTER = timedelta(days=31)
# A letter may wait on the front for as long as inner is dark, and one front of several may learn of a new epoch late.
KEY_KEPT_FOR = timedelta(days=60)
# Epochs that were opened after the backup from which a site came back may be known to the front: their numbers are
# not given again.
LEFT_OUT_AFTER_RESTORE = 100
# The audit's chain for what belongs to no store: log-ins, shifts, intake.
SITE = "site"
# Five tries in five minutes for one name, or for one name at a seat that is known (`seats`): whoever tries a name from
# elsewhere holds nobody up there.
LOG_IN_TRIES = "5/5m/key"
# Questions to a passkey of one name, counted like tries: who asks for weeks could see a passkey come or go.
PASSKEY_QUESTIONS = "10/5m/key"
# A seat is known for so long after the last log-in there, and to at most so many.
SEAT_KNOWN_FOR = timedelta(days=90)
OPERATORS_OF_A_SEAT = 20
# However busy somebody is: who stole both cookies works no longer with them.
SESSION_AT_MOST = timedelta(hours=12)
# A second factor that was shown within this time is not asked for again.
FACTOR_FRESH_FOR = timedelta(minutes=5)
PASSKEYS_AT_MOST = 2
# From the question to the touch of the key.
CHALLENGE_GOOD_FOR = timedelta(minutes=3)


def group_of(roles: Collection[str]) -> str | None:
    """The one group in which all of these roles stand; None where they stand in several, or there is none."""
    return next((group for group, among in ROLES_OF_GROUP.items() if roles and among.issuperset(roles)), None)


def may_hold(roles: Collection[str], store: str) -> bool:
    """Also a row that was written by hand and sets somebody on both sides lets him hold neither."""
    return store in STORES and group_of(roles) == store


def may_suspend(roles: Collection[str], group: str | None) -> bool:
    """At once and alone, on suspicion: a supervisor in his own group, an administrator anybody."""
    own = group_of(roles)
    return own == "administrator" or (own == group and any(role.endswith("supervisor") for role in roles))


def is_roll_due(opened_at: datetime, now: datetime) -> bool:
    return now - opened_at > ROLL_AFTER


def login_name(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def login_hash(login: bytes) -> str:
    """What is kept of the log-in half. A guess costs Argon2id and the secret file already, so one hash is enough."""
    return hashlib.sha256(b"safeconduct/login/1" + login).hexdigest()
