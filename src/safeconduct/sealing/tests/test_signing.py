"""Is a signature counted only where the right people gave it?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.sealing.signing import (
    epoch_statement,
    has_two_signatures,
    is_signed,
    new_signing_seed,
    sign,
    verifying_key_of,
)

OLENA, TARAS, MARTA = (bytes([number]) * 32 for number in (1, 2, 3))
HOLDERS = {verifying_key_of(OLENA), verifying_key_of(TARAS)}


def signed_by(seed: bytes, message: bytes) -> tuple[bytes, bytes]:
    return verifying_key_of(seed), sign(message, seed=seed)


def test_the_first_vector_of_rfc_8032_holds() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")

    assert verifying_key_of(seed).hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert sign(b"", seed=seed).hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )


@given(st.binary(max_size=200), st.binary(max_size=100))
def test_a_signature_holds_for_its_message_and_nothing_else(message: bytes, noise: bytes) -> None:
    signature = sign(message, seed=OLENA)

    assert is_signed(message, signature, by=verifying_key_of(OLENA))
    assert not is_signed(message + b"!", signature, by=verifying_key_of(OLENA))
    assert not is_signed(message, signature, by=verifying_key_of(TARAS))
    assert not is_signed(message, noise, by=verifying_key_of(OLENA))
    assert not is_signed(message, signature, by=noise)


def test_two_different_holders_are_needed() -> None:
    olena, taras, marta = (signed_by(seed, b"statement") for seed in (OLENA, TARAS, MARTA))

    assert has_two_signatures(b"statement", [olena, taras], holders=HOLDERS)
    assert has_two_signatures(b"statement", [marta, taras, olena], holders=HOLDERS)
    assert not has_two_signatures(b"statement", [], holders=HOLDERS)
    assert not has_two_signatures(b"statement", [olena], holders=HOLDERS)
    assert not has_two_signatures(b"statement", [olena, olena], holders=HOLDERS)
    assert not has_two_signatures(b"statement", [olena, marta], holders=HOLDERS)
    assert not has_two_signatures(b"statement", [olena, (taras[0], olena[1])], holders=HOLDERS)
    assert not has_two_signatures(b"other", [olena, taras], holders=HOLDERS)


@pytest.mark.parametrize(
    "other",
    [
        epoch_statement("appeals", 2, b"k" * 1216),
        epoch_statement("records", 1, b"k" * 1216),
        epoch_statement("appeals", 1, b"l" * 1216),
        epoch_statement("appealsk", 1, b"k" * 1215),
    ],
)
def test_the_statement_of_an_epoch_names_store_number_and_key(other: bytes) -> None:
    assert other != epoch_statement("appeals", 1, b"k" * 1216)


def test_new_seeds_are_different() -> None:
    assert new_signing_seed() != new_signing_seed()
