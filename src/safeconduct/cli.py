"""`safeconduct COMMAND`: the one place that imports by name from a table.

A command of one wing runs under the settings of that wing alone. What needs both wings (`init`, `demo`) runs each
half in a process of its own. `safeconduct --help` loads no framework.
"""

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from safeconduct.commands.errors import Refusal

INTERRUPTED = 130
Option = tuple[Sequence[str], Mapping[str, Any]]


@dataclass(frozen=True)
class Command:
    """`body` is "module:function" under `safeconduct.commands`; `settings` a module of `safeconduct.settings`.

    `before`: what is to be done before the settings can be read. `opens_database`: only if it is of this version.
    """

    does: str
    example: str
    body: str
    settings: str = ""
    before: str = ""
    opens_database: bool = False
    options: Sequence[Option] = field(default_factory=tuple)


def option(*names: str, **how: Any) -> Option:
    return names, how


FILE = option("file", metavar="FILE", type=Path)
HOST = option("--host", default="127.0.0.1", help="where to listen; a proxy stands before it (default: %(default)s)")
MIGRATE = option("--migrate", action="store_true", help="bring the database to this version, and end")
TWO_HOLDERS = option("--by", metavar="NAME", action="append", default=[], help="a holder who signs; give it twice")
USERNAME = option("username", metavar="USERNAME")

# A name of two words is a command within a command.
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
    "init": Command(
        "Make a site: its keys, its stores with two holders, and what the front needs.",
        "safeconduct init --data /srv/safeconduct --front-url https://example.org --holder olena:Olena "
        "--holder taras:Taras:senior",
        "site:init",
        settings="inner",
        before="files:make",
        options=[
            option("--front", action="store_true", help="only make a front from inner, or bring its files up to date"),
            option("--holder", metavar="USERNAME:NAME[:ROLE,ROLE]", action="append", default=[], help="two or more"),
            option("--duress", action="store_true", help="each with other six words, for when somebody forces him"),
            option("--purpose", choices=("site", "demo", "bench"), default="site"),
            option("--front-url", default="http://localhost:8000", help="where people write (default: %(default)s)"),
            option("--inner-url", default="http://localhost:8001", help="where the desk is (default: %(default)s)"),
            option("--handover-url", default="http://localhost:8002", help="where inner calls (default: %(default)s)"),
            option("--papers", metavar="FILE", type=Path, help="the recovery shares as three pages, in a new PDF"),
            option("--json", action="store_true", help="for scripts: what is shown once, as JSON"),
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
    "operators list": Command(
        "Who works here, in which roles, and who opens appeals.",
        "safeconduct operators list",
        "operators:list_all",
        settings="inner",
        opens_database=True,
    ),
    "operators add": Command(
        "Enter an operator, who opens nothing until two holders admit him.",
        "safeconduct operators add marta --name Marta --role operator",
        "operators:add",
        settings="inner",
        opens_database=True,
        options=[
            USERNAME,
            option("--name", required=True, help="the pseudonym that the others see"),
            option("--role", action="append", required=True, help="operator, senior, …; more than once for more"),
            option("--language", choices=("ru", "uk", "en"), default="uk"),
            option("--duress", action="store_true", help="with other six words, for the day when somebody forces him"),
        ],
    ),
    "operators duress": Command(
        "Give an operator other six words, for the day when somebody forces him.",
        "safeconduct operators duress olena",
        "operators:duress",
        settings="inner",
        opens_database=True,
        options=[USERNAME],
    ),
    "operators admit": Command(
        "Let an operator open a store: two holders sign with their six words.",
        "safeconduct operators admit marta --by olena --by taras",
        "operators:admit",
        settings="inner",
        opens_database=True,
        options=[USERNAME, TWO_HOLDERS, option("--store", default="appeals")],
    ),
    "operators suspend": Command(
        "On suspicion: end an operator's sessions and let him in no more, by one supervisor or administrator.",
        "safeconduct operators suspend marta --by nadia",
        "operators:suspend",
        settings="inner",
        opens_database=True,
        options=[USERNAME, option("--by", metavar="NAME", action="append", default=[], help="who suspends")],
    ),
    "operators leave": Command(
        "Somebody goes: sessions end, and two holders open a new epoch in every store that he held.",
        "safeconduct operators leave marta --by olena --by taras",
        "operators:leave",
        settings="inner",
        opens_database=True,
        options=[USERNAME, TWO_HOLDERS],
    ),
    "keys status": Command(
        "Per store its epochs: how old, what lies under each, who can open it, who signed; peppers without values.",
        "safeconduct keys status",
        "keys:status",
        settings="inner",
        opens_database=True,
    ),
    "keys rotate": Command(
        "Open the next epoch of a store: two holders sign with their six words.",
        "safeconduct keys rotate appeals --by olena --by taras",
        "keys:rotate",
        settings="inner",
        opens_database=True,
        options=[option("store", metavar="STORE", nargs="?", default="appeals"), TWO_HOLDERS],
    ),
    "keys open-store": Command(
        "Open a further store with two first holders of its own.",
        "safeconduct keys open-store bureau --by ihor --by lesia",
        "keys:open_store",
        settings="inner",
        opens_database=True,
        options=[option("store", metavar="STORE"), TWO_HOLDERS],
    ),
    "keys unlock": Command(
        "Hand a resident key to the worker: one who holds its store types the six words.",
        "safeconduct keys unlock clocks --by ihor",
        "resident:unlock",
        settings="inner",
        opens_database=True,
        options=[
            option("name", metavar="NAME", help="clocks (bureau) or index (tracing)"),
            option("--by", metavar="NAME", action="append", default=[], help="who hands it over"),
        ],
    ),
    "keys recover": Command(
        "With two recovery shares open a store for two new holders; whoever held it before holds it no more.",
        "safeconduct keys recover appeals --holder nadia:Nadia:operator --holder bohdan:Bohdan:senior",
        "keys:recover",
        settings="inner",
        opens_database=True,
        options=[
            option("store", metavar="STORE", nargs="?", default="appeals"),
            option("--holder", metavar="USERNAME:NAME:ROLE", action="append", default=[], help="new; give it twice"),
        ],
    ),
    "keys panic": Command(
        "Lock everything at once, without any passphrase; two holders bring it back with keys resume.",
        "safeconduct keys panic --yes",
        "panic:carry_out",
        settings="inner",
        before="locking:lock",
        options=[option("--yes", action="store_true", help="do not ask for the word LOCK")],
    ),
    "keys resume": Command(
        "End the panic lock: two holders sign with their six words.",
        "safeconduct keys resume --by olena --by taras",
        "panic:resume",
        settings="inner",
        opens_database=True,
        options=[TWO_HOLDERS],
    ),
    "keys new-pepper": Command(
        "Make a new pepper for the codes; the older ones stay good.",
        "safeconduct keys new-pepper",
        "keys:new_pepper",
        settings="inner",
        opens_database=True,
    ),
    "keys drop-pepper": Command(
        "Remove the oldest pepper, once no code can need it.",
        "safeconduct keys drop-pepper",
        "keys:drop_pepper",
        settings="inner",
        opens_database=True,
    ),
    "drill recovery": Command(
        "Rehearse recovery: two shares against every epoch and the last backup; nothing is changed.",
        "safeconduct drill recovery /media/stick/2026-11-22.safeconduct",
        "keys:drill_recovery",
        settings="inner",
        opens_database=True,
        options=[FILE],
    ),
    "statements list": Command(
        "Which texts are shown in which language.",
        "safeconduct statements list",
        "texts:list_all",
        settings="inner",
    ),
    "statements confirm": Command(
        "Note that the headquarters confirms the words of a text as they are now.",
        "safeconduct statements confirm is-this-real uk --by Olena",
        "texts:confirm_one",
        settings="inner",
        opens_database=True,
        options=[
            option("id", metavar="ID", help="of a statement; script:NAME or interface"),
            option("language", metavar="LANG"),
            option("--by", required=True, metavar="NAME", help="who confirms"),
            option("--kind", choices=("confirmed", "reviewed"), default="confirmed"),
        ],
    ),
    "statements extract": Command(
        "Write all texts for translators: a template, or the words of one language.",
        "safeconduct statements extract texts.pot",
        "extracting:write_template",
        options=[FILE, option("--language", choices=("ru", "uk"), help="with the words of this language")],
    ),
    "pages build": Command(
        "Make and sign the information pages.",
        "safeconduct pages build --data /srv/safeconduct",
        "pages:build",
        settings="pages",
        options=[option("--out", metavar="DIR", type=Path, help="in place of the front's folder")],
    ),
    "pages verify": Command(
        "See that the pages in a folder are those that were signed.",
        "safeconduct pages verify /media/stick --key pages.pub",
        "pages:verify",
        options=[
            option("folder", metavar="FOLDER", type=Path),
            option("--key", metavar="FILE", type=Path, help="the public key (default: that of the front)"),
        ],
    ),
    "backup": Command(
        "Save inner, sealed to the recovery key.",
        "safeconduct backup /media/stick/2026-11-22.safeconduct",
        "saving:backup",
        settings="inner",
        opens_database=True,
        options=[FILE],
    ),
    "restore": Command(
        "Bring a site back into an empty folder, with two of the three recovery shares.",
        "safeconduct restore /media/stick/2026-11-22.safeconduct --erasures /mnt/second/erasures.journal "
        "--data /srv/safeconduct",
        "restoring:restore",
        options=[
            FILE,
            option("--erasures", metavar="FILE", type=Path, help="the journal, so that erased stays erased"),
        ],
    ),
    "erase": Command(
        "Erase a case for a person who asked in another way than with the code, and print a receipt.",
        "safeconduct erase 4812 --by olena --by taras",
        "erasing:erase",
        settings="inner",
        opens_database=True,
        options=[
            option("number", metavar="NUMBER", type=int, help="of the case; never a code"),
            option("--proof", action="store_true", help="erase nothing, print the receipt again"),
            TWO_HOLDERS,
        ],
    ),
    "audit verify": Command(
        "Find one changed, dropped or reordered line of the audit, also against what was signed or printed.",
        "safeconduct audit verify",
        "auditing:verify_audit",
        settings="inner",
        opens_database=True,
        options=[
            option(
                "--paper",
                metavar="STORE:LINE:HASH",
                action="append",
                default=[],
                help="compare with a printed head; more than once for more",
            ),
        ],
    ),
    "audit heads": Command(
        "Print the last signed head of each chain, to be kept on paper.",
        "safeconduct audit heads",
        "auditing:print_heads",
        settings="inner",
        opens_database=True,
    ),
    "check": Command(
        "Is the site fit to be opened? Settings, databases, texts, pages, clocks, and what is not decided.",
        "safeconduct check --data /srv/safeconduct",
        "checking:check",
    ),
}


def parser() -> ArgumentParser:
    whole = ArgumentParser(prog="safeconduct", description="Appeals come in sealed, are answered, and are forgotten.")
    names = whole.add_subparsers(dest="command", metavar="COMMAND")
    families = {}
    for name, command in COMMANDS.items():
        family, _, member = name.partition(" ")
        among = names
        if member:
            if family not in families:
                families[family] = names.add_parser(family, help=_members(family)).add_subparsers(
                    dest="member", metavar="COMMAND", required=True
                )
            among = families[family]
        one = among.add_parser(
            member or family,
            help=command.does,
            description=command.does,
            epilog=f"example:\n  {command.example}",
            formatter_class=RawDescriptionHelpFormatter,
        )
        one.set_defaults(member=member)
        folder = Path(os.environ.get("SAFECONDUCT_DATA", ".demo" if name == "demo" else "."))
        one.add_argument("--data", metavar="DIR", type=Path, default=folder, help="of the site (default: %(default)s)")
        for flags, how in command.options:
            one.add_argument(*flags, **how)
    return whole


def _members(family: str) -> str:
    return ", ".join(name.partition(" ")[2] for name in COMMANDS if name.startswith(f"{family} "))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. 0: done; 1: refused, in one sentence; 2: not understood; 130: interrupted."""
    whole = parser()
    args = whole.parse_args(arguments)
    if not args.command:
        whole.print_help()
        return 2
    try:
        run(COMMANDS[f"{args.command} {args.member}".strip()], args)
    except Refusal as refusal:
        print(f"safeconduct: {refusal}", file=sys.stderr)
        return 1
    except OSError as trouble:
        about = f"{trouble.filename}: " if trouble.filename else ""
        print(f"safeconduct: {about}{trouble.strerror or 'the system refused'}.", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, EOFError):  # EOFError: Ctrl-D at a prompt
        return INTERRUPTED
    return 0


def run(command: Command, args: Namespace) -> None:
    """Load the settings that the command needs, then the command itself."""
    for wing in ("front", "inner"):
        os.environ.setdefault(f"{wing.upper()}_CONFIG", str(args.data.resolve() / wing / f"{wing}.json"))
    if command.before:
        _function(command.before)(args)
    if command.settings:
        os.environ["DJANGO_SETTINGS_MODULE"] = f"safeconduct.settings.{command.settings}"
        import_module("django").setup()
    if command.opens_database:
        _function("database:check")()
    _function(command.body)(args)


def _function(named: str) -> Callable[..., None]:
    module, _, function = named.partition(":")
    found: Callable[..., None] = getattr(import_module(f"safeconduct.commands.{module}"), function)
    return found


if __name__ == "__main__":
    sys.exit(main())
