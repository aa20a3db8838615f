"""Where is a resident key while it is unlocked? In one page of memory that reaches neither swap nor a memory dump.

Plain Python. What works with a key has a copy of it for that moment, as Python has of everything.
"""

import ctypes
import logging
import mmap
import threading

log = logging.getLogger(__name__)

KEY_BYTES = 32
_libc = ctypes.CDLL(None, use_errno=True)


class KeyMemory:
    """Keys by number. Nothing is in it when a process begins."""

    def __init__(self) -> None:
        self._page: mmap.mmap | None = None
        self._places: dict[int, int] = {}
        self._lock = threading.Lock()

    def put(self, number: int, key: bytes) -> None:
        """Raises `ValueError` where `key` has not 32 bytes, or nothing more goes into the page."""
        if len(key) != KEY_BYTES:
            raise ValueError("a resident key has 32 bytes")
        with self._lock:
            self._page = self._page or _locked_page()
            free = set(range(0, len(self._page), KEY_BYTES)) - set(self._places.values())
            at = self._places[number] if number in self._places else min(free, default=None)
            if at is None:
                raise ValueError("no more keys go into the page")
            self._page[at : at + KEY_BYTES] = key
            self._places[number] = at

    def get(self, number: int) -> bytes | None:
        with self._lock:
            at = self._places.get(number)
            return None if at is None or self._page is None else self._page[at : at + KEY_BYTES]

    def numbers(self) -> set[int]:
        return set(self._places)

    def forget(self, number: int | None = None) -> None:
        """One of them, or all; overwritten."""
        with self._lock:
            for one in [number] if number is not None else list(self._places):
                at = self._places.pop(one, None)
                if at is not None and self._page is not None:
                    self._page[at : at + KEY_BYTES] = bytes(KEY_BYTES)


def _locked_page() -> mmap.mmap:
    page = mmap.mmap(-1, mmap.PAGESIZE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    if _libc.mlock(ctypes.c_void_p(address), ctypes.c_size_t(mmap.PAGESIZE)):
        log.warning("Resident keys may reach the swap of this machine: raise the limit of locked memory.")
    page.madvise(mmap.MADV_DONTDUMP)
    # A program that is started in between, as that of the alarms, has not even for a moment what is in it.
    page.madvise(mmap.MADV_DONTFORK)
    return page


memory = KeyMemory()
