"""The fixed keys of the tests: known seeds, so that a test can open what the program sealed."""

from safeconduct.sealing.envelopes import KeyPair
from safeconduct.sealing.signify import SecretKey
from safeconduct.sealing.signing import epoch_statement, sign, verifying_key_of

STORE = "appeals"
STORE_KEY = KeyPair(b"\x01" * 32)
INTAKE_KEY = KeyPair(b"\x02" * 32)
RECOVERY_KEY = KeyPair(b"\x03" * 32)
HANDOVER_FRONT_SEED = b"\x04" * 32
HANDOVER_INNER_SEED = b"\x05" * 32
AUDIT_KEY = SecretKey(b"\x0c" * 8, b"\x0d" * 32)
HOLDER_SEEDS = (b"\x06" * 32, b"\x07" * 32)
SALT = b"\x08" * 16
PEPPERS = (b"\x09" * 32,)


def front_config() -> dict[str, object]:
    """What `init` would write into front.json, for the tests of the front alone."""
    statement = epoch_statement(STORE, 1, STORE_KEY.public_key)
    return {
        "FRONT_PURPOSE": "bench",
        "FRONT_PUBLIC_URL": "http://localhost:8000",
        "FRONT_SALT": SALT.hex(),
        "FRONT_INTAKE_KEY": INTAKE_KEY.public_key.hex(),
        "FRONT_HANDOVER_SEED": HANDOVER_FRONT_SEED.hex(),
        "FRONT_INNER_KEY": verifying_key_of(HANDOVER_INNER_SEED).hex(),
        "FRONT_HOLDERS": [verifying_key_of(seed).hex() for seed in HOLDER_SEEDS],
        "FRONT_STORES": {
            STORE: {
                "epoch": 1,
                "public_key": STORE_KEY.public_key.hex(),
                "signatures": [
                    {"by": verifying_key_of(seed).hex(), "signature": sign(statement, seed=seed).hex()}
                    for seed in HOLDER_SEEDS
                ],
            }
        },
        "FRONT_CODE_MEMORY_KIB": 8,
        "FRONT_SECOND_CODES": ["en", "ru", "uk"],
    }
