"""What does a code open, and is it read as people type it?"""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.sealing.threads import (
    NEAR,
    CodeCost,
    Mistyped,
    Thread,
    WrongLength,
    check_digits,
    grouped,
    likely_group,
    new_code,
    read_code,
    root_of,
    signing_seed_of,
    threads_of,
)

CHEAP = CodeCost(memory_kib=8, time=1)
CODE = "4071885233901764902566" + check_digits("4071885233901764902566")


@pytest.mark.parametrize(
    ("number", "check"),
    [
        ("794", "44"),  # the example of ISO 7064
        ("3214282912345698765432" + "1611", "82"),  # GB82 WEST 1234 5698 7654 32
        ("370400440532013000" + "1314", "89"),  # DE89 3704 0044 0532 0130 00
        ("0" * 22, "01"),
    ],
)
def test_check_digits_are_those_of_iso_7064_mod_97_10(number: str, check: str) -> None:
    assert check_digits(number) == check
    assert int(number + check) % 97 == 1


@given(st.text("0123456789", min_size=22, max_size=22))
def test_every_code_with_its_check_digits_is_read(digits: str) -> None:
    code = digits + check_digits(digits)

    assert len(code) == 24
    assert read_code(code) == code
    assert "".join(grouped(code)) == code
    assert [len(group) for group in grouped(code)] == [4] * 6


def test_new_codes_are_whole_and_different() -> None:
    codes = [new_code() for _ in range(200)]

    assert [read_code(code) for code in codes] == codes
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    "typed",
    [
        " ".join(grouped(CODE)),
        "-".join(grouped(CODE)),
        " \u2013 ".join(grouped(CODE)),
        "\u2011".join(grouped(CODE)),
        "\u00a0".join(grouped(CODE)),
        "\u202f".join(grouped(CODE)) + "\n",
        "\u200e" + CODE + "\u200f",
        "(" + "), (".join(grouped(CODE)) + ").",
        "".join(chr(0x0660 + int(digit)) for digit in CODE),  # Arabic-Indic
        "".join(chr(0x06F0 + int(digit)) for digit in CODE),  # Persian
        "".join(chr(0x0966 + int(digit)) for digit in CODE),  # Devanagari
        "".join(chr(0xFF10 + int(digit)) for digit in CODE),  # fullwidth
        "".join(chr(0x1D7CE + int(digit)) for digit in CODE),  # mathematical bold
    ],
)
def test_a_code_is_read_however_it_was_typed(typed: str) -> None:
    assert read_code(typed) == CODE


@pytest.mark.parametrize(
    ("typed", "count"),
    [("", 0), ("no digits", 0), (CODE[:-1], 23), (CODE + "0", 25), (CODE[:-2] + "²³", 22), ("Ⅻ" + CODE[1:], 23)],
)
def test_a_code_of_another_length_is_refused_with_the_count(typed: str, count: int) -> None:
    with pytest.raises(WrongLength) as refused:
        read_code(typed)

    assert refused.value.count == count
    assert str(refused.value) == str(count)


@given(st.integers(0, 23), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place: int, by: int) -> None:
    wrong = CODE[:place] + str((int(CODE[place]) + by) % 10) + CODE[place + 1 :]

    with pytest.raises(Mistyped) as refused:
        read_code(wrong)

    assert str(refused.value) in {"None", "1", "2", "3", "4", "5", "6"}


@given(st.text("0123456789", min_size=22, max_size=22), st.integers(0, 22))
def test_two_swapped_digits_are_always_noticed(digits: str, place: int) -> None:
    code = digits + check_digits(digits)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    if swapped != code:
        with pytest.raises(Mistyped):
            read_code(swapped)


def slips(*, near: float, many: int) -> list[tuple[str, int | None]]:
    """Mistyped codes with the group of the slip, as often as Verhoeff counted each kind; `near`: the share of wrong
    digits that are a neighbouring key. The group is None where the slip is in no single one."""
    chance = random.Random(7)  # noqa: S311  (slips, not keys)
    found: list[tuple[str, int | None]] = []
    while len(found) < many:
        digits = "".join(chance.choices("0123456789", k=22))
        code, place, kind = list(digits + check_digits(digits)), chance.randrange(24), chance.random()
        group: int | None = place // 4 + 1
        if kind < 0.79:
            keys = NEAR[code[place]] if chance.random() < near else "0123456789"
            code[place] = chance.choice(keys)
        elif kind < 0.89 and place < 23:
            code[place], code[place + 1] = code[place + 1], code[place]
        else:
            code, group = chance.choices("0123456789", k=24), None
        if int("".join(code)) % 97 != 1:
            found.append(("".join(code), group))
    return found


@pytest.mark.parametrize(("near", "right_at_least"), [(0.0, 0.55), (0.5, 0.66), (0.75, 0.75)])
def test_the_named_group_is_mostly_the_right_one(near: float, right_at_least: float) -> None:
    mistyped = slips(near=near, many=3000)

    named = [(likely_group(code), group) for code, group in mistyped if likely_group(code)]

    assert len(named) >= 0.3 * len(mistyped)
    assert sum(guess == group for guess, group in named) >= right_at_least * len(named)


def test_no_group_is_named_when_several_explain_the_slip() -> None:
    mistyped = slips(near=0.5, many=500)

    assert sum(likely_group(code) is None for code, _ in mistyped) >= 250


def test_a_code_always_opens_the_same_threads_one_for_each_pepper() -> None:
    root = root_of(CODE, salt=b"s" * 16, cost=CHEAP)

    threads = threads_of(root, [b"new" * 11, b"old" * 11])

    assert threads == threads_of(root_of(CODE, salt=b"s" * 16, cost=CHEAP), [b"new" * 11, b"old" * 11])
    assert threads[1:] == threads_of(root, [b"old" * 11])
    assert len({thread.lookup for thread in threads} | {thread.seed for thread in threads}) == 4
    assert {len(thread.lookup) for thread in threads} == {len(thread.seed) for thread in threads} == {32}
    assert {len(thread.public_key) for thread in threads} == {1216}


def test_code_salt_pepper_and_cost_each_lead_elsewhere() -> None:
    peppers = [b"p" * 32]
    roots = [
        root_of(CODE, salt=b"s" * 16, cost=CHEAP),
        root_of("0" * 22 + "01", salt=b"s" * 16, cost=CHEAP),
        root_of(CODE, salt=b"z" * 16, cost=CHEAP),
        root_of(CODE, salt=b"s" * 16, cost=CodeCost(memory_kib=16, time=1)),
        root_of(CODE, salt=b"s" * 16, cost=CodeCost(memory_kib=8, time=2)),
    ]

    found = [threads_of(root, peppers)[0].lookup for root in roots] + [threads_of(roots[0], [b"q" * 32])[0].lookup]

    assert len(set(found)) == 6


def test_a_code_signs_with_a_key_of_its_own_that_no_pepper_changes() -> None:
    roots = [root_of(code, salt=b"s" * 16, cost=CHEAP) for code in (CODE, "0" * 22 + "01")]
    (thread,) = threads_of(roots[0], [b"p" * 32])

    seeds = [signing_seed_of(root) for root in roots]

    assert seeds[0] == signing_seed_of(root_of(CODE, salt=b"s" * 16, cost=CHEAP))
    assert len({*seeds, *roots, thread.lookup, thread.seed}) == 6
    # As the first release derived it: a later one must derive the same.
    assert signing_seed_of(b"\x11" * 32).hex() == "d9c957fbf8a11b777abb10f93e752681075ae9a5241416bff822cac8baf9e632"


def test_a_guess_at_a_code_costs_eight_mebibytes_by_default() -> None:
    assert CodeCost() == CodeCost(memory_kib=8192, time=1)


def test_the_seed_of_a_thread_never_shows_in_a_repr() -> None:
    assert repr(Thread(b"\x01", b"\x02")) == "Thread(lookup=b'\\x01')"
