"""What has had its time goes, also while inner is away and nobody pulls."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import close_old_connections

log = logging.getLogger(__name__)

Sweep = Callable[[datetime], None]

EVERY = timedelta(minutes=1)
_sweeps: list[Sweep] = []


def register_sweep(act: Sweep) -> None:
    """`act(now)` deletes what has had its time; called each minute in the process of the handover port."""
    if act not in _sweeps:
        _sweeps.append(act)


def sweep_all(now: datetime) -> None:
    """Let each room sweep; one that fails does not keep the others from it, and is asked again in a minute."""
    for act in _sweeps:
        try:
            act(now)
        except Exception as error:
            log.error("A sweep failed: %s.", type(error).__name__)


def sweep_from_now_on() -> None:
    """In a thread of its own, for as long as the process lives."""
    threading.Thread(target=_go_on, daemon=True).start()


def _go_on() -> None:
    pause = threading.Event()
    while True:
        close_old_connections()
        sweep_all(datetime.now(UTC))
        pause.wait(EVERY.total_seconds())
