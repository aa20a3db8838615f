"""Is there all that the forms need? Asked before the first person comes, so that no letter is what finds out."""

import logging

from safeconduct.front.web import texts
from safeconduct.front.web.errors import CannotKeepFormKeys, NotReady
from safeconduct.front.web.form_keys import form_keys
from safeconduct.front.web.keys import STORE, front_keys
from safeconduct.front.web.views.letters import fresh_page
from safeconduct.interview.errors import NotConfirmed, TextWrong
from safeconduct.sealing.signify import NotSignifyFile

log = logging.getLogger(__name__)


def check_ready() -> None:
    """Raises `NotReady`. Also reads and renders what the first page needs, so that it comes at once."""
    _check_keys()
    _check_texts()
    try:
        form_keys().newest()
    except (CannotKeepFormKeys, OSError, ValueError):
        raise NotReady("FRONT_TMPFS_DIR", "must be a folder of this account alone, on tmpfs") from None
    for language in texts.languages_to_write():
        fresh_page(language)


def _check_keys() -> None:
    try:
        peppers = front_keys().peppers
    except KeyError:
        raise NotReady("FRONT_STORES", f"has no key for {STORE}") from None
    except (OSError, ValueError, TypeError):
        raise NotReady("FRONT_PEPPERS", "names no file with a list of peppers, as inner writes it") from None
    if not peppers or any(len(pepper) != 32 for pepper in peppers):
        raise NotReady("FRONT_PEPPERS", "must hold at least one pepper, each of 32 bytes")


def _check_texts() -> None:
    try:
        offered = texts.languages()
    except (OSError, NotSignifyFile):
        raise NotReady("FRONT_PAGES_KEY", "names no public key of the pages") from None
    except NotConfirmed as refusal:
        raise NotReady("FRONT_CONFIRMATIONS", f"cannot be used: {refusal}") from None
    except TextWrong as wrong:
        raise NotReady("the texts", f"cannot be used: {wrong}") from None
    if not offered:
        log.warning("No page can be shown: the small strings were reviewed in no language yet.")
    elif not texts.languages_to_write():
        log.warning("Nobody can write: what must be read before it was reviewed in no language yet.")
