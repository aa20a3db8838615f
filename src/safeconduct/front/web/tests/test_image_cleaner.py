"""The process that decodes pictures: nothing but points comes out of it, and it can reach nothing."""

import socket
import subprocess
import sys
import warnings
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from safeconduct.front.web import images
from safeconduct.front.web.errors import NotAPicture
from safeconduct.front.web.image_cleaner import MAX_PIXELS
from safeconduct.front.web.tests.test_files import picture


def shut_in_and(code: str, *, before: str = "") -> "subprocess.CompletedProcess[str]":
    """Run `code` where the cleaner would look at the first byte; it says first what it could not shut."""
    script = f"import os, socket, sys; from safeconduct.front.web import image_cleaner as cleaner; {before}\n"
    script += f"print(*cleaner.shut_in(), flush=True); {code}"
    return subprocess.run([sys.executable, "-I", "-c", script], env={}, capture_output=True, text=True, timeout=20)


def is_shut(what: str, done: "subprocess.CompletedProcess[str]") -> bool:
    """As the process itself says. What is open on this machine stands among the warnings of the run."""
    if what not in done.stdout.split():
        return True
    warnings.warn(f"This kernel cannot shut {what}: only the limits hold the decoder of pictures.", stacklevel=2)
    return False


def test_a_large_picture_of_a_telephone_fits_into_the_limits() -> None:
    large = picture(size=(7296, 5472))

    with Image.open(BytesIO(images.cleaned(large))) as clean:
        assert clean.size == (5472, 7296)


def test_a_picture_that_unpacks_into_gigabytes_is_refused() -> None:
    bomb = BytesIO()
    Image.new("1", (30_000, 30_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 200_000

    with pytest.raises(NotAPicture):
        images.cleaned(bomb.getvalue())


def test_one_point_too_many_is_refused_before_it_is_decoded() -> None:
    wide = BytesIO()
    Image.new("1", (MAX_PIXELS + 1, 1)).save(wide, "PNG")

    with pytest.raises(NotAPicture):
        images.cleaned(wide.getvalue())


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n" + b"x" * 100, b"BM" + bytes(200)])
def test_what_does_not_decode_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        images.cleaned(content)


def test_a_picture_cut_off_is_refused() -> None:
    whole = picture()

    with pytest.raises(NotAPicture):
        images.cleaned(whole[: len(whole) // 2])


def test_transparency_stays() -> None:
    written = BytesIO()
    Image.new("RGBA", (4, 4), (10, 20, 30, 40)).save(written, "PNG")

    with Image.open(BytesIO(images.cleaned(written.getvalue()))) as clean:
        assert clean.getpixel((0, 0)) == (10, 20, 30, 40)


def test_the_process_opens_no_file_no_socket_and_takes_no_more_memory() -> None:
    for code in ("os.open('/etc/passwd', os.O_RDONLY)", "socket.socket()"):
        assert "Too many open files" in shut_in_and(code).stderr
    assert "MemoryError" in shut_in_and("bytearray(600 * 1024 * 1024)").stderr


# Whoever has taken over the decoder may close its own pipes to have room for another file.


@pytest.mark.parametrize("way", ["os.O_RDONLY", "os.O_WRONLY", "os.O_RDWR | os.O_CREAT"])
def test_the_process_opens_no_file_even_after_closing_its_own(tmp_path: Path, way: str) -> None:
    (tmp_path / "file").write_bytes(b"as it was")

    done = shut_in_and(f"os.close(0); os.open({str(tmp_path / 'file')!r}, {way})")

    assert ("PermissionError" in done.stderr) is is_shut("files", done)
    assert (tmp_path / "file").read_bytes() == b"as it was"


def test_the_process_becomes_no_other_program() -> None:
    done = shut_in_and("os.close(0); os.close(1); os.execv('/bin/true', ['true'])")

    assert ("PermissionError" in done.stderr) is is_shut("files", done)


def test_the_process_cannot_look_into_the_one_that_started_it() -> None:
    done = shut_in_and("os.close(0); os.open(f'/proc/{os.getppid()}/mem', os.O_RDONLY)")

    assert "PermissionError" in done.stderr or not is_shut("files", done)


def test_the_process_reaches_nobody_who_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()

        done = shut_in_and(f"os.close(0); socket.create_connection({address!r}, 2)")

    assert ("Error" in done.stderr) is is_shut("network", done)
    assert "Too many open files" not in done.stderr


@pytest.mark.parametrize(
    ("kernel", "said"),
    [
        ("cleaner.LANDLOCK_CREATE_RULESET = -1", {"files"}),
        ("cleaner.LANDLOCK_RESTRICT_SELF = -1", {"files"}),
        ("cleaner.LANDLOCK_CREATE_RULESET = cleaner.CLONE_NEWNET = -1", {"files", "network"}),
    ],
)
def test_what_an_older_kernel_cannot_shut_is_said(tmp_path: Path, kernel: str, said: set[str]) -> None:
    (tmp_path / "file").touch()

    done = shut_in_and(f"os.close(0); os.open({str(tmp_path / 'file')!r}, os.O_RDONLY)", before=kernel)

    assert said <= set(done.stdout.split())
    assert done.stderr == "", "the file was opened, as the process said"


def test_the_process_is_told_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONT_CONFIG", "/secret")
    monkeypatch.setattr(images, "CLEANER", (sys.executable, "-I", "-c", "import os; print(sorted(os.environ))"))

    assert b"FRONT_CONFIG" not in images.cleaned(b"x")


def test_a_process_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "CLEANER", (sys.executable, "-I", "-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(images, "WALL_SECONDS", 0.3)

    with pytest.raises(NotAPicture):
        images.cleaned(picture())


def test_a_process_that_never_stops_writing_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = "import sys\nwhile True: sys.stdout.buffer.write(bytes(1 << 20))"
    monkeypatch.setattr(images, "CLEANER", (sys.executable, "-I", "-c", endless))
    monkeypatch.setattr(images, "MAX_CLEANED_BYTES", 4 << 20)

    with pytest.raises(NotAPicture):
        images.cleaned(picture())


def test_nothing_of_the_picture_is_printed() -> None:
    done = subprocess.run(images.CLEANER, input=b"\xff\xd8\xffSECRET", env={}, capture_output=True, check=False)

    assert done.returncode != 0
    assert (done.stdout, done.stderr) == (b"", b"")
