"""Where are all the words? Everything under `texts/`, read and checked once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from safeconduct.interview.checks import check_no_loop, check_script
from safeconduct.interview.errors import TextWrong
from safeconduct.interview.interface import Interface, MenuItem, read_interface, read_menu
from safeconduct.interview.reading import read
from safeconduct.interview.scripts import Script, read_script
from safeconduct.interview.statements import Statement, read_statements

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("ru", "uk", "en")
KNOWN_SCRIPTS = frozenset({"appeal", "relative", "waiting", "complaint", "treatment", "hotline", "tracing"})
INSTALLED_SCRIPTS = frozenset({"appeal", "waiting"})


@dataclass(frozen=True)
class Library:
    statements: Mapping[str, Statement]
    scripts: Mapping[str, Script]
    interface: Interface
    menu: tuple[MenuItem, ...]
    languages: tuple[str, ...]


def load_library(
    folder: Path = TEXTS,
    *,
    known: frozenset[str] = KNOWN_SCRIPTS,
    installed: frozenset[str] = INSTALLED_SCRIPTS,
    channels: frozenset[str] = frozenset(),
) -> Library:
    """Raises `TextWrong` with file, line and item where a text cannot be used.

    `installed`: scripts that this release runs; `channels`: what else is there (`statements.CHANNELS`), for
    texts that are true only then.
    """
    statements = read_statements(read(folder / "statements.yaml"), LANGUAGES, installed=channels)
    interface_file = read(folder / "interface.yaml")
    scripts = {
        file.stem: load_script(
            file, statements=frozenset(statements), known=known, installed=installed, channels=channels
        )
        for file in sorted((folder / "scripts").glob("*.yaml"))
    }
    for name in installed - scripts.keys():
        raise TextWrong(f"scripts/{name}.yaml", 1, "", "the script is installed, and its file is missing")
    check_no_loop(scripts)
    return Library(
        statements=statements,
        scripts=scripts,
        interface=read_interface(interface_file, LANGUAGES, installed=channels),
        menu=read_menu(interface_file, LANGUAGES, statements=statements),
        languages=LANGUAGES,
    )


def load_script(
    file: Path,
    *,
    statements: frozenset[str],
    known: frozenset[str] = KNOWN_SCRIPTS,
    installed: frozenset[str] = INSTALLED_SCRIPTS,
    channels: frozenset[str] = frozenset(),
) -> Script:
    """One script, checked. Raises `TextWrong`."""
    entry = read(file)
    script = replace(read_script(entry, channels=channels), installed=installed)
    if script.name != file.stem:
        entry.refuse(f"the script's name {script.name} is not the file's", "script")
    check_script(script, statements=statements, known=known)
    check_no_loop({script.name: script})
    return script
