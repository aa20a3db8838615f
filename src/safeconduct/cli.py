"""`safeconduct COMMAND`: the one place that imports by name from a table.

A command of one wing runs under the settings of that wing alone. What needs both wings (`init`, `demo`) runs each
half in a process of its own. `safeconduct --help` loads no framework.
"""

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from safeconduct.commands.errors import Refusal

INTERRUPTED = 130
Option = tuple[Sequence[str], Mapping[str, Any]]


@dataclass(frozen=True)
class Command:
    """`body` is "module:function" under `safeconduct.commands`; `settings` a module of `safeconduct.settings`."""

    does: str
    example: str
    body: str
    settings: str = ""
    options: Sequence[Option] = field(default_factory=tuple)


def option(*names: str, **how: Any) -> Option:
    return names, how


FILE = option("file", metavar="FILE", type=Path)
HOST = option("--host", default="127.0.0.1", help="where to listen; a proxy stands before it (default: %(default)s)")
MIGRATE = option("--migrate", action="store_true", help="bring the database to this version, and end")

COMMANDS: dict[str, Command] = {
    "demo": Command(
        "From nothing to both wings on this machine, with invented people who write.",
        "safeconduct demo --data .demo --port 8000",
        "demo:run",
        options=[
            option("--port", type=int, default=8000, help="this one and the next two are used (default: %(default)s)"),
            option("--code", metavar="NAME", help="print the six digits with which NAME logs in now, and end"),
        ],
    ),
    "front": Command(
        "Serve the public pages and the handover port.",
        "safeconduct front --data /srv/safeconduct --port 8000 --handover-port 8002",
        "running:front",
        options=[
            HOST,
            option("--port", type=int, default=8000, help="of the public pages (default: %(default)s)"),
            option("--handover-port", type=int, default=8002, help="for inner alone (default: %(default)s)"),
            MIGRATE,
        ],
    ),
    "inner": Command(
        "Serve the desk inside the headquarters.",
        "safeconduct inner --data /srv/safeconduct --port 8001",
        "running:inner",
        options=[HOST, option("--port", type=int, default=8001, help="of the desk (default: %(default)s)"), MIGRATE],
    ),
    "worker": Command(
        "Pull letters from the front, push answers, erase what is due.",
        "safeconduct worker --data /srv/safeconduct",
        "running:worker",
    ),
}


def parser() -> ArgumentParser:
    whole = ArgumentParser(
        prog="safeconduct", description="Appeals come in sealed, are answered, and are forgotten in time."
    )
    names = whole.add_subparsers(dest="command", metavar="COMMAND")
    for name, command in COMMANDS.items():
        one = names.add_parser(
            name,
            help=command.does,
            description=command.does,
            epilog=f"example:\n  {command.example}",
            formatter_class=RawDescriptionHelpFormatter,
        )
        folder = os.environ.get("SAFECONDUCT_DATA", ".demo" if name == "demo" else ".")
        one.add_argument(
            "--data",
            metavar="DIR",
            type=Path,
            default=Path(folder),
            help="the folder of the site (default: %(default)s)",
        )
        for flags, how in command.options:
            one.add_argument(*flags, **how)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0: done; 1: refused, in one sentence; 2: not understood; 130: interrupted."""
    whole = parser()
    args = whole.parse_args(arguments)
    if not args.command:
        whole.print_help()
        return 2
    try:
        run(COMMANDS[args.command], args)
    except Refusal as refusal:
        print(f"safeconduct: {refusal}", file=sys.stderr)
        return 1
    except OSError as trouble:
        about = f"{trouble.filename}: " if trouble.filename else ""
        print(f"safeconduct: {about}{trouble.strerror or 'the system refused'}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def run(command: Command, args: Namespace) -> None:
    """Load the settings that the command needs, then the command itself."""
    for wing in ("front", "inner"):
        os.environ.setdefault(f"{wing.upper()}_CONFIG", str(args.data.resolve() / wing / f"{wing}.json"))
    module, _, function = command.body.partition(":")
    if command.settings:
        os.environ["DJANGO_SETTINGS_MODULE"] = f"safeconduct.settings.{command.settings}"
        import_module("django").setup()
    getattr(import_module(f"safeconduct.commands.{module}"), function)(args)


if __name__ == "__main__":
    sys.exit(main())
