"""May the front seal to these keys? Only to those that two holders of the store have signed."""

import struct
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from safeconduct.sealing.envelopes import PUBLIC_KEY_BYTES
from safeconduct.sealing.signing import epoch_statement, has_two_signatures
from safeconduct.settings.values import SettingWrong


def check_epochs() -> None:
    """Raises `SettingWrong`: a key that did not come from the holders' ceremony is sealed to by nobody."""
    if not settings.FRONT_STORES:
        raise SettingWrong("FRONT_STORES", "names no store, so nothing could be sealed")
    for store, epoch in settings.FRONT_STORES.items():
        try:
            is_signed = is_signed_by_holders(store, epoch, settings.FRONT_HOLDERS)
        except (KeyError, TypeError, ValueError, struct.error):
            raise SettingWrong("FRONT_STORES", "is not of the form that inner writes") from None
        if not is_signed:
            raise SettingWrong("FRONT_STORES", f"holds a key for {store} that two of FRONT_HOLDERS have not signed")


def is_signed_by_holders(store: str, epoch: Mapping[str, Any], holders: list[str]) -> bool:
    public_key = bytes.fromhex(epoch["public_key"])
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise ValueError
    return has_two_signatures(
        epoch_statement(store, epoch["epoch"], public_key),
        [(bytes.fromhex(one["by"]), bytes.fromhex(one["signature"])) for one in epoch["signatures"]],
        holders={bytes.fromhex(holder) for holder in holders},
    )
