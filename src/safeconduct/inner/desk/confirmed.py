"""What has the headquarters confirmed, and which lengths of time has it set? Read again whenever a file changed."""

import json
import logging
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from django.conf import settings

from safeconduct.interview.confirmations import Approved, approve, read_confirmations
from safeconduct.interview.errors import NotConfirmed
from safeconduct.interview.library import Library, load_library
from safeconduct.interview.statements import Terms
from safeconduct.interview.terms import terms_for
from safeconduct.sealing.signify import NotSignifyFile, read_secret_file

log = logging.getLogger(__name__)
Read = TypeVar("Read")


@lru_cache(maxsize=1)
def library() -> Library:
    return load_library()


def approved() -> Approved:
    """Without a file, or without a good signature under it, nothing is confirmed."""
    return _as_it_is_now(settings.INNER_CONFIRMATIONS, _read_confirmations)


def terms() -> Terms:
    """The same lengths of time as on the person's pages: from the front's configuration, as inner made it."""
    return terms_for(settings.INNER_PURPOSE, _as_it_is_now(settings.INNER_FRONT_CONFIG, _read_hours))


def _as_it_is_now(file: Path, read: Callable[[Path, int], Read]) -> Read:
    try:
        return read(file, file.stat().st_mtime_ns)
    except OSError:
        return read(file, 0)


@lru_cache(maxsize=1)
def _read_confirmations(file: Path, _changed_at: int) -> Approved:
    try:
        key = read_secret_file((settings.INNER_SECRETS_DIR / "pages.sec").read_bytes())
        lines = read_confirmations(file, by=key.public)
    except (NotConfirmed, NotSignifyFile, OSError):
        log.error("the confirmations cannot be read: no statement can be put into an answer")
        lines = ()
    return approve(library(), lines, settings.INNER_PURPOSE)


@lru_cache(maxsize=1)
def _read_hours(file: Path, _changed_at: int) -> dict[str, int]:
    try:
        hours = json.loads(file.read_text("utf-8")).get("FRONT_TERM_HOURS", {})
        return {str(name): int(length) for name, length in hours.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        log.error("the front's configuration cannot be read: no length of time can be named")
        return {}
