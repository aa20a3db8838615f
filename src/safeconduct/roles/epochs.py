"""May the front seal to these keys? Only to those that two holders of the store have signed."""

from django.conf import settings

from safeconduct.front.web.epochs import NOT_OF_OUR_FORM, is_signed_by_holders
from safeconduct.settings.values import SettingWrong


def check_epochs() -> None:
    """Raises `SettingWrong`: a key that did not come from the holders' ceremony is sealed to by nobody."""
    if not settings.FRONT_STORES:
        raise SettingWrong("FRONT_STORES", "names no store, so nothing could be sealed")
    for store, epoch in settings.FRONT_STORES.items():
        try:
            is_signed = is_signed_by_holders(store, epoch, settings.FRONT_HOLDERS)
        except NOT_OF_OUR_FORM:
            raise SettingWrong("FRONT_STORES", "is not of the form that inner writes") from None
        if not is_signed:
            raise SettingWrong("FRONT_STORES", f"holds a key for {store} that two of FRONT_HOLDERS have not signed")
