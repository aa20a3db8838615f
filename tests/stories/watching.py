"""Sees files that live for a moment only: whatever a site's processes put into their temporary folder."""

import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir

from tests.stories.site import Site

LOOKS_EVERY_SECONDS = 0.002
MOST_BYTES = 16 * 1024 * 1024


class Watch:
    """Copies what comes and goes in the temporary folder while it is entered, also files without a name."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._seen: dict[str, bytes] = {}
        self._ended = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._looking.join()

    def seen(self) -> Iterator[tuple[str, bytes]]:
        yield from self._seen.items()

    def _look(self) -> None:
        while not self._ended.wait(LOOKS_EVERY_SECONDS):
            for file in self._site.temporary.rglob("*"):
                self._copy(file, f"temporary file {file.name}")
            for pid in self._site.all_pids():
                for handle in Path(f"/proc/{pid}/fd").glob("*"):
                    self._copy_unnamed(handle)

    def _copy_unnamed(self, handle: Path) -> None:
        try:
            name = str(handle.readlink())
        except OSError:
            return
        # A library's shared memory has a name that leads elsewhere.
        if name.endswith(" (deleted)") and name.startswith((str(self._site.temporary), f"{gettempdir()}/")):
            self._copy(handle, f"file without a name {name}")

    def _copy(self, file: Path, called: str) -> None:
        try:
            with file.open("rb") as opened:
                content = opened.read(MOST_BYTES)
        except OSError:
            return
        if content and content not in self._seen.get(called, b""):
            self._seen[called] = self._seen.get(called, b"") + content
