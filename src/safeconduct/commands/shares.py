"""Two of the three recovery shares are typed in, and kept nowhere."""

import sys
from getpass import getpass

from safeconduct.commands.errors import Refusal
from safeconduct.inner.site.errors import CannotRestore
from safeconduct.inner.site.restore import joined

SHARES = 2


def asked_for() -> list[str]:
    return [share for number in range(1, SHARES + 1) if (share := _share(number).strip())]


def recovery_seed() -> bytes:
    """Raises `Refusal`."""
    try:
        return joined(asked_for())
    except CannotRestore as slip:
        raise Refusal(str(slip)) from None


def _share(number: int) -> str:
    """Typed unseen at a terminal; a line of what is piped in."""
    asked = f"Share {number} of {SHARES}, its words with spaces: "
    return getpass(asked) if sys.stdin.isatty() else sys.stdin.readline()
