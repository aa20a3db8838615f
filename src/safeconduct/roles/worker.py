"""Inner's worker: pulls letters, pushes answers, sweeps; all of it but alarms stops while everything is locked.

`python -m safeconduct.roles.worker`
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from safeconduct.roles.starting import check_schema, make_ready

make_ready("inner")

from django.conf import settings  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.db import close_old_connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from safeconduct.audit.actions import sign_heads  # noqa: E402
from safeconduct.handover.letters import Envelope  # noqa: E402
from safeconduct.handover.reaching import actions as reaching  # noqa: E402
from safeconduct.handover.reaching.client import FrontClient  # noqa: E402
from safeconduct.handover.reaching.errors import BrokenOff, FrontError  # noqa: E402
from safeconduct.handover.reaching.held import back_off  # noqa: E402
from safeconduct.inner.cases import erasing, journal, retention, second_codes  # noqa: E402
from safeconduct.inner.duty import actions as duty  # noqa: E402
from safeconduct.inner.duty import panic, residents  # noqa: E402
from safeconduct.inner.duty.alarms import call_what_rings  # noqa: E402
from safeconduct.inner.duty.command import AlarmCommand  # noqa: E402
from safeconduct.inner.duty.forced import Uses  # noqa: E402
from safeconduct.inner.duty.watching import Watch  # noqa: E402
from safeconduct.inner.intake.actions import take_in, try_again  # noqa: E402
from safeconduct.inner.operators import epochs, handing, lock_file, resident_keys  # noqa: E402
from safeconduct.inner.operators.clearing import clear_files  # noqa: E402
from safeconduct.inner.operators.models import EpochWrap, ResidentWrap  # noqa: E402
from safeconduct.inner.operators.resident_memory import memory  # noqa: E402
from safeconduct.inner.site import keeping  # noqa: E402

log = logging.getLogger("safeconduct.roles.worker")  # also when it is run as a program

LONGEST_PULL_SECONDS = 25.0
LOOKS_INTO_OUTBOX_EVERY = timedelta(milliseconds=200)
LOOKS_FOR_SWEEPS_EVERY = timedelta(seconds=1)
LOOKS_FOR_USES_EVERY = timedelta(seconds=1)
LOOKS_FOR_ALARMS_EVERY = timedelta(seconds=2)
LOOKS_FOR_LOCK_EVERY = timedelta(milliseconds=250)
AGREES_ON_LOCK_EVERY = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=5)
# Twice at the end: for what stops under the lock, and for what does not.
ENDS_WITHIN = timedelta(seconds=0.75)
# A pull that finds nothing waits no longer than this for an answer; an older one says nothing about now.
STILL_EMPTY_FOR = timedelta(minutes=2)


@dataclass
class Sweep:
    """Something to be done again and again."""

    name: str
    every: timedelta
    act: Callable[[], object]
    due_at: float = 0.0


@dataclass
class Emptied:
    """When did the front last say that nothing is left with it?"""

    at: datetime | None = None

    def note(self, taken: int, *, held: int) -> None:
        """`held`: how many came and could not be taken; one of them may be a visit that puts off an end."""
        if not taken and not held:
            self.at = datetime.now(UTC)

    def is_fresh(self) -> bool:
        return self.at is not None and abs(datetime.now(UTC) - self.at) < STILL_EMPTY_FOR


def run(stop: threading.Event) -> None:
    """Work until `stop` is set, then return within two seconds. What is cut off then is done at the next start.

    While everything is locked only alarms go on, and what opens no content.
    """
    command = AlarmCommand(settings.INNER_ALARM_COMMAND) if settings.INNER_ALARM_COMMAND else None
    always = sweeps_under_lock()

    def alarm() -> timedelta:
        # Apart from the sweeps: a command that hangs must not hold up an erasure.
        if command:
            call_what_rings(command, now=timezone.now())
        return LOOKS_FOR_ALARMS_EVERY

    def agree() -> timedelta:
        panic.keep_up()
        return AGREES_ON_LOCK_EVERY

    def hear() -> timedelta:
        handing.serve(take_key, stop)
        return timedelta()

    threads = begin([alarm, agree, hear, lambda: sweep(always, stop)], stop)
    while not stop.is_set():
        wait_locked(stop) if lock_file.is_locked() else work_unlocked(stop)
    if command:
        command.break_off()
    wait_for(threads)


def wait_locked(stop: threading.Event) -> None:
    log.warning("Everything is locked: nothing is fetched and nothing is sent.")
    while lock_file.is_locked() and not stop.is_set():
        memory.forget()  # also one that was just being handed over
        stop.wait(LOOKS_FOR_LOCK_EVERY.total_seconds())


def work_unlocked(stop: threading.Event) -> None:
    """Pull, push and sweep until `stop` is set or everything is locked; then return within two seconds."""
    clients = pulling, pushing, sweeping = tuple(FrontClient.from_settings() for _ in range(3))
    front, end, uses = Emptied(), threading.Event(), Uses()
    sweeps = sweeps_with(sweeping, front)

    def pull() -> timedelta:
        taken = reaching.pull_once(pulling, take_unless_locked, LONGEST_PULL_SECONDS)
        front.note(taken, held=len(pulling.held))
        return timedelta()

    def push() -> timedelta:
        return timedelta() if reaching.push_once(pushing) else LOOKS_INTO_OUTBOX_EVERY

    def ring() -> timedelta:
        # Apart from the sweeps: while one of them clears a large table somebody may be in danger.
        uses.sweep()
        return LOOKS_FOR_USES_EVERY

    threads = begin([pull, push, ring, lambda: sweep(sweeps, end)], end)
    while not (stop.is_set() or lock_file.is_locked()):
        stop.wait(LOOKS_FOR_LOCK_EVERY.total_seconds())
    end.set()
    memory.forget()
    for client in clients:
        client.break_off()
    wait_for(threads)


def take_unless_locked(envelope: Envelope) -> None:
    """What was on its way in as everything was locked stays on the front, as if it had not been pulled."""
    if lock_file.is_locked():
        raise BrokenOff
    take_in(envelope)


def take_key(number: int, key: bytes) -> None:
    close_old_connections()  # the last key came weeks ago
    resident_keys.take(number, key)


def begin(steps: Sequence[Callable[[], timedelta]], stop: threading.Event) -> list[threading.Thread]:
    threads = [threading.Thread(target=go_on, args=(step, stop), daemon=True) for step in steps]
    for thread in threads:
        thread.start()
    return threads


def wait_for(threads: Iterable[threading.Thread]) -> None:
    until = time.monotonic() + ENDS_WITHIN.total_seconds()
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


def sweep(sweeps: list[Sweep], stop: threading.Event) -> timedelta:
    do_what_is_due(sweeps, stop)
    return LOOKS_FOR_SWEEPS_EVERY


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


def sweeps_with(client: FrontClient, front: Emptied) -> list[Sweep]:
    return [
        Sweep("terms", timedelta(seconds=30), lambda: end_what_is_over(front)),
        Sweep("reading", timedelta(minutes=1), Watch().sweep),
        Sweep("resident keys missing", timedelta(seconds=5), residents.sweep),
        Sweep("exchanges under second codes", timedelta(seconds=30), second_codes.go_on),
        Sweep("epochs", timedelta(seconds=5), epochs.note_what_front_has),
        Sweep("keys that had their time", timedelta(hours=1), keeping.sweep),
        Sweep("front's epoch", timedelta(days=1), epochs.remind_front),
        Sweep("kept aside", timedelta(hours=1), try_again),
        Sweep("backed up", timedelta(minutes=1), lambda: reaching.forget_once(client)),
        Sweep("ids", timedelta(hours=1), lambda: reaching.sweep(now=datetime.now(UTC))),
    ]


def sweeps_under_lock() -> list[Sweep]:
    """Also then: what was erased must not be found by whoever comes in, nor come back with a backup."""
    return [
        Sweep("duty", timedelta(seconds=30), duty.sweep),
        Sweep("resident keys", timedelta(seconds=2), resident_keys.tell),
        Sweep("journal of erasures", timedelta(seconds=1), journal.write_down),
        Sweep("erasure", timedelta(seconds=5), erasing.sweep),
        # Of who was suspended or is forced, and of who logged out: deleted, they would still lie in the files.
        Sweep("keys that were taken away", timedelta(minutes=1), lambda: clear_files(EpochWrap, ResidentWrap, Session)),
        heads(),
    ]


def heads() -> Sweep:
    """Once a day; looked at more often, so that a worker that was down signs for the day on which it wakes."""
    return Sweep("heads", timedelta(minutes=5), lambda: sign_heads(timezone.localdate(), key=settings.INNER_AUDIT_KEY))


def end_what_is_over(front: Emptied) -> int:
    """Erase by the terms, but only what has no visit or letter waiting on the front: after a month in the dark those
    come first. Where the clocks of the wings differ the front is not heard, and nothing ends by a wrong clock."""
    return retention.sweep() if front.is_fresh() else 0


def do_what_is_due(sweeps: list[Sweep], stop: threading.Event) -> None:
    """One that fails does not keep the others from being done, and is tried again at its next turn."""
    for sweep in sweeps:
        if stop.is_set():
            return
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
