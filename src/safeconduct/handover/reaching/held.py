"""Which envelopes could not be taken just now, and when is each tried again?"""

import time
from datetime import timedelta

FIRST_RETRY = timedelta(seconds=1)
LONGEST_RETRY = timedelta(minutes=5)


class Held:
    """In the memory of one worker: after a restart all of them are tried at once."""

    def __init__(self) -> None:
        self._attempts: dict[bytes, int] = {}
        self._due_at: dict[bytes, float] = {}

    def __len__(self) -> int:
        return len(self._attempts)

    def hold(self, envelope_id: bytes) -> None:
        attempts = self._attempts.get(envelope_id, 0) + 1
        self._attempts[envelope_id] = attempts
        self._due_at[envelope_id] = time.monotonic() + back_off(attempts).total_seconds()

    def let_go(self, envelope_id: bytes) -> None:
        self._attempts.pop(envelope_id, None)
        self._due_at.pop(envelope_id, None)

    def not_due(self) -> list[bytes]:
        """Those that the front need not send now."""
        now = time.monotonic()
        return [envelope_id for envelope_id, due_at in self._due_at.items() if due_at > now]

    def wait_at_most(self, seconds: float) -> float:
        """No longer than until the next one is due."""
        now = time.monotonic()
        return max(0.0, min([seconds, *(due_at - now for due_at in self._due_at.values())]))


def back_off(attempts: int) -> timedelta:
    """1, 2, 4 … seconds, five minutes at most. `attempts`: how many have failed, from 1."""
    doubled: int = 2 ** min(attempts - 1, 20)
    return min(FIRST_RETRY * doubled, LONGEST_RETRY)
