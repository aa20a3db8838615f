"""What does a code open? One thread: a lookup id and a key pair, both drawn from the 24 digits."""

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from safeconduct.sealing.envelopes import key_pair_of

CODE_DIGITS = 24
RANDOM_DIGITS = 22
GROUP = 4
# For guessing where a slip is: which keys lie side by side, in a row or on a telephone's pad, and how likely each
# single slip is against a wrong digit from farther away.
NEAR = dict(zip("0123456789", ["89", "24", "135", "246", "1357", "2468", "3579", "468", "0579", "068"], strict=True))
NEAR_KEY, FAR_KEY, SWAP, OTHER_SLIP = 3.0, 1.0, 3.0, 0.5
STANDS_OUT = 0.6


class WrongLength(ValueError):
    """Not 24 digits; `count` is how many were found."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class Mistyped(ValueError):
    """The check digits do not fit; `group` (1 to 6) is where the slip most likely is, or None."""

    def __init__(self, group: int | None) -> None:
        super().__init__(group)
        self.group = group


@dataclass(frozen=True)
class CodeCost:
    """What one guess at a code costs. Source: RFC 9106; one lane."""

    memory_kib: int = 8192
    time: int = 1


@dataclass(frozen=True)
class Thread:
    """`lookup` finds the rows of a thread and opens nothing; `seed` opens its answers."""

    lookup: bytes
    seed: bytes = field(repr=False)

    @property
    def public_key(self) -> bytes:
        return key_pair_of(self.seed).public_key


def new_code() -> str:
    """24 digits: 22 random ones (73 bits) and two check digits (ISO 7064 MOD 97-10)."""
    digits = f"{secrets.randbelow(10**RANDOM_DIGITS):0{RANDOM_DIGITS}d}"
    return digits + check_digits(digits)


def check_digits(digits: str) -> str:
    """ISO 7064 MOD 97-10: the two digits that make the whole number congruent to 1."""
    return f"{(98 - int(digits + '00') % 97) % 97:02d}"


def grouped(code: str) -> list[str]:
    return [code[start : start + GROUP] for start in range(0, CODE_DIGITS, GROUP)]


def read_code(typed: str) -> str:
    """The code in ASCII digits, from what a person typed: decimal digits of any script, anything between them.

    Raises `WrongLength`, or `Mistyped` where the check digits do not fit. No message holds what was typed.
    """
    digits = "".join(str(unicodedata.decimal(sign, "")) for sign in typed)
    if len(digits) != CODE_DIGITS:
        raise WrongLength(len(digits))
    if int(digits) % 97 != 1:
        raise Mistyped(likely_group(digits))
    return digits


def likely_group(digits: str) -> int | None:
    """The one group (1 to 6) in which a common slip would explain the wrong check digits; None where none stands out.

    Two check digits cannot say more: of the slips that Verhoeff counted (Error Detecting Decimal Codes, 1969: 79 %
    one wrong digit, 10 % two neighbours swapped) it names a group for about 36 % and is right in about 73 % of them
    where half of the wrong digits are a neighbouring key, in 60 % where the keys play no part.
    """
    weights = [0.0] * (CODE_DIGITS // GROUP)
    off_by = int(digits) - 1
    for place, sign in enumerate(digits):
        unit = 10 ** (CODE_DIGITS - 1 - place)
        for meant in "0123456789":
            if (off_by + (int(meant) - int(sign)) * unit) % 97 == 0:
                weights[place // GROUP] += NEAR_KEY if meant in NEAR[sign] else FAR_KEY
        following = digits[place + 1 : place + 2]
        if following and following != sign and (off_by + (int(following) - int(sign)) * (unit - unit // 10)) % 97 == 0:
            weights[place // GROUP] += SWAP / 2
            weights[(place + 1) // GROUP] += SWAP / 2
    best = max(weights)
    return weights.index(best) + 1 if best > STANDS_OUT * (sum(weights) + OTHER_SLIP) else None


def root_of(code: str, *, salt: bytes, cost: CodeCost) -> bytes:
    """The slow part, 32 bytes. `code` as `read_code` gives it; `salt` is the installation's."""
    return hash_secret_raw(code.encode(), salt, cost.time, cost.memory_kib, 1, 32, Type.ID)


def threads_of(root: bytes, peppers: Sequence[bytes]) -> list[Thread]:
    """One thread for each pepper, newest first. Always all of them, so that age does not show in time."""
    return [Thread(_derived(root, pepper, b"lookup"), _derived(root, pepper, b"seed")) for pepper in peppers]


def signing_seed_of(root: bytes) -> bytes:
    """By this the code signs what is sent under it, whatever the peppers: a new thread of it is known by that."""
    return _derived(root, b"", b"signing")


def _derived(root: bytes, pepper: bytes, what: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=pepper, info=b"safeconduct/thread/1/" + what).derive(root)
