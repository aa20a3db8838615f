"""Which words may be shown: listed, confirmed by the headquarters, extracted for translators."""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from safeconduct.commands.errors import Refusal
from safeconduct.interview.confirmations import Line, confirm, may_show, read_confirmations, write_confirmations
from safeconduct.interview.errors import NotConfirmed
from safeconduct.interview.library import load_library
from safeconduct.sealing.signify import NotSignifyFile, SecretKey, read_secret_file


def list_all(_args: Namespace) -> None:
    library, lines = load_library(), _lines()
    for text in (*library.statements.values(), *library.scripts.values()):
        name = getattr(text, "id", "") or f"script:{text.name}"
        shown = [lang for lang in library.languages if may_show(text, lang, lines, settings.INNER_PURPOSE)]
        print(f"{name:<34} {'shown in ' + ', '.join(shown) if shown else 'not shown'}")


def confirm_one(args: Namespace) -> None:
    lines = _lines()
    today = datetime.now(UTC).date()
    try:
        lines = confirm(load_library(), lines, args.id, args.language, kind=args.kind, by=args.by, on=today)
    except NotConfirmed as refusal:
        raise Refusal(f"{refusal}.") from None
    write_confirmations(settings.INNER_CONFIRMATIONS, lines, key=_key())
    print("Noted and signed. It is shown after: safeconduct init --front, and safeconduct pages build")


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
