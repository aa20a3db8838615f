"""To which key of a store does the front seal now? To the newest that two holders have signed, whoever brought it.

One stands in the configuration. Later ones come from inner as dispatches and lie in a file beside it (FRONT_EPOCHS),
so that a new key needs no visit and no new start. Whoever writes into that file gains nothing: each time it changes,
the signatures are checked anew, in a chain that begins with FRONT_HOLDERS.
"""

import json
import logging
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from safeconduct.handover.errors import NotOurs
from safeconduct.sealing.admission import Candidate, admitted
from safeconduct.sealing.envelopes import PUBLIC_KEY_BYTES
from safeconduct.sealing.signing import epoch_statement, has_two_signatures

log = logging.getLogger(__name__)

# Of another form than inner writes: what comes out of reading it.
NOT_OF_OUR_FORM = (KeyError, TypeError, ValueError, AttributeError, struct.error)
Signatures = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class StoreEpoch:
    number: int
    public_key: bytes


def newest(store: str) -> StoreEpoch:
    """Raises `KeyError` where the configuration has none, and what `NOT_OF_OUR_FORM` lists."""
    configured = settings.FRONT_STORES[store]
    known = [StoreEpoch(configured["epoch"], bytes.fromhex(configured["public_key"]))]
    sent = _sent(_mark(settings.FRONT_EPOCHS)).get(store)
    return max([*known, *([sent] if sent else [])], key=lambda epoch: epoch.number)


def take_epoch(_dispatch_id: bytes, payload: Mapping[str, Any]) -> None:
    """An epoch from inner, from now on the one that is sealed to. One that is not newer changes nothing.

    Raises `NotOurs` where two holders have not signed it; inner keeps it then, and the front goes on as before.
    """
    try:
        store, number = payload["store"], payload["epoch"]
        if not is_signed_by_holders(store, payload, settings.FRONT_HOLDERS):
            raise NotOurs
        is_newer = number > newest(store).number
    except NOT_OF_OUR_FORM:
        raise NotOurs from None
    if is_newer:
        kept = _read() | {store: dict(payload)}
        _replace(Path(settings.FRONT_EPOCHS), json.dumps(kept, indent=1).encode())
        log.warning("From now on %s is sealed to epoch %d.", store, number)


def is_signed_by_holders(store: str, epoch: Mapping[str, Any], holders: list[str]) -> bool:
    """Have two holders signed? Those in the configuration count, and whom two of them admitted since, and so on."""
    public_key = bytes.fromhex(epoch["public_key"])
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise ValueError
    since = [
        Candidate(bytes.fromhex(one["public_key"]), bytes.fromhex(one["verifying_key"]), _signatures(one))
        for one in epoch.get("admissions", [])
    ]
    first = {bytes.fromhex(holder) for holder in holders}
    counted = first | {one.verifying_key for one in admitted(store, founders=first, candidates=since)}
    return has_two_signatures(epoch_statement(store, epoch["epoch"], public_key), _signatures(epoch), holders=counted)


def _signatures(of: Mapping[str, Any]) -> Signatures:
    return tuple((bytes.fromhex(one["by"]), bytes.fromhex(one["signature"])) for one in of["signatures"])


@lru_cache(maxsize=1)
def _sent(_mark: tuple[int, ...]) -> dict[str, StoreEpoch]:
    """What the file holds and holders have signed, read once for each `_mark`."""
    found = {}
    for store, epoch in _read().items():
        try:
            if not is_signed_by_holders(store, epoch, settings.FRONT_HOLDERS):
                raise ValueError
            found[store] = StoreEpoch(epoch["epoch"], bytes.fromhex(epoch["public_key"]))
        except NOT_OF_OUR_FORM:
            log.error("FRONT_EPOCHS holds a key that two holders have not signed: it is not sealed to.")
    return found


def _read() -> dict[str, Any]:
    try:
        content = json.loads(Path(settings.FRONT_EPOCHS).read_text("ascii"))
        return dict(content)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError) as error:
        log.error("FRONT_EPOCHS cannot be read: %s. The key of the configuration is sealed to.", type(error).__name__)
        return {}


def _mark(file: Path) -> tuple[int, ...]:
    """Changes when the file does."""
    try:
        found = os.stat(file)
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


def _replace(file: Path, content: bytes) -> None:
    """The whole new file or the whole old one, whenever the power fails."""
    part = file.with_name(f"{file.name}.part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    part.replace(file)
