"""A site comes back from a backup and two paper shares. Loads inner's settings only from the place it has filled."""

import sys
from argparse import Namespace
from pathlib import Path

from safeconduct.commands.errors import Refusal
from safeconduct.commands.shares import asked_for
from safeconduct.inner.site.errors import CannotRestore
from safeconduct.inner.site.restore import read_backup

UNKNOWN = (
    "what was erased after the backup is back and cannot be told from the rest. Only a wipe of the last 24 hours may "
    "come again from the front."
)


def restore(args: Namespace) -> None:
    journal = _journal(args.erasures) if args.erasures else b""
    try:
        summary = read_backup(args.file, asked_for(), args.data.resolve(), journal=journal)
    except CannotRestore as refusal:
        raise Refusal(str(refusal)) from None
    print(f"{summary.rows} rows and {summary.files} files of {summary.made_at} are back in {args.data}.")
    if args.erasures:
        print(f"{summary.erased_again} cases that were erased after the backup were erased again.")
        print(f"Their journal goes on in {args.data}/inner: let INNER_ERASURES name a place on another disk.")
        if summary.unread:
            print(f"safeconduct: {summary.unread} lines of the journal do not open: {UNKNOWN}", file=sys.stderr)
    else:
        print(f"safeconduct: No journal of erasures was given: {UNKNOWN}", file=sys.stderr)
    print("Next: safeconduct front --migrate, safeconduct pages build, and start front, inner and worker.")


def _journal(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise Refusal(f"The journal {file} cannot be read: name another with --erasures.") from None
