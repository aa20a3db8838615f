"""A site comes back from a backup and two paper shares. Loads inner's settings only from the place it has filled."""

from argparse import Namespace

from safeconduct.commands.errors import Refusal
from safeconduct.commands.shares import asked_for
from safeconduct.inner.site.errors import CannotRestore
from safeconduct.inner.site.restore import read_backup


def restore(args: Namespace) -> None:
    try:
        summary = read_backup(args.file, asked_for(), args.data.resolve())
    except CannotRestore as refusal:
        raise Refusal(str(refusal)) from None
    print(f"{summary.rows} rows and {summary.files} files of {summary.made_at} are back in {args.data}.")
    print("Next: safeconduct front --migrate, safeconduct pages build, and start front, inner and worker.")
