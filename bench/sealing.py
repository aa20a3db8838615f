"""What does sealing cost? CPU time of one call, with classical HPKE of the same library as the yardstick.

python -m bench.sealing [--seconds 1.0]
"""

import argparse
import os
import time
from collections.abc import Callable

import cryptography
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from bench.machine import machine_line
from safeconduct.sealing.envelopes import Binding, bucket_for, lock, new_key_pair, open_sealed, padded, seal, unlock
from safeconduct.sealing.stores import PassphraseCost, halves_of
from safeconduct.sealing.threads import CodeCost, new_code, root_of, threads_of

KIB = 1024
SIZES = {"1 KiB": KIB - 8, "64 KiB": 64 * KIB - 8, "1 MiB": 1024 * KIB}
HERE = Binding("letter", "appeals", os.urandom(32), os.urandom(16))
CLASSICAL = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
Call = Callable[[], object]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seconds", type=float, default=1.0, help="how long each line is measured")
    seconds = asked.parse_args().seconds

    print(f"Machine: {machine_line()}, cryptography {cryptography.__version__}")
    print(f"Command: python -m bench.sealing --seconds {seconds:g}")
    print()
    print("| what | calls | ours, CPU us | X25519 HPKE, CPU us | times |")
    print("|---|--:|--:|--:|--:|")
    for name, (ours, yardstick) in pairs().items():
        print(line(name, ours, yardstick, seconds=seconds))


def pairs() -> dict[str, tuple[Call, Call | None]]:
    """Each line of the table: our call, and the yardstick that does the same in the classical suite."""
    found: dict[str, tuple[Call, Call | None]] = {
        "new key pair": (lambda: new_key_pair().public_key, lambda: X25519PrivateKey.generate().public_key())
    }
    for name, length in SIZES.items():
        found |= sealed_pairs(name, os.urandom(length))
    key, form = os.urandom(32), os.urandom(2 * KIB)
    locked = lock(form, key=key, context=b"form")
    code, salt, secret = new_code(), os.urandom(16), os.urandom(32)
    root, peppers = root_of(code, salt=salt, cost=CodeCost()), [os.urandom(32)]
    return found | {
        "lock a form of 2 KiB": (lambda: lock(form, key=key, context=b"form"), None),
        "unlock a form of 2 KiB": (lambda: unlock(locked, key=key, context=b"form"), None),
        "Argon2id of a code (8 MiB, t=1)": (lambda: root_of(code, salt=salt, cost=CodeCost()), None),
        "thread of a root, with its public key": (lambda: threads_of(root, peppers)[0].public_key, None),
        "Argon2id of a passphrase (64 MiB, t=3)": (
            lambda: halves_of("six words", salt=salt, secret=secret, cost=PassphraseCost()),
            None,
        ),
    }


def sealed_pairs(name: str, words: bytes) -> dict[str, tuple[Call, Call]]:
    pair, classical = new_key_pair(), X25519PrivateKey.generate()
    public, classical_public, info = pair.public_key, classical.public_key(), HERE.encoded()
    # The yardstick gets the padded bytes, so that both ciphers do the same work.
    content = padded(words)
    sealed = seal(words, to=public, binding=HERE)
    classical_sealed = CLASSICAL.encrypt(content, classical_public, info)
    bucket = f"{name} (padded to {bucket_for(len(content)):,})"
    return {
        f"seal {bucket}": (
            lambda: seal(words, to=public, binding=HERE),
            lambda: CLASSICAL.encrypt(content, classical_public, info),
        ),
        f"open {bucket}": (
            lambda: open_sealed(sealed, seed=pair.seed, binding=HERE),
            lambda: CLASSICAL.decrypt(classical_sealed, classical, info),
        ),
    }


def line(name: str, ours: Call, yardstick: Call | None, *, seconds: float) -> str:
    calls, cost = measured(ours, seconds=seconds)
    if yardstick is None:
        return f"| {name} | {calls:,} | {cost:,.1f} | | |"
    _, other = measured(yardstick, seconds=seconds)
    return f"| {name} | {calls:,} | {cost:,.1f} | {other:,.1f} | {cost / other:.1f} |"


def measured(call: Call, *, seconds: float) -> tuple[int, float]:
    """How many calls fitted into `seconds`, and the mean CPU time of one in microseconds."""
    call()
    calls, started, ends_at = 0, time.process_time(), time.monotonic() + seconds
    while time.monotonic() < ends_at:
        call()
        calls += 1
    return calls, (time.process_time() - started) / calls * 1e6


if __name__ == "__main__":
    main()
