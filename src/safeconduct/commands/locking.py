"""The first step of the panic lock: loads no framework and asks no database, so it works whatever else is broken."""

import os
from argparse import Namespace
from pathlib import Path

from safeconduct.commands.errors import Refusal
from safeconduct.inner.operators import lock_file

WORD = "LOCK"


def lock(args: Namespace) -> None:
    """By one person at the machine, without any passphrase. Everything is locked when this returns."""
    if not Path(os.environ["INNER_CONFIG"]).is_file():
        raise Refusal(f"There is no inner in {args.data}: name the folder of the site with --data.")
    if not args.yes and input(f"This ends every session until two holders come. Type {WORD}: ").strip() != WORD:
        raise Refusal("Nothing was locked.")
    since = lock_file.lock()
    print(f"Locked{lock_file.as_said(since)}.", flush=True)
