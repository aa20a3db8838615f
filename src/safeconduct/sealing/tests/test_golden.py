"""Does everything that version 1 ever wrote still open? `golden/version-1.json` is never written again."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from safeconduct.sealing.admission import is_admitted
from safeconduct.sealing.envelopes import Binding, key_pair_of, open_sealed, unlock
from safeconduct.sealing.signify import read_public_file, read_secret_file, verify_embedded
from safeconduct.sealing.signing import epoch_statement
from safeconduct.sealing.stores import (
    OperatorKeys,
    PassphraseCost,
    halves_of,
    join_recovery,
    unlock_keys,
    unwrap_epoch,
)
from safeconduct.sealing.threads import CodeCost, root_of, threads_of

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "golden" / "version-1.json").read_text("utf-8"))


def kept(kind: str, name: str) -> bytes:
    return bytes.fromhex(GOLDEN[kind][name])


def operator_keys() -> OperatorKeys:
    return OperatorKeys(kept("operator", "seed"), kept("operator", "signing_seed"))


@pytest.mark.parametrize("letter", GOLDEN["sealed"], ids=lambda letter: str(letter["binding"]["purpose"]))
def test_an_old_letter_opens(letter: dict[str, Any]) -> None:
    place = letter["binding"]
    binding = Binding(
        place["purpose"], place["store"], bytes.fromhex(place["thread"]), bytes.fromhex(place["envelope_id"])
    )

    opened = open_sealed(bytes.fromhex(letter["blob"]), seed=bytes.fromhex(letter["seed"]), binding=binding)

    assert opened.decode() == letter["words"]


def test_an_old_form_opens() -> None:
    opened = unlock(kept("locked", "blob"), key=kept("locked", "key"), context=kept("locked", "context"))

    assert opened.decode() == GOLDEN["locked"]["words"]


def test_an_old_code_leads_to_its_thread() -> None:
    root = root_of(GOLDEN["thread"]["code"], salt=kept("thread", "salt"), cost=CodeCost())
    (thread,) = threads_of(root, [kept("thread", "pepper")])

    assert root == kept("thread", "root")
    assert thread.lookup == kept("thread", "lookup")
    assert thread.seed == kept("thread", "seed")
    assert hashlib.sha256(thread.public_key).hexdigest() == GOLDEN["thread"]["public_key_sha256"]


def test_an_old_passphrase_opens_the_operators_keys() -> None:
    halves = halves_of(
        GOLDEN["operator"]["passphrase"],
        salt=kept("operator", "salt"),
        secret=kept("operator", "secret"),
        cost=PassphraseCost(),
    )

    assert halves.login == kept("operator", "login")
    assert unlock_keys(kept("operator", "locked_keys"), key=halves.key) == operator_keys()


def test_an_old_epoch_opens_and_its_statement_is_the_same() -> None:
    store, epoch = GOLDEN["epoch"]["store"], GOLDEN["epoch"]["epoch"]

    seed = unwrap_epoch(kept("epoch", "wrapped"), store=store, epoch=epoch, seed=operator_keys().seed)

    statement = epoch_statement(store, epoch, key_pair_of(seed).public_key)
    assert seed == kept("epoch", "seed")
    assert hashlib.sha256(statement).hexdigest() == GOLDEN["epoch"]["statement_sha256"]


def test_an_old_admission_counts() -> None:
    keys = operator_keys()
    signatures = [(bytes.fromhex(by), bytes.fromhex(made)) for by, made in GOLDEN["admission"]["signatures"]]
    holders = {by for by, _ in signatures}

    assert is_admitted("appeals", keys.public_key, keys.verifying_key, signatures=signatures, holders=holders)


@pytest.mark.parametrize("sheets", [(0, 1), (1, 2), (2, 0)])
def test_old_sheets_of_paper_give_the_recovery_key(sheets: tuple[int, int]) -> None:
    shares = [GOLDEN["recovery"]["shares"][sheet] for sheet in sheets]

    assert join_recovery(shares) == kept("recovery", "seed")


def test_old_signed_pages_are_verified() -> None:
    files = {name: content.encode() for name, content in GOLDEN["signify"].items()}

    key = read_secret_file(files["secret"])

    assert read_public_file(files["public"]) == key.public
    assert verify_embedded(files["signed"], by=key.public) == b"SHA256 (index.html) = 00\n"
