"""How does a picture lose its metadata? In a process of its own, fed by pipe, that has no keys and no network."""

import os
import subprocess
import sys
import threading
from contextlib import suppress

from safeconduct.front.web.errors import NotAPicture

WALL_SECONDS = 10
# Drawn anew a picture may grow; this is what the front is willing to hold of it.
MAX_CLEANED_BYTES = 16 * 1024 * 1024
# `-I`: neither the environment nor the current folder decides what is imported.
CLEANER = (sys.executable, "-I", "-m", "safeconduct.front.web.image_cleaner")

_turns = threading.BoundedSemaphore(os.cpu_count() or 1)


def cleaned(content: bytes) -> bytes:
    """The same picture without metadata. Raises `NotAPicture`; why is not asked."""
    with (
        _turns,
        subprocess.Popen(
            CLEANER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, cwd="/"
        ) as process,
    ):
        patience = threading.Timer(WALL_SECONDS, process.kill)
        patience.start()
        try:
            picture = _fed(process, content)
        finally:
            patience.cancel()
            process.kill()
    if process.returncode != 0 or not picture:
        raise NotAPicture
    return picture


def _fed(process: "subprocess.Popen[bytes]", content: bytes) -> bytes:
    """What comes out; nothing where that is more than a picture can be."""
    if process.stdin is None or process.stdout is None:
        raise NotAPicture
    with suppress(BrokenPipeError):
        process.stdin.write(content)
        process.stdin.close()
    picture = process.stdout.read(MAX_CLEANED_BYTES + 1)
    if len(picture) > MAX_CLEANED_BYTES:
        return b""
    with suppress(subprocess.TimeoutExpired):
        process.wait(1)
    return picture
