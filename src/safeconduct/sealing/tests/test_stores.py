"""Does a store open for those who were admitted, by passphrase, by wrapped key, by paper, and for nobody else?"""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic.wordlist import WORDLIST

from safeconduct.sealing.admission import admission_statement, is_admitted
from safeconduct.sealing.envelopes import Binding, CannotOpen, key_pair_of, lock, seal
from safeconduct.sealing.signing import sign, verifying_key_of
from safeconduct.sealing.stores import (
    KEYS_CONTEXT,
    Halves,
    OperatorKeys,
    PassphraseCost,
    SharesDoNotFit,
    halves_of,
    join_recovery,
    lock_keys,
    new_operator_keys,
    new_passphrase,
    split_recovery,
    unlock_keys,
    unwrap_epoch,
    unwrap_resident,
    wrap_epoch,
    wrap_resident,
)

CHEAP = PassphraseCost(memory_kib=8, time=1)
SALT, SECRET = b"s" * 16, b"f" * 32
OLENA, TARAS, MARTA = (OperatorKeys(bytes([n]) * 32, bytes([n + 100]) * 32) for n in (1, 2, 3))
HOLDERS = {OLENA.verifying_key, TARAS.verifying_key}
RECOVERY_SEED = b"\x31" * 32


def halves(passphrase: str, *, salt: bytes = SALT, secret: bytes = SECRET, cost: PassphraseCost = CHEAP) -> Halves:
    return halves_of(passphrase, salt=salt, secret=secret, cost=cost)


def test_a_passphrase_is_six_words_of_the_list() -> None:
    passphrases = [new_passphrase().split(" ") for _ in range(100)]

    assert all(len(words) == 6 and set(words) <= set(WORDLIST) for words in passphrases)
    assert len({tuple(words) for words in passphrases}) == 100
    assert len(set(WORDLIST)) == 1024  # ten bits a word


@pytest.mark.parametrize(
    "typed",
    [
        "academic acid acne acquire acrobat activity",
        "  Academic ACID\tacne   acquire\nacrobat\u00a0activity ",
        "ａｃａｄｅｍｉｃ acid acne acquire acrobat activity",
    ],
)
def test_a_passphrase_is_read_however_it_was_typed(typed: str) -> None:
    assert halves(typed) == halves("academic acid acne acquire acrobat activity")


def test_everything_that_goes_into_the_halves_changes_both() -> None:
    found = [
        halves("academic acid"),
        halves("acid academic"),
        halves("academicacid"),
        halves("academic acid", salt=b"z" * 16),
        halves("academic acid", secret=b"z" * 32),
        halves("academic acid", cost=PassphraseCost(memory_kib=16, time=1)),
    ]

    every_half = [each.login for each in found] + [each.key for each in found]
    assert len(set(every_half)) == 12
    assert {len(half) for half in every_half} == {32}


def test_a_guess_at_a_passphrase_costs_64_mebibytes_by_default() -> None:
    assert PassphraseCost() == PassphraseCost(memory_kib=65536, time=3)


def test_operators_keys_open_with_the_key_half_only() -> None:
    half = halves("academic acid").key
    blob = lock_keys(OLENA, key=half)

    assert unlock_keys(blob, key=half) == OLENA
    for other in (halves("academic acne").key, halves("academic acid").login):
        with pytest.raises(CannotOpen):
            unlock_keys(blob, key=other)
    with pytest.raises(CannotOpen):
        unlock_keys(lock(b"too short", key=half, context=KEYS_CONTEXT), key=half)
    with pytest.raises(CannotOpen):
        unlock_keys(lock(OLENA.to_bytes(), key=half, context=b"elsewhere"), key=half)


def test_operators_keys_come_back_from_their_bytes() -> None:
    keys = new_operator_keys()

    assert OperatorKeys.from_bytes(keys.to_bytes()) == keys
    assert keys != new_operator_keys()
    with pytest.raises(ValueError, match="64 bytes"):
        OperatorKeys.from_bytes(keys.to_bytes()[:-1])


def test_an_epoch_opens_for_whom_it_was_wrapped_under_its_own_name() -> None:
    seed = b"\x41" * 32
    blob = wrap_epoch(seed, store="appeals", epoch=7, to=OLENA.public_key)

    assert unwrap_epoch(blob, store="appeals", epoch=7, seed=OLENA.seed) == seed
    for store, epoch, opener in [("appeals", 8, OLENA), ("records", 7, OLENA), ("appeals", 7, TARAS)]:
        with pytest.raises(CannotOpen):
            unwrap_epoch(blob, store=store, epoch=epoch, seed=opener.seed)


def test_a_resident_key_opens_for_whom_it_was_wrapped_under_its_own_name_and_number() -> None:
    key, named = b"\x42" * 32, {"store": "bureau", "name": "clocks"}
    blob = wrap_resident(key, **named, number=2, to=OLENA.public_key)

    assert unwrap_resident(blob, **named, number=2, seed=OLENA.seed) == key
    for store, name, number in (("tracing", "clocks", 2), ("bureau", "index", 2), ("bureau", "clocks", 1)):
        with pytest.raises(CannotOpen):
            unwrap_resident(blob, store=store, name=name, number=number, seed=OLENA.seed)
    with pytest.raises(CannotOpen):
        unwrap_epoch(blob, store="bureau", epoch=2, seed=OLENA.seed)


def test_a_wrapped_epoch_that_holds_no_seed_is_refused() -> None:
    binding = Binding("epoch", "appeals", envelope_id=b"\x00\x00\x00\x07")

    with pytest.raises(CannotOpen):
        unwrap_epoch(seal(b"short", to=OLENA.public_key, binding=binding), store="appeals", epoch=7, seed=OLENA.seed)
    with pytest.raises(ValueError, match="32 bytes"):
        wrap_epoch(b"short", store="appeals", epoch=7, to=OLENA.public_key)


def admission_of_marta(*signers: OperatorKeys, store: str = "appeals") -> list[tuple[bytes, bytes]]:
    statement = admission_statement(store, MARTA.public_key, MARTA.verifying_key)
    return [(signer.verifying_key, sign(statement, seed=signer.signing_seed)) for signer in signers]


@pytest.mark.parametrize(
    ("signatures", "admitted"),
    [
        (admission_of_marta(OLENA, TARAS), True),
        (admission_of_marta(OLENA), False),
        (admission_of_marta(OLENA, OLENA), False),
        (admission_of_marta(OLENA, MARTA), False),  # nobody admits herself
        (admission_of_marta(OLENA, TARAS, store="records"), False),
        ([], False),
    ],
)
def test_an_operator_is_admitted_by_two_different_holders(
    signatures: list[tuple[bytes, bytes]], admitted: bool
) -> None:
    assert (
        is_admitted("appeals", MARTA.public_key, MARTA.verifying_key, signatures=signatures, holders=HOLDERS)
        is admitted
    )


def test_an_admission_holds_for_these_keys_only() -> None:
    signatures = admission_of_marta(OLENA, TARAS)
    stranger = new_operator_keys()

    assert not is_admitted("appeals", stranger.public_key, MARTA.verifying_key, signatures=signatures, holders=HOLDERS)
    assert not is_admitted("appeals", MARTA.public_key, stranger.verifying_key, signatures=signatures, holders=HOLDERS)


def test_any_two_of_three_sheets_of_paper_give_the_recovery_key() -> None:
    shares = split_recovery(RECOVERY_SEED)

    assert [len(share.split()) for share in shares] == [33, 33, 33]
    for chosen in [*itertools.permutations(shares, 2), tuple(shares), (shares[0], shares[0], shares[2])]:
        assert join_recovery(chosen) == RECOVERY_SEED
    assert join_recovery(["  " + shares[0].upper().replace(" ", "\n"), shares[1]]) == RECOVERY_SEED


def test_one_sheet_alone_gives_nothing() -> None:
    shares = split_recovery(RECOVERY_SEED)

    for too_few in [[], shares[:1], [shares[0], shares[0]]]:
        with pytest.raises(SharesDoNotFit) as refused:
            join_recovery(too_few)
        assert refused.value.share is None


def test_sheets_of_two_ceremonies_do_not_mix() -> None:
    with pytest.raises(SharesDoNotFit) as refused:
        join_recovery([split_recovery(RECOVERY_SEED)[0], split_recovery(RECOVERY_SEED)[1]])

    assert refused.value.share is None


@given(st.integers(0, 32), st.sampled_from(WORDLIST))
@settings(max_examples=40, deadline=None)
def test_a_wrong_word_is_found_on_its_sheet_and_never_repeated(place: int, word: str) -> None:
    shares = split_recovery(RECOVERY_SEED)
    words = shares[1].split()
    if words[place] == word:
        return

    words[place] = word
    with pytest.raises(SharesDoNotFit) as refused:
        join_recovery([shares[0], " ".join(words)])

    assert refused.value.share == 2
    assert str(refused.value) == "2"


def test_a_word_that_is_not_on_the_list_is_found_on_its_sheet() -> None:
    shares = split_recovery(RECOVERY_SEED)

    with pytest.raises(SharesDoNotFit) as refused:
        join_recovery([shares[0].replace(shares[0].split()[4], "слово"), shares[1]])

    assert refused.value.share == 1
    assert refused.value.__cause__ is None


def test_the_public_halves_are_those_of_the_seeds() -> None:
    assert OLENA.public_key == key_pair_of(OLENA.seed).public_key
    assert OLENA.verifying_key == verifying_key_of(OLENA.signing_seed)


def test_secrets_never_show_in_a_repr() -> None:
    assert repr(OLENA) == "OperatorKeys()"
    assert repr(halves("academic acid")) == "Halves()"
