"""Inner's worker: pulls letters, pushes answers, sweeps. `python -m safeconduct.roles.worker`."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from safeconduct.roles.starting import check_schema, make_ready

make_ready("inner")

from django.db import close_old_connections  # noqa: E402

from safeconduct.handover.reaching import actions as reaching  # noqa: E402
from safeconduct.handover.reaching.client import FrontClient  # noqa: E402
from safeconduct.handover.reaching.errors import FrontError  # noqa: E402
from safeconduct.handover.reaching.held import back_off  # noqa: E402
from safeconduct.inner.cases import erasing  # noqa: E402
from safeconduct.inner.duty import actions as duty  # noqa: E402
from safeconduct.inner.intake.actions import take_in, try_again  # noqa: E402
from safeconduct.inner.operators import epochs  # noqa: E402
from safeconduct.inner.site import keeping  # noqa: E402

log = logging.getLogger("safeconduct.roles.worker")  # also when it is run as a program

LONGEST_PULL_SECONDS = 25.0
LOOKS_INTO_OUTBOX_EVERY = timedelta(milliseconds=200)
LOOKS_FOR_SWEEPS_EVERY = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=5)
ENDS_WITHIN = timedelta(seconds=1.5)


@dataclass
class Sweep:
    """Something to be done again and again."""

    name: str
    every: timedelta
    act: Callable[[], object]
    due_at: float = 0.0


def run(stop: threading.Event) -> None:
    """Work until `stop` is set, then return within two seconds. What is cut off then is done at the next start."""
    clients = pulling, pushing, sweeping = tuple(FrontClient.from_settings() for _ in range(3))
    sweeps = sweeps_with(sweeping)

    def pull() -> timedelta:
        reaching.pull_once(pulling, take_in, LONGEST_PULL_SECONDS)
        return timedelta()

    def push() -> timedelta:
        return timedelta() if reaching.push_once(pushing) else LOOKS_INTO_OUTBOX_EVERY

    def sweep() -> timedelta:
        do_what_is_due(sweeps)
        return LOOKS_FOR_SWEEPS_EVERY

    threads = [threading.Thread(target=go_on, args=(step, stop), daemon=True) for step in (pull, push, sweep)]
    for thread in threads:
        thread.start()
    stop.wait()
    for client in clients:
        client.break_off()
    until = time.monotonic() + ENDS_WITHIN.total_seconds()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


def go_on(step: Callable[[], timedelta], stop: threading.Event) -> None:
    """Do one step after the other; `step` says how long to pause. After a failure the pauses grow."""
    failures = 0
    while not stop.is_set():
        try:
            close_old_connections()
            pause, failures = step(), 0
        except Exception as error:
            if not isinstance(error, FrontError):  # those stand in the front's status
                log.error("A step of the worker failed: %s.", type(error).__name__)
            failures += 1
            pause = min(back_off(failures), LONGEST_PAUSE)
        stop.wait(pause.total_seconds())


def sweeps_with(client: FrontClient) -> list[Sweep]:
    return [
        Sweep("erasure", timedelta(seconds=5), erasing.sweep),
        Sweep("duty", timedelta(seconds=30), duty.sweep),
        Sweep("epochs", timedelta(seconds=5), epochs.note_what_front_has),
        Sweep("keys that had their time", timedelta(hours=1), keeping.sweep),
        Sweep("front's epoch", timedelta(days=1), epochs.remind_front),
        Sweep("kept aside", timedelta(hours=1), try_again),
        Sweep("backed up", timedelta(minutes=1), lambda: reaching.forget_once(client)),
        Sweep("ids", timedelta(hours=1), lambda: reaching.sweep(now=datetime.now(UTC))),
    ]


def do_what_is_due(sweeps: list[Sweep]) -> None:
    """One that fails does not keep the others from being done, and is tried again at its next turn."""
    for sweep in sweeps:
        if time.monotonic() < sweep.due_at:
            continue
        sweep.due_at = time.monotonic() + sweep.every.total_seconds()
        try:
            sweep.act()
        except Exception as error:
            log.error("The sweep “%s” failed: %s.", sweep.name, type(error).__name__)


def main() -> None:
    check_schema()
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda _number, _frame: stop.set())
    run(stop)


if __name__ == "__main__":
    main()
