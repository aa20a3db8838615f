"""Two who are to hold a store, as they are given on the command line, and what is shown to them once."""

from safeconduct.commands.errors import Refusal
from safeconduct.inner.operators.actions import Enrolment
from safeconduct.inner.site.ceremony import Holder


def holder(text: str) -> Holder:
    username, _, rest = text.partition(":")
    name, _, roles = rest.partition(":")
    if not username or not name:
        raise Refusal("A holder is given as USERNAME:NAME or USERNAME:NAME:ROLE,ROLE.")
    return Holder(username, name, frozenset((roles or "operator").split(",")))


def as_values(one: Enrolment) -> dict[str, object]:
    return {
        "name": one.operator.name,
        "username": one.operator.username,
        "passphrase": one.passphrase,
        "totp_secret": one.totp_secret,
        "recovery_codes": list(one.recovery_codes),
        **({"duress_words": one.duress_words} if one.duress_words else {}),
        "roles": sorted(one.operator.roles),
    }


def on_paper(one: Enrolment) -> list[str]:
    return [
        f"{one.operator.name}, logs in as {one.operator.username}",
        f"  six words                 {one.passphrase}",
        f"  for the authenticator     {one.totp_secret}",
        *_recovery_codes(one),
        *([f"  six words for duress      {one.duress_words}"] if one.duress_words else []),
        "",
    ]


def _recovery_codes(one: Enrolment) -> list[str]:
    """Two lines of five; they stand in for the telephone."""
    before = "  recovery codes, each once "
    codes = [f"{code[:4]} {code[4:]}" for code in one.recovery_codes]
    rows = ["   ".join(codes[at : at + 5]) for at in range(0, len(codes), 5)]
    return [f"{before if number == 0 else '':{len(before)}}{row}" for number, row in enumerate(rows)]
