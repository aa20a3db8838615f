"""What enters into every code beside the code itself? A short list, newest first, in a file outside every database.

Inner's file also says when each was made; the front gets the values alone. A code that was given out under an older
pepper is found as long as that pepper is in the list, for the front always tries them all.
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.db import transaction

from safeconduct.audit.actions import record
from safeconduct.inner.cases.models import Case, SecondCode
from safeconduct.inner.operators.actions import SITE
from safeconduct.inner.site.errors import PepperNeeded
from safeconduct.inner.site.files import copy_peppers, replace

FILE = "peppers.json"
# Until then the front may not have been brought the new one.
FRONT_KNOWS_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Pepper:
    """`made_on`: None for the first one, which is as old as the site."""

    value: str
    made_on: date | None

    @classmethod
    def kept(cls, entry: object) -> "Pepper":
        if isinstance(entry, str):
            return cls(entry, None)
        assert isinstance(entry, dict)  # noqa: S101 - we wrote it
        return cls(entry["pepper"], date.fromisoformat(entry["made_on"]))

    def as_kept(self) -> object:
        return {"pepper": self.value, "made_on": self.made_on.isoformat()} if self.made_on else self.value


def peppers(secrets: Path) -> list[Pepper]:
    return [Pepper.kept(entry) for entry in json.loads((secrets / FILE).read_text("ascii"))]


def new_pepper(secrets: Path, front: Path, *, now: datetime | None = None) -> int:
    """Put a new one in front of the list, here and in the front's files; how many there are now."""
    made_on = (now or datetime.now(UTC)).date()
    return _write(secrets, front, [Pepper(os.urandom(32).hex(), made_on), *peppers(secrets)], "pepper.made")


def remove_oldest(secrets: Path, front: Path) -> int:
    """Raises `PepperNeeded` while somebody may still come with a code from before its successor."""
    *others, _oldest = peppers(secrets)
    if not others:
        raise PepperNeeded("This is the only pepper: every code needs it.")
    successor = others[-1].made_on
    if successor is None:
        raise PepperNeeded("Nobody knows since when the next one is in use.")
    known_since = datetime.combine(successor, datetime.min.time(), UTC) + FRONT_KNOWS_WITHIN
    alive = Case.objects.filter(opened_at__lt=known_since).count()
    alive += SecondCode.objects.filter(case=None, made_at__lt=known_since).count()
    if alive:
        raise PepperNeeded(
            f"{alive} cases are from before {known_since.date()}, and their codes may need this pepper: it stays "
            "until they are erased."
        )
    if datetime.now(UTC) < known_since:
        raise PepperNeeded(f"The front may still use this pepper for new codes: it stays until {known_since.date()}.")
    return _write(secrets, front, others, "pepper.removed")


def _write(secrets: Path, front: Path, kept: list[Pepper], verb: str) -> int:
    with transaction.atomic():
        record(SITE, verb, by=None)
        replace(secrets / FILE, json.dumps([pepper.as_kept() for pepper in kept]).encode())
        copy_peppers(secrets, front)
    return len(kept)
