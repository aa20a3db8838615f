"""A site is saved: all of inner, sealed to the recovery key."""

from argparse import Namespace

from safeconduct.commands.errors import Refusal
from safeconduct.inner.site.backup import write_backup
from safeconduct.inner.site.errors import CannotBackUp


def backup(args: Namespace) -> None:
    try:
        summary = write_backup(args.file)
    except CannotBackUp as refusal:
        raise Refusal(str(refusal)) from None
    print(f"{summary.rows} rows and {summary.files} files, sealed to the recovery key, in {args.file}")
