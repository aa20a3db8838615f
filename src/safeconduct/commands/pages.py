"""The information pages: made and signed on inner, looked through by anybody. Reads configurations, no database."""

from argparse import Namespace
from pathlib import Path

from safeconduct.commands.errors import Refusal
from safeconduct.front.pages.build import render_pages, write_pages
from safeconduct.front.pages.errors import PagesError
from safeconduct.front.pages.manifest import verify_pages
from safeconduct.interview.confirmations import read_confirmations
from safeconduct.interview.errors import NotConfirmed
from safeconduct.interview.library import load_library
from safeconduct.interview.terms import terms_for
from safeconduct.sealing.signify import NotSignifyFile, SecretKey, read_public_file, read_secret_file
from safeconduct.settings.values import Values


def build(args: Namespace) -> None:
    """Into the folder that goes to the front, or into another one."""
    inner, front = Values("INNER"), Values("FRONT")
    key = _key(inner.path("INNER_SECRETS_DIR", "secrets") / "pages.sec")
    purpose = front.choice("FRONT_PURPOSE", ("site", "demo", "bench"), "site")
    out = args.out or front.path("FRONT_PAGES_DIR", "pages")
    try:
        pages = render_pages(
            load_library(),
            read_confirmations(inner.path("INNER_CONFIRMATIONS", "confirmations.jsonl"), by=key.public),
            public_url=front.text("FRONT_PUBLIC_URL").rstrip("/"),
            purpose=purpose,
            terms=terms_for(purpose, front.structure("FRONT_TERM_HOURS", dict)),
            exit_url=front.text("FRONT_EXIT_URL", ""),
            second_codes=front.structure("FRONT_SECOND_CODES", list),
        )
    except (PagesError, NotConfirmed) as refusal:
        raise Refusal(str(refusal)) from None
    write_pages(out, pages, key=key)
    print(f"{len(pages)} files, signed, in {out}")


def verify(args: Namespace) -> None:
    """Every file is as it was signed, and there is no other."""
    key = args.key or Values("FRONT").path("FRONT_PAGES_KEY", "pages.pub")
    try:
        problems = verify_pages(args.folder, read_public_file(key.read_bytes()))
    except NotSignifyFile:
        raise Refusal(f"{key} is no public key: give the one of the headquarters with --key FILE.") from None
    if problems:
        raise Refusal("These are not the pages that were signed: " + "; ".join(problems) + ".")
    print("Every file is as it was signed.")


def _key(file: Path) -> SecretKey:
    try:
        return read_secret_file(file.read_bytes())
    except NotSignifyFile:
        raise Refusal(f"{file} is not the key of the pages: bring it back from a backup.") from None
