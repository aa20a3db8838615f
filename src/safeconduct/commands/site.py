"""A site is opened by two holders and makes its front."""

import json
import shutil
import sys
from argparse import Namespace
from pathlib import Path

from django.db import DatabaseError

from safeconduct.commands.errors import BOTH_SIDES, Refusal
from safeconduct.commands.holders import as_values, holder, on_paper
from safeconduct.inner.operators import rules
from safeconduct.inner.operators.actions import Enrolment
from safeconduct.inner.operators.errors import NameTaken, NoEpoch, OnBothSides, UnknownRole
from safeconduct.inner.site.ceremony import make_front, open_stores, renew_front
from safeconduct.inner.site.files import CannotMake, write_new
from safeconduct.inner.site.paper import CannotPrint, recovery_pages


def init(args: Namespace) -> None:
    """After `files.make`: the stores; or, with --front, only what goes to the front."""
    data = args.data.resolve()
    if args.front:
        _front_from_inner(data)
        return
    try:
        pages = _pages(args)
        enrolments = _open_stores(data, args.holder, with_duress=args.duress)
    except BaseException:
        # Made a moment ago, of no use without its stores, and in the way of another try.
        for wing in ("inner", "front"):
            shutil.rmtree(data / wing, ignore_errors=True)
        raise
    if args.papers and _is_written(args.papers, pages):
        args.shares = []
    print(_as_json(enrolments, args.shares) if args.json else _on_paper(enrolments, args.shares))


def _pages(args: Namespace) -> bytes:
    """Set before anybody is enrolled, so that a slip leaves no site whose shares nobody has."""
    if not args.papers:
        return b""
    if args.papers.exists():
        raise Refusal(f"{args.papers} is there already: name a file that is not.")
    try:
        return recovery_pages(args.shares)
    except CannotPrint:
        raise Refusal("The three pages cannot be set on this machine: leave --papers away and write by hand.") from None


def _is_written(file: Path, pages: bytes) -> bool:
    """Whether the pages are there; else the shares are shown after all, since nothing else has them."""
    try:
        write_new(file, pages)
    except OSError as trouble:
        said = f"{file} could not be written ({trouble.strerror}): the shares are shown here instead."
        print(f"safeconduct: {said}", file=sys.stderr)
        return False
    said = (
        f"The three recovery shares lie open in {file}, and nowhere else. Print it on a printer without a network and "
        "without a disk, hand the pages to three people, and delete the file. What was on a disk may be found there "
        "again: name a file in memory, such as /dev/shm/shares.pdf."
    )
    print(f"safeconduct: {said}", file=sys.stderr)
    return True


def _open_stores(data: Path, holders: list[str], *, with_duress: bool) -> list[Enrolment]:
    try:
        return open_stores(data, holders=[holder(text) for text in holders], with_duress=with_duress)
    except CannotMake as refusal:
        raise Refusal(str(refusal)) from None
    except UnknownRole:
        raise Refusal(f"There is no such role: choose among {', '.join(sorted(rules.ROLES))}.") from None
    except OnBothSides:
        raise Refusal(BOTH_SIDES) from None
    except NameTaken:
        raise Refusal("This name is taken: choose another, or an empty database for a new site.") from None
    except DatabaseError:
        raise Refusal("Inner's database does not answer: start it, or mend INNER_DATABASE_URL.") from None


def _front_from_inner(data: Path) -> None:
    front = data / "front"
    try:
        if (front / "front.json").exists():
            renew_front(data / "inner", front)
            print(f"{front} is up to date with inner: take it to the front, and start the front again.")
        else:
            make_front(data / "inner", front)
            print(f"A new front is in {front}: take it there, and start the worker again. The old one is not heard.")
    except CannotMake as refusal:
        raise Refusal(str(refusal)) from None
    except NoEpoch:
        raise Refusal("No epoch of the store carries two holders' signatures: nothing can be sealed to it.") from None


def _as_json(enrolments: list[Enrolment], shares: list[str]) -> str:
    shown = {"operators": [as_values(one) for one in enrolments], "recovery_shares": shares}
    return json.dumps(shown, ensure_ascii=False)


def _on_paper(enrolments: list[Enrolment], shares: list[str]) -> str:
    lines = ["Shown once and kept nowhere. Write each part on its own paper, for one person alone.", ""]
    lines += [line for one in enrolments for line in on_paper(one)]
    if shares:
        lines.append("Recovery: any two of these three open a backup. Keep them in three places.")
    lines += [f"  {number}. {share}" for number, share in enumerate(shares, 1)]
    return "\n".join(lines)
