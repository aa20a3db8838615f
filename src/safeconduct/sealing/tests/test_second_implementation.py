"""Is the library's HPKE really X-Wing and RFC 9180? Published vectors, and a second implementation both ways."""

import hashlib
import os

import pytest

from safeconduct.sealing.envelopes import (
    VERSION,
    Binding,
    key_pair_of,
    new_key_pair,
    open_sealed,
    padded,
    seal,
    unpadded,
)
from safeconduct.sealing.tests import by_hand

# draft-connolly-cfrg-xwing-kem, appendix "Test vectors": seed, eseed and shared secret as printed there; the public
# key (1216 bytes) and the ciphertext (1120 bytes) as their SHA-256.
VECTORS = [
    (
        "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26",
        "3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e2"
        "35b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2",
        "d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384",
        "2e816deebcd76c5c80d0cd2d174478871658e8e2ff42bc9d4a6e486372e856bb",
        "17cd532d657e44c897ca6583e548a5424fc70bf54f99515a4d2bcf99e3469f33",
    ),
    (
        "badfd6dfaac359a5efbb7bcc4b59d538df9a04302e10c8bc1cbf1a0b3a5120ea",
        "17cda7cfad765f5623474d368ccca8af0007cd9f5e4c849f167a580b14aabdef"
        "aee7eef47cb0fca9767be1fda69419dfb927e9df07348b196691abaeb580b32d",
        "f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150",
        "c42ba5f8430d7d2c83739338203819f090e8303ce9c8b02107c272bfa5376916",
        "1661ea86d608a1924ba30840cb0a65f13ae051e3aec9cf0f064efc0bc92f2154",
    ),
    (
        "ef58538b8d23f87732ea63b02b4fa0f4873360e2841928cd60dd4cee8cc0d4c9",
        "22a96188d032675c8ac850933c7aff1533b94c834adbb69c6115bad4692d8619"
        "f90b0cdf8a7b9c264029ac185b70b83f2801f2f4b3f70c593ea3aeeb613a7f1b",
        "953f7f4e8c5b5049bdc771d1dffada0dd961477d1a2ae0988baa7ea6898d893f",
        "6b080d6b84f095342092fa7a22423e58bd681397ad0ef00eac92bd254db4fa95",
        "d3ca5578500344b5896cffc4fd740c9311946b82951df155e6fd86a7966b43c6",
    ),
]
HERE = Binding("letter", "appeals", thread=b"t" * 32, envelope_id=b"e" * 16)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(("seed", "eseed", "secret", "public_key", "ciphertext"), VECTORS)
def test_the_vectors_of_the_x_wing_draft_hold(
    seed: str, eseed: str, secret: str, public_key: str, ciphertext: str
) -> None:
    pair = key_pair_of(bytes.fromhex(seed))

    shared, enc = by_hand.xwing_encapsulate(pair.public_key, bytes.fromhex(eseed))

    assert sha256(pair.public_key) == public_key
    assert sha256(enc) == ciphertext
    assert shared.hex() == secret
    assert by_hand.xwing_decapsulate(pair.seed, enc).hex() == secret


def test_what_the_program_seals_the_second_implementation_opens() -> None:
    pair = new_key_pair()

    blob = seal(b"Can I come with my brother?", to=pair.public_key, binding=HERE)

    assert blob[:1] == VERSION
    assert unpadded(by_hand.hpke_open(blob[1:], seed=pair.seed, info=HERE.encoded())) == b"Can I come with my brother?"


def test_what_the_second_implementation_seals_the_program_opens() -> None:
    pair = new_key_pair()

    blob = VERSION + by_hand.hpke_seal(
        padded(b"Yes, both of you."), public_key=pair.public_key, info=HERE.encoded(), eseed=os.urandom(64)
    )

    assert open_sealed(blob, seed=pair.seed, binding=HERE) == b"Yes, both of you."


def test_the_second_implementation_refuses_another_place_as_the_program_does() -> None:
    pair = new_key_pair()
    blob = seal(b"words", to=pair.public_key, binding=HERE)

    with pytest.raises(Exception, match=r"^$") as refused:
        by_hand.hpke_open(blob[1:], seed=pair.seed, info=Binding("answer", "appeals").encoded())

    assert type(refused.value).__name__ == "InvalidTag"
