"""What every process does before it serves: prove that its sealing works and that its databases are of its version."""

import ctypes
import logging
import os
import resource
import sys
import threading

from safeconduct.sealing.envelopes import SealingBroken, self_test

PR_SET_DUMPABLE = 4
log = logging.getLogger(__name__)


class CannotStart(SystemExit):
    """Ends the process with one sentence that says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"safeconduct: {sentence}")


def make_ready(wing: str) -> None:
    """Load the settings module of this name, and refuse where sealing is broken. Raises `CannotStart`."""
    os.environ["DJANGO_SETTINGS_MODULE"] = f"safeconduct.settings.{wing}"
    _let_python_report_no_words()
    _leave_no_core()
    os.umask(0o077)  # databases and logs are for this account alone
    try:
        self_test()
    except SealingBroken:
        raise CannotStart("What this machine seals it does not open: install Safeconduct anew.") from None
    import django  # only now: it reads the settings

    django.setup()


def check_schema(*aliases: str, may_be_away: bool = False) -> None:
    """Raises `CannotStart` where a database is not of this version, or away where it may not be."""
    from safeconduct.roles import schema  # loads the framework

    try:
        schema.check(aliases)
    except schema.DatabaseAway as away:
        if not may_be_away:
            raise CannotStart(str(away)) from None
        log.error("%s This process goes on without it.", away)
    except schema.SchemaDiffers as difference:
        raise CannotStart(str(difference)) from None


def _leave_no_core() -> None:
    """A dump of memory would hold words and keys: none is written, nor handed to a program that collects them."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0)


def _let_python_report_no_words() -> None:
    """In place of Python's own reports, whose last line is the words of the error."""
    sys.excepthook = lambda kind, _error, _trace: _say(kind)
    threading.excepthook = lambda ended: _say(ended.exc_type)
    sys.unraisablehook = lambda dropped: _say(dropped.exc_type)
    logging.raiseExceptions = False  # else a line that cannot be written is reported with what it was to say


def _say(kind: type[BaseException]) -> None:
    sys.stderr.write(f"safeconduct: ended by {kind.__name__}\n")
