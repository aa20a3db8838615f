"""Which role goes with which store, and whose keys count? Plain Python."""

import hashlib
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from safeconduct.sealing.stores import is_admitted

LANGUAGES = ("ru", "uk", "en")
APPEALS = "appeals"
STORES_OF_ROLE = {
    "operator": frozenset({APPEALS}),
    "senior": frozenset({APPEALS}),
    "supervisor": frozenset({APPEALS}),
    "auditor": frozenset[str](),
    "administrator": frozenset[str](),
}
ROLES = frozenset(STORES_OF_ROLE)
# As many sign for an admission and for an epoch: a store with fewer could never change its keys again.
HOLDERS_AT_LEAST = 2
# Five tries in five minutes for one name; others at the same seat or address are not held up.
LOG_IN_TRIES = "5/5m/key"


@dataclass(frozen=True)
class Candidate:
    """Keys of one operator, and who is said to have signed for them."""

    public_key: bytes
    verifying_key: bytes
    signatures: tuple[tuple[bytes, bytes], ...]


def may_hold(roles: Iterable[str], store: str) -> bool:
    return any(store in STORES_OF_ROLE[role] for role in roles)


def admitted(store: str, *, founders: Collection[bytes], candidates: Iterable[Candidate]) -> frozenset[Candidate]:
    """Those whose keys count: signed by two holders, each of whom is a founder or was admitted before.

    A founder's own X-Wing key needs the two signatures as well, else it could be exchanged in the database.
    """
    holders, waiting, counted = set(founders), set(candidates), set[Candidate]()
    while True:
        new = {one for one in waiting if _is_signed_for(store, one, holders)}
        if not new:
            return frozenset(counted)
        waiting -= new
        counted |= new
        holders |= {one.verifying_key for one in new}


def _is_signed_for(store: str, one: Candidate, holders: Collection[bytes]) -> bool:
    return is_admitted(store, one.public_key, one.verifying_key, signatures=one.signatures, holders=holders)


def login_name(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def login_hash(login: bytes) -> str:
    """What is kept of the log-in half. A guess costs Argon2id and the secret file already, so one hash is enough."""
    return hashlib.sha256(b"safeconduct/login/1" + login).hexdigest()
