"""Decodes one picture and writes it anew: nothing but its points comes out. Runs as a process of its own.

    python -I -m safeconduct.front.web.image_cleaner < picture > picture

Ends with status 0 and the picture, or with another status and nothing to use. A decoder is the likeliest place for
a hole, so this process has no keys and no environment, and shuts itself in before it looks at the first byte.
"""

import contextlib
import ctypes
import os
import resource
import sys
from io import BytesIO

from PIL import Image, ImageOps

from safeconduct.front.web.errors import NotAPicture

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 10
MAX_PIXELS = 40_000_000
# What comes out for what comes in; of a moving picture the first frame.
FORMATS = {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "GIF": "PNG"}
QUALITY = 85

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 4, 38
LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF = 444, 446
LANDLOCK_ASK_VERSION = 1
# How many kinds of access to files each version of Landlock knows; later ones at least as many as the last.
FILE_ACCESSES = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
# From version 4: binding and connecting; from 6: sockets without a name in the file system, and signals.
NET_ACCESSES, NET_SINCE = 0b11, 4
SCOPES, SCOPES_SINCE = 0b11, 6


def cleaned(content: bytes) -> bytes:
    """The picture in `content`, upright and without metadata, in the format that `FORMATS` gives.

    Raises `NotAPicture`, or whatever Pillow raises.
    """
    with Image.open(BytesIO(content), formats=tuple(FORMATS)) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise NotAPicture
        out = FORMATS[str(opened.format)]
        picture = ImageOps.exif_transpose(opened)
    if out == "JPEG":
        picture = picture.convert("L" if picture.mode == "L" else "RGB")
    else:
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    # Pillow would write comments, profiles and time stamps again that it finds here.
    picture.info = {}
    written = BytesIO()
    picture.save(written, out, quality=QUALITY)
    return written.getvalue()


def shut_in() -> list[str]:
    """No file, no network, no other process; little memory, little time.

    What this system cannot shut stays open and comes back: "files", "network". The limits hold in any case.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    has_own_network = libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0
    landlock = _forbid_everything(libc)
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(limit, (value, value))
    is_shut = {"files": landlock >= 1, "network": has_own_network or landlock >= NET_SINCE}
    return [what for what, shut in is_shut.items() if not shut]


def _forbid_everything(libc: ctypes.CDLL) -> int:
    """Landlock with no rule at all: no file, no connection, and no process outside can be traced or signalled.

    Its version once it holds; 0 where the kernel has none.
    """
    version: int = libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, LANDLOCK_ASK_VERSION)
    if version < 1:
        return 0
    handled = [(1 << FILE_ACCESSES.get(version, max(FILE_ACCESSES.values()))) - 1]
    if version >= NET_SINCE:
        handled.append(NET_ACCESSES)
    if version >= SCOPES_SINCE:
        handled.append(SCOPES)
    attributes = (ctypes.c_uint64 * len(handled))(*handled)
    rules = libc.syscall(LANDLOCK_CREATE_RULESET, attributes, ctypes.sizeof(attributes), 0)
    if rules < 0:
        return 0
    holds = libc.syscall(LANDLOCK_RESTRICT_SELF, rules, 0) == 0
    os.close(rules)
    return version if holds else 0


def _load_decoders() -> None:
    """Each format once there and back: Pillow loads its parts when first used, and shut in nothing can be loaded."""
    for name in FORMATS:
        written = BytesIO()
        Image.new("RGB", (1, 1)).save(written, name)
        cleaned(written.getvalue())


def main() -> None:
    _load_decoders()
    shut_in()
    picture = cleaned(sys.stdin.buffer.read())
    sys.stdout.buffer.write(picture)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    # An error must not print: its message may hold bytes of the picture.
    with contextlib.suppress(Exception):
        main()
        os._exit(0)
    os._exit(1)
