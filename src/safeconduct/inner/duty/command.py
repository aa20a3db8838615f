"""How does an alarm leave the house? A program of the site is called with one number, and with nothing else."""

import contextlib
import logging
import os
import signal
import subprocess
from datetime import timedelta
from pathlib import Path

log = logging.getLogger(__name__)

ENDED_AFTER = timedelta(seconds=20)


class AlarmCommand:
    """Calls `program` with the number of a kind: no shell, no word, no variable, no open file of ours."""

    def __init__(self, program: Path, *, ended_after: timedelta = ENDED_AFTER) -> None:
        self._program = program
        self._ended_after = ended_after
        self._running: subprocess.Popen[bytes] | None = None

    def __call__(self, number: int) -> bool:
        """Whether the program ended well. One that fails, hangs or is not there is told in the log, and that is all."""
        try:
            self._running = subprocess.Popen(
                [self._program, str(number)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath},
                cwd="/",
                start_new_session=True,
            )
        except OSError:
            log.error("The alarm command cannot be started: see INNER_ALARM_COMMAND.")
            return False
        try:
            status = self._running.wait(self._ended_after.total_seconds())
        except subprocess.TimeoutExpired:
            self.break_off()
            self._running.wait()
            log.error("The alarm command did not end and was ended.")
            return False
        if status:
            log.error("The alarm command failed with status %d.", status)
        return not status

    def break_off(self) -> None:
        """End what is running, with all that it has started."""
        if self._running is not None and self._running.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._running.pid, signal.SIGKILL)
