"""What does a newcomer cost? Entered and admitted to one store by two holders, with so many epochs handed on.

A site of its own with the real cost of a passphrase, on SQLite at `synchronous=FULL`. The yardstick is the same with
one epoch: what is more than that is the handing on.

python -m bench.keys [--epochs 24] [--times 5]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.machine import machine_line

AIM_SECONDS = 1.0


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--epochs", type=int, default=24)
    asked.add_argument("--times", type=int, default=5)
    given = asked.parse_args()
    print(f"Machine: {machine_line()}")
    print(f"Command: python -m bench.keys --epochs {given.epochs} --times {given.times}")
    print(f"Processors asked for: {os.getloadavg()[0]:.1f} of {os.cpu_count()}\n")
    print("| epochs | entered and admitted, s | worst | CPU, s | worst |")
    print("|--:|--:|--:|--:|--:|")
    for epochs in (1, given.epochs):
        took, cost = measured(epochs, given.times)
        figures = (statistics.median(took), max(took), statistics.median(cost), max(cost))
        print(f"| {epochs} | " + " | ".join(f"{figure:.2f}" for figure in figures) + " |")
    for name, figure in (("by the clock", max(took)), ("of CPU", max(cost))):
        print(f"Aim: within {AIM_SECONDS:g} s {name}: {'reached' if figure < AIM_SECONDS else 'MISSED'}.")


def measured(epochs: int, times: int) -> tuple[list[float], list[float]]:
    """In a process of its own, since inner's settings are read once."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {name: value for name, value in os.environ.items() if not name.startswith(("INNER_", "FRONT_"))}
        settings |= {
            "INNER_CONFIG": f"{folder}/inner/inner.json",
            "DJANGO_SETTINGS_MODULE": "safeconduct.settings.inner",
        }
        command = [sys.executable, "-c", f"from bench.keys import walk; walk({folder!r}, {epochs}, {times})"]
        done = subprocess.run(command, env=settings, capture_output=True, text=True, check=True)
    took, cost = json.loads(done.stdout)
    return took, cost


def walk(folder: str, epochs: int, times: int) -> None:
    """The ceremony, so many epochs, and newcomers one after the other; their seconds to standard output, as JSON."""
    import django

    from safeconduct.inner.site.files import write_files

    url = "http://localhost:1"
    write_files(Path(folder), purpose="site", public_url=url, inner_url=url, handover_url=url)
    django.setup()
    from safeconduct.inner.operators import actions
    from safeconduct.inner.site.ceremony import Holder, open_stores

    holders = [Holder(name, name, frozenset({"operator"})) for name in ("olena", "taras")]
    enrolments = open_stores(Path(folder), holders=holders)
    by = tuple(actions.keys_with_passphrase(one.operator, one.passphrase) for one in enrolments)
    for _ in range(epochs - 1):
        actions.open_epoch("appeals", by=(by[0], by[1]))
    took, cost = [], []
    for number in range(times):
        began, worked = time.monotonic(), time.process_time()
        newcomer = actions.enrol(f"newcomer{number}", "Newcomer", roles={"operator"})
        # As at the terminal: the passphrases of the two are opened each time.
        signers = [actions.keys_with_passphrase(one.operator, one.passphrase) for one in enrolments]
        actions.admit(newcomer.operator, "appeals", by=(signers[0], signers[1]))
        took.append(time.monotonic() - began)
        cost.append(time.process_time() - worked)
    print(json.dumps([took, cost]))


if __name__ == "__main__":
    main()
