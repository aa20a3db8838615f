"""A site is opened by two holders and makes its front."""

import json
import shutil
from argparse import Namespace
from pathlib import Path

from django.db import DatabaseError

from safeconduct.commands.errors import Refusal
from safeconduct.inner.operators.actions import Enrolment
from safeconduct.inner.operators.errors import NameTaken, NoEpoch, UnknownRole
from safeconduct.inner.site.ceremony import Holder, make_front, open_stores, renew_front
from safeconduct.inner.site.files import CannotMake


def init(args: Namespace) -> None:
    """After `files.make`: the stores; or, with --front, only what goes to the front."""
    data = args.data.resolve()
    if args.front:
        _front_from_inner(data)
        return
    try:
        enrolments = _open_stores(data, args.holder)
    except BaseException:
        # Made a moment ago, of no use without its stores, and in the way of another try.
        for wing in ("inner", "front"):
            shutil.rmtree(data / wing, ignore_errors=True)
        raise
    print(_as_json(enrolments, args.shares) if args.json else _on_paper(enrolments, args.shares))


def _open_stores(data: Path, holders: list[str]) -> list[Enrolment]:
    try:
        return open_stores(data, holders=[_holder(text) for text in holders])
    except CannotMake as refusal:
        raise Refusal(str(refusal)) from None
    except UnknownRole:
        raise Refusal("There is no such role: operator, senior, supervisor, auditor or administrator.") from None
    except NameTaken:
        raise Refusal("This name is taken: choose another, or an empty database for a new site.") from None
    except DatabaseError:
        raise Refusal("Inner's database does not answer: start it, or mend INNER_DATABASE_URL.") from None


def _holder(text: str) -> Holder:
    username, _, rest = text.partition(":")
    name, _, roles = rest.partition(":")
    if not username or not name:
        raise Refusal("A holder is given as USERNAME:NAME or USERNAME:NAME:ROLE,ROLE.")
    return Holder(username, name, frozenset((roles or "operator").split(",")))


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
    operators = [
        {
            "name": one.operator.name,
            "username": one.operator.username,
            "passphrase": one.passphrase,
            "totp_secret": one.totp_secret,
            "roles": sorted(one.operator.roles),
        }
        for one in enrolments
    ]
    return json.dumps({"operators": operators, "recovery_shares": shares}, ensure_ascii=False)


def _on_paper(enrolments: list[Enrolment], shares: list[str]) -> str:
    lines = ["Shown once and kept nowhere. Write each part on its own paper, for one person alone.", ""]
    for one in enrolments:
        lines += [
            f"{one.operator.name}, logs in as {one.operator.username}",
            f"  six words                 {one.passphrase}",
            f"  for the authenticator     {one.totp_secret}",
            "",
        ]
    lines.append("Recovery: any two of these three open a backup. Keep them in three places.")
    lines += [f"  {number}. {share}" for number, share in enumerate(shares, 1)]
    return "\n".join(lines)
