"""Can anybody check our files with OpenBSD's own program, and we theirs? Both ways, with the real one."""

import base64
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeconduct.sealing.signify import (
    NotSignifyFile,
    NotVerified,
    SecretKey,
    new_key,
    public_file,
    read_public_file,
    read_secret_file,
    secret_file,
    sign_detached,
    sign_embedded,
    verify_detached,
    verify_embedded,
)

KEY = SecretKey(b"\x01" * 8, b"\x02" * 32)
STATEMENTS = "Заява перша\nзаява друга\n".encode()


def signify(*arguments: str, folder: Path) -> bool:
    """Did the real program agree?"""
    program = shutil.which("signify-openbsd") or shutil.which("signify")
    if not program:
        pytest.fail("The program signify is missing. Please install it: apt install signify-openbsd")
    return subprocess.run([program, *arguments], cwd=folder, capture_output=True, check=False).returncode == 0


def test_the_real_program_verifies_what_we_signed(tmp_path: Path) -> None:
    (tmp_path / "our.pub").write_bytes(public_file(KEY.public))
    (tmp_path / "message").write_bytes(STATEMENTS)
    (tmp_path / "embedded.sig").write_bytes(sign_embedded(STATEMENTS, key=KEY))
    (tmp_path / "detached.sig").write_bytes(sign_detached(STATEMENTS, key=KEY, comment="verify with our.pub"))

    assert signify("-V", "-e", "-p", "our.pub", "-x", "embedded.sig", "-m", "opened", folder=tmp_path)
    assert (tmp_path / "opened").read_bytes() == STATEMENTS
    assert signify("-V", "-p", "our.pub", "-x", "detached.sig", "-m", "message", folder=tmp_path)

    (tmp_path / "message").write_bytes(STATEMENTS + b"!")
    assert not signify("-V", "-p", "our.pub", "-x", "detached.sig", "-m", "message", folder=tmp_path)


def test_the_real_program_signs_with_our_key_and_makes_our_very_bytes(tmp_path: Path) -> None:
    (tmp_path / "our.sec").write_bytes(secret_file(KEY))
    (tmp_path / "message").write_bytes(STATEMENTS)

    assert signify("-S", "-e", "-s", "our.sec", "-m", "message", "-x", "embedded.sig", folder=tmp_path)

    assert (tmp_path / "embedded.sig").read_bytes() == sign_embedded(STATEMENTS, key=KEY, comment="verify with our.pub")


def test_we_verify_what_the_real_program_signed_with_its_own_key(tmp_path: Path) -> None:
    (tmp_path / "message").write_bytes(STATEMENTS)
    assert signify("-G", "-n", "-p", "their.pub", "-s", "their.sec", folder=tmp_path)
    assert signify("-S", "-e", "-s", "their.sec", "-m", "message", "-x", "embedded.sig", folder=tmp_path)
    assert signify("-S", "-s", "their.sec", "-m", "message", "-x", "detached.sig", folder=tmp_path)

    theirs = read_public_file((tmp_path / "their.pub").read_bytes())

    assert read_secret_file((tmp_path / "their.sec").read_bytes()).public == theirs
    assert verify_embedded((tmp_path / "embedded.sig").read_bytes(), by=theirs) == STATEMENTS
    verify_detached(STATEMENTS, (tmp_path / "detached.sig").read_bytes(), by=theirs)


@given(st.binary(max_size=300))
def test_what_we_signed_we_verify(message: bytes) -> None:
    assert verify_embedded(sign_embedded(message, key=KEY), by=KEY.public) == message


@given(st.data())
def test_one_changed_bit_and_nothing_is_verified(data: st.DataObject) -> None:
    signed = sign_embedded(STATEMENTS, key=KEY)
    # The comment is untrusted, so it may change: the bits after it may not.
    first = signed.index(b"\n") + 1
    bit = data.draw(st.integers(first * 8, len(signed) * 8 - 1))
    changed = bytearray(signed)
    changed[bit // 8] ^= 1 << bit % 8

    with pytest.raises((NotVerified, NotSignifyFile)):
        verify_embedded(bytes(changed), by=KEY.public)


def test_another_key_does_not_verify_even_with_the_same_number() -> None:
    signed = sign_embedded(STATEMENTS, key=KEY)

    with pytest.raises(NotVerified):
        verify_embedded(signed, by=new_key().public)
    with pytest.raises(NotVerified):
        verify_embedded(signed, by=SecretKey(KEY.number, b"\x03" * 32).public)


def test_keys_come_back_from_their_files() -> None:
    key = new_key()

    assert read_secret_file(secret_file(key)) == key
    assert read_public_file(public_file(key.public)) == key.public


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"untrusted comment: alone\n",
        public_file(KEY.public)[:-1],
        public_file(KEY.public) + b"more",
        public_file(KEY.public).replace(b"untrusted", b"trusted"),
        public_file(KEY.public).replace(b"RW", b"!!"),
        public_file(KEY.public).replace(b"RW", b"AA"),
        sign_detached(b"", key=KEY),
        secret_file(KEY),
    ],
)
def test_a_file_that_is_no_public_key_is_refused(content: bytes) -> None:
    with pytest.raises(NotSignifyFile):
        read_public_file(content)


def secret_file_with(change: int, *, at: int) -> bytes:
    comment, encoded, _ = secret_file(KEY).split(b"\n")
    content = bytearray(base64.b64decode(encoded))
    content[at] ^= change
    return comment + b"\n" + base64.b64encode(content) + b"\n"


@pytest.mark.parametrize("at", [2, 24, 60, 100])
def test_a_damaged_secret_key_is_refused(at: int) -> None:
    assert read_secret_file(secret_file_with(0, at=at)) == KEY
    with pytest.raises(NotSignifyFile):
        read_secret_file(secret_file_with(1, at=at))


def test_a_secret_key_locked_with_a_passphrase_is_refused() -> None:
    rounds_end = 7
    with pytest.raises(NotSignifyFile):
        read_secret_file(secret_file_with(42, at=rounds_end))


def test_a_key_has_one_spelling_only() -> None:
    signed = sign_detached(b"", key=KEY)
    respelt = signed.replace(signed[-3:], bytes([signed[-3] + 1]) + signed[-2:])

    assert base64.b64decode(respelt.split(b"\n")[1]) == base64.b64decode(signed.split(b"\n")[1])
    with pytest.raises(NotSignifyFile):
        verify_detached(b"", respelt, by=KEY.public)


def test_a_comment_is_one_line() -> None:
    with pytest.raises(ValueError, match="one printable line"):
        sign_detached(b"", key=KEY, comment="two\nlines")
    with pytest.raises(ValueError, match="one printable line"):
        sign_detached(b"", key=KEY, comment="x" * 201)


def test_the_seed_never_shows_in_a_repr() -> None:
    assert repr(KEY) == f"SecretKey(number={KEY.number!r})"
