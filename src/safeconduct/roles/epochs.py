"""May the front seal to these keys? Only to those that two holders of the store have signed."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from safeconduct.sealing.envelopes import PUBLIC_KEY_BYTES
from safeconduct.sealing.signing import epoch_statement, is_signed
from safeconduct.settings.values import SettingWrong

SIGNERS = 2


def check_epochs() -> None:
    """Raises `SettingWrong`: without this, whoever can write the file could have letters sealed to a key of his own."""
    if not settings.FRONT_STORES:
        raise SettingWrong("FRONT_STORES", "names no store, so nothing could be sealed")
    for store, epoch in settings.FRONT_STORES.items():
        try:
            signers = holders_of(store, epoch, settings.FRONT_HOLDERS)
        except (KeyError, TypeError, ValueError):
            raise SettingWrong("FRONT_STORES", "is not of the form that inner writes") from None
        if len(signers) < SIGNERS:
            raise SettingWrong("FRONT_STORES", f"holds a key for {store} that two of FRONT_HOLDERS have not signed")


def holders_of(store: str, epoch: Mapping[str, Any], holders: list[str]) -> set[bytes]:
    """Those among `holders` whose signature under this epoch's key holds."""
    known = {bytes.fromhex(holder) for holder in holders}
    public_key = bytes.fromhex(epoch["public_key"])
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise ValueError
    statement = epoch_statement(store, epoch["epoch"], public_key)
    signed = {bytes.fromhex(one["by"]): bytes.fromhex(one["signature"]) for one in epoch["signatures"]}
    return {by for by, signature in signed.items() if by in known and is_signed(statement, signature, by=by)}
