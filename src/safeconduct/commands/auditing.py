"""Does the audit hold, and what is to be kept of it on paper?"""

import re
from argparse import Namespace

from django.conf import settings

from safeconduct.audit.lookups import last_signed_heads
from safeconduct.audit.models import SignedHead
from safeconduct.audit.verifying import agrees, verify, verify_heads
from safeconduct.commands.errors import Refusal
from safeconduct.sealing.signify import public_file

PAPER = re.compile(r"([a-z]{1,20}):(\d{1,18}):([0-9a-f]{64})")
IN_GROUP, IN_ROW = 4, 32


def verify_audit(args: Namespace) -> None:
    """Refuses when one line was changed, dropped or put elsewhere, or a signed or printed head does not fit."""
    papers = [_read(typed) for typed in args.paper]
    problems = [f"{one.store}, line {one.seq}: {one.what}" for one in verify()]
    problems += [f"{one.store}, line {one.seq}: {one.what}" for one in verify_heads(by=settings.INNER_AUDIT_KEY.public)]
    problems += [problem for paper in papers if (problem := _difference(*paper))]
    if problems:
        raise Refusal("The audit does not hold: " + "; ".join(problems) + ".")
    print("Every chain holds.")
    for head in last_signed_heads():
        print(f"{head.store}: signed up to line {head.seq} on {head.on}.")
    for store, seq, _hash in papers:
        print(f"{store}: as on the paper up to line {seq}.")


def print_heads(_args: Namespace) -> None:
    """The last signed head of each chain, to be kept away from the machine."""
    heads = last_signed_heads()
    if not heads:
        raise Refusal("No head is signed yet: the worker signs them once a day.")
    print("Heads of the audit. Keep this on paper, away from the machine; to compare it with the chain:")
    print("  safeconduct audit verify --paper 'STORE:LINE:HASH'")
    for head in heads:
        print("\n" + _on_paper(head))
    print("\nsigned with the audit key of this site, whose public half is")
    print("  " + public_file(settings.INNER_AUDIT_KEY.public).decode().splitlines()[1])


def _on_paper(head: SignedHead) -> str:
    hash = bytes(head.hash).hex()
    rows = [_in_groups(hash[start : start + IN_ROW]) for start in range(0, len(hash), IN_ROW)]
    return "\n".join(
        [
            f"store      {head.store}",
            f"line       {head.seq}",
            f"signed on  {head.on}, as number {head.number}",
            "hash       " + "\n           ".join(rows),
            "signature  " + head.signature.splitlines()[1],
        ]
    )


def _in_groups(digits: str) -> str:
    return " ".join(digits[start : start + IN_GROUP] for start in range(0, len(digits), IN_GROUP))


def _read(typed: str) -> tuple[str, int, bytes]:
    """What stands on the paper; blanks between the groups do not matter."""
    found = PAPER.fullmatch("".join(typed.split()).lower())
    if found is None:
        raise Refusal("A head is given as STORE:LINE:HASH with all 64 signs of the hash, as audit heads prints them.")
    return found[1], int(found[2]), bytes.fromhex(found[3])


def _difference(store: str, seq: int, hash: bytes) -> str:
    match agrees(store, seq, hash):
        case None:
            return (
                f"{store}, line {seq} stands on the paper and not here, so this database is older than the paper "
                "(brought back from a backup?), or its end was cut off"
            )
        case False:
            return f"{store}, line {seq}: not as on the paper, so it or a line before it was changed"
    return ""
