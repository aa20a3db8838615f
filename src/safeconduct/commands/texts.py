"""Which words may be shown: listed, confirmed by the headquarters."""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from safeconduct.audit.actions import record
from safeconduct.commands.errors import Refusal
from safeconduct.interview.confirmations import (
    Line,
    approve,
    confirm,
    id_of,
    read_confirmations,
    write_confirmations,
)
from safeconduct.interview.errors import NotConfirmed
from safeconduct.interview.library import load_library
from safeconduct.interview.scripts import Script
from safeconduct.interview.statements import Statement
from safeconduct.sealing.signify import NotSignifyFile, SecretKey, read_secret_file

SITE = "site"


def list_all(_args: Namespace) -> None:
    library = load_library()
    approved = approve(library, _lines(), settings.INNER_PURPOSE)
    print(f"interface: shown in {', '.join(approved.languages) or 'no language'}")
    texts: list[Statement | Script] = [*library.statements.values(), *library.scripts.values()]
    for text in texts:
        shown = [language for language in library.languages if approved.may_show(text, language)]
        print(f"{id_of(text)}: shown in {', '.join(shown) or 'no language'}")


def confirm_one(args: Namespace) -> None:
    today = datetime.now(UTC).date()
    try:
        lines = confirm(load_library(), _lines(), args.id, args.language, kind=args.kind, by=args.by, on=today)
    except NotConfirmed as refusal:
        raise Refusal(f"{refusal}.") from None
    with transaction.atomic():
        # By number of the line: the chain holds no names.
        record(SITE, "statement.confirmed", by=None, about=("statement", len(lines)))
        write_confirmations(settings.INNER_CONFIRMATIONS, lines, key=_key())
    print("Noted and signed. To show it: safeconduct init --front, safeconduct pages build, and start the front again.")


def _lines() -> tuple[Line, ...]:
    try:
        return read_confirmations(settings.INNER_CONFIRMATIONS, by=_key().public)
    except NotConfirmed as refusal:
        raise Refusal(f"{refusal}.") from None


def _key() -> SecretKey:
    file = Path(settings.INNER_SECRETS_DIR) / "pages.sec"
    try:
        return read_secret_file(file.read_bytes())
    except NotSignifyFile:
        raise Refusal(f"{file} is not the key of the pages: bring it back from a backup.") from None
