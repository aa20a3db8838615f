"""A site is saved: all of inner, sealed to the recovery key."""

import sys
from argparse import Namespace
from pathlib import Path

from django.conf import settings
from django.db import connection

from safeconduct.commands.errors import Refusal
from safeconduct.inner.site.backup import write_backup
from safeconduct.inner.site.errors import CannotBackUp


def backup(args: Namespace) -> None:
    try:
        summary = write_backup(args.file)
    except CannotBackUp as refusal:
        raise Refusal(str(refusal)) from None
    print(f"{summary.rows} rows and {summary.files} files, sealed to the recovery key, in {args.file}")
    if _is_beside_inner(args.file):
        print(
            "safeconduct: This backup lies on the disk of inner itself and is lost with it, while the front forgets "
            "what a backup holds: bring it to another disk now.",
            file=sys.stderr,
        )


def _is_beside_inner(file: Path) -> bool:
    places = [settings.INNER_SECRETS_DIR]
    if connection.vendor == "sqlite":
        places.append(Path(connection.settings_dict["NAME"]))
    return file.stat().st_dev in {place.stat().st_dev for place in places}
