"""A second implementation of what sealing stands on, written from the standards; for the tests alone: slow.

ML-KEM-768's encapsulation from FIPS 203, X-Wing from draft-connolly-cfrg-xwing-kem, the base mode of HPKE from
RFC 9180. None of it uses the library's HPKE.
"""

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

Q = 3329
N = 256
K = 3
EK_BYTES = 1184
MLKEM_CIPHERTEXT_BYTES = 1088
CIPHERTEXT_BYTES = MLKEM_CIPHERTEXT_BYTES + 32
XWING_LABEL = b"\\.//^\\"
ROOTS = [pow(17, int(f"{index:07b}"[::-1], 2), Q) for index in range(128)]
Polynomial = list[int]


def mlkem_encapsulate(ek: bytes, message: bytes) -> tuple[bytes, bytes]:
    """FIPS 203, algorithm 17: shared secret and ciphertext, from 32 given bytes instead of random ones."""
    secret_and_coins = hashlib.sha3_512(message + hashlib.sha3_256(ek).digest()).digest()
    return secret_and_coins[:32], _encrypt(ek, message, coins=secret_and_coins[32:])


def xwing_encapsulate(public_key: bytes, eseed: bytes) -> tuple[bytes, bytes]:
    """Section 5.4.1, EncapsulateDerand: shared secret and ciphertext, from 64 given bytes."""
    ephemeral = X25519PrivateKey.from_private_bytes(eseed[32:])
    mlkem_secret, mlkem_ciphertext = mlkem_encapsulate(public_key[:EK_BYTES], eseed[:32])
    x_ciphertext = ephemeral.public_key().public_bytes_raw()
    x_secret = ephemeral.exchange(X25519PublicKey.from_public_bytes(public_key[EK_BYTES:]))
    return _combined(mlkem_secret, x_secret, x_ciphertext, public_key[EK_BYTES:]), mlkem_ciphertext + x_ciphertext


def xwing_decapsulate(seed: bytes, ciphertext: bytes) -> bytes:
    """Section 5.5: the shared secret; ML-KEM and X25519 of the library, each alone, the rest by hand."""
    expanded = hashlib.shake_256(seed).digest(96)
    x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
    mlkem_secret = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).decapsulate(ciphertext[:MLKEM_CIPHERTEXT_BYTES])
    x_ciphertext = ciphertext[MLKEM_CIPHERTEXT_BYTES:]
    x_secret = x25519.exchange(X25519PublicKey.from_public_bytes(x_ciphertext))
    return _combined(mlkem_secret, x_secret, x_ciphertext, x25519.public_key().public_bytes_raw())


def hpke_seal(plaintext: bytes, *, public_key: bytes, info: bytes, eseed: bytes) -> bytes:
    """RFC 9180, single-shot base mode: enc ‖ ciphertext."""
    secret, enc = xwing_encapsulate(public_key, eseed)
    key, nonce = _key_schedule(secret, info)
    return enc + ChaCha20Poly1305(key).encrypt(nonce, plaintext, b"")


def hpke_open(blob: bytes, *, seed: bytes, info: bytes) -> bytes:
    key, nonce = _key_schedule(xwing_decapsulate(seed, blob[:CIPHERTEXT_BYTES]), info)
    return ChaCha20Poly1305(key).decrypt(nonce, blob[CIPHERTEXT_BYTES:], b"")


def _combined(mlkem_secret: bytes, x_secret: bytes, x_ciphertext: bytes, x_public: bytes) -> bytes:
    return hashlib.sha3_256(mlkem_secret + x_secret + x_ciphertext + x_public + XWING_LABEL).digest()


def _key_schedule(secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """RFC 9180, section 5.1, mode 0 without PSK. KEM 0x647a is X-Wing, KDF 1 HKDF-SHA256, AEAD 3 ChaCha20-Poly1305."""
    suite = b"HPKE" + struct.pack(">HHH", 0x647A, 1, 3)

    def extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
        return hmac.digest(salt, b"HPKE-v1" + suite + label + ikm, "sha256")

    def expand(prk: bytes, label: bytes, context: bytes, length: int) -> bytes:
        labelled = struct.pack(">H", length) + b"HPKE-v1" + suite + label + context
        return hmac.digest(prk, labelled + b"\x01", "sha256")[:length]

    context = b"\x00" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    root = extract(secret, b"secret", b"")
    return expand(root, b"key", context, 32), expand(root, b"base_nonce", context, 12)


def _encrypt(ek: bytes, message: bytes, *, coins: bytes) -> bytes:
    """FIPS 203, algorithm 14 (K-PKE.Encrypt) with du = 10 and dv = 4."""
    t_hat = [_decode(ek[384 * i : 384 * (i + 1)], 12) for i in range(K)]
    rho = ek[384 * K :]
    a_hat = [[_sample_ntt(rho + bytes([j, i])) for j in range(K)] for i in range(K)]
    noise = [_sample_noise(coins, number) for number in range(2 * K + 1)]
    y_hat = [_ntt(y) for y in noise[:K]]
    u = [_plus(_inverse_ntt(_dot([a_hat[j][i] for j in range(K)], y_hat)), noise[K + i]) for i in range(K)]
    mu = [_decompress(bit, 1) for bit in _decode(message, 1)]
    v = _plus(_plus(_inverse_ntt(_dot(t_hat, y_hat)), noise[2 * K]), mu)
    return b"".join(_compressed(part, 10) for part in u) + _compressed(v, 4)


def _decode(content: bytes, bits: int) -> Polynomial:
    whole = int.from_bytes(content, "little")
    return [whole >> bits * index & (1 << bits) - 1 for index in range(N)]


def _compressed(polynomial: Polynomial, bits: int) -> bytes:
    whole = 0
    for index, value in enumerate(polynomial):
        whole |= ((((value << bits) + Q // 2) // Q) % (1 << bits)) << bits * index
    return whole.to_bytes(N * bits // 8, "little")


def _decompress(value: int, bits: int) -> int:
    return (value * Q + (1 << bits - 1)) >> bits


def _sample_ntt(seed: bytes) -> Polynomial:
    stream = hashlib.shake_128(seed).digest(3 * N * 4)
    found: Polynomial = []
    for start in range(0, len(stream), 3):
        low, middle, high = stream[start : start + 3]
        found += [value for value in (low + 256 * (middle % 16), middle // 16 + 16 * high) if value < Q]
    return found[:N]


def _sample_noise(coins: bytes, number: int) -> Polynomial:
    bits = _decode(hashlib.shake_256(coins + bytes([number])).digest(128), 4)
    return [(nibble & 1) + (nibble >> 1 & 1) - (nibble >> 2 & 1) - (nibble >> 3 & 1) for nibble in bits]


def _plus(one: Polynomial, other: Polynomial) -> Polynomial:
    return [(a + b) % Q for a, b in zip(one, other, strict=True)]


def _ntt(polynomial: Polynomial) -> Polynomial:
    f, root, length = list(polynomial), 1, 128
    while length >= 2:
        for start in range(0, N, 2 * length):
            for j in range(start, start + length):
                t = ROOTS[root] * f[j + length] % Q
                f[j], f[j + length] = (f[j] + t) % Q, (f[j] - t) % Q
            root += 1
        length //= 2
    return f


def _inverse_ntt(polynomial: Polynomial) -> Polynomial:
    f, root, length = list(polynomial), 127, 2
    while length <= 128:
        for start in range(0, N, 2 * length):
            for j in range(start, start + length):
                t = f[j]
                f[j], f[j + length] = (t + f[j + length]) % Q, ROOTS[root] * (f[j + length] - t) % Q
            root -= 1
        length *= 2
    return [value * 3303 % Q for value in f]


def _dot(one: list[Polynomial], other: list[Polynomial]) -> Polynomial:
    """The sum of products in the NTT domain, FIPS 203 algorithms 11 and 12."""
    total = [0] * N
    for f, g in zip(one, other, strict=True):
        for pair in range(N // 2):
            a0, a1, b0, b1 = f[2 * pair], f[2 * pair + 1], g[2 * pair], g[2 * pair + 1]
            gamma = ROOTS[pair // 2 + 64] * (-1 if pair % 2 else 1)
            total[2 * pair] = (total[2 * pair] + a0 * b0 + a1 * b1 * gamma) % Q
            total[2 * pair + 1] = (total[2 * pair + 1] + a0 * b1 + a1 * b0) % Q
    return total
