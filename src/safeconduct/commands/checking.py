"""Is this site fit to be opened to people? Settings, databases, texts, clocks, what the headquarters must decide."""

import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from safeconduct.commands import readable
from safeconduct.commands.errors import Refusal
from safeconduct.settings.values import Values

# Design §10: they belong to the headquarters, so none has a default and none stops the start.
DECISIONS = {
    "INNER_NOTIFIES_ADVERSE_POWER": "Is the adverse Power notified of those who came, and when?",
    "INNER_OVERSEEN_BY": "Who operates this service, and who oversees it?",
    "INNER_IDENTITY_BEFORE_RECEPTION": "Is anything that identifies kept before a reception is arranged?",
    "INNER_FILMING_AT_RECEPTION": "Is there filming at a reception? The product offers no way to.",
    "INNER_RETENTION": "How long is what kept, and by which law?",
}
# Handover takes ten minutes; half of it is the moment to set a clock.
CLOCKS_MAY_DIFFER = timedelta(minutes=5)


def check(args: Namespace) -> None:
    """One line for each thing looked at. Raises `Refusal` when one of them would stop the service."""
    wings = [wing for wing in ("front", "inner") if Path(os.environ[f"{wing.upper()}_CONFIG"]).exists()]
    if not wings:
        raise Refusal(f"There is no site in {args.data}: make one with safeconduct init, or name another with --data.")
    bad = 0
    for wing in wings:
        for about, trouble in _looked_at(wing):
            print(f"{wing}: {about}: {trouble or 'good'}")
            bad += bool(trouble)
    if "front" in wings:
        for about, said, is_bad in (*readable.looked_at(), _pictures()):
            print(f"front: {about}: {said}")
            bad += is_bad
    if "inner" in wings:
        bad += _clock()
        _decisions()
    if bad:
        raise Refusal("Mend what is named above, then check again.")


def _looked_at(wing: str) -> Iterator[tuple[str, str]]:
    """Settings and databases, each in a process that loads this wing alone."""
    settings = {"DJANGO_SETTINGS_MODULE": f"safeconduct.settings.{wing}"}
    for about, module in (("settings", ["django", "check"]), ("databases", ["safeconduct.roles.schema"])):
        command = [sys.executable, "-m", *module]
        done = subprocess.run(command, env={**os.environ, **settings}, capture_output=True, text=True)
        yield about, done.stderr.strip().rpartition("\n")[2].removeprefix("safeconduct: ") if done.returncode else ""


def _pictures() -> tuple[str, str, bool]:
    """How well the process that decodes pictures is shut in. Told and not counted: the limits hold it in any case."""
    script = "from safeconduct.front.web.image_cleaner import shut_in; print(*shut_in())"
    done = subprocess.run([sys.executable, "-I", "-c", script], env={}, capture_output=True, text=True)
    if done.returncode:
        return "pictures", "the process that decodes them does not start, so every picture is refused", False
    left_open = " and ".join(done.stdout.split())
    return "pictures", f"this kernel does not keep their decoder from {left_open}" if left_open else "good", False


def _clock() -> int:
    """Whether our clock is too far from the front's. A front that does not answer is told and not counted."""
    url = urlsplit(Values("INNER").text("INNER_HANDOVER_URL", "http://localhost:8002"))
    connection = (HTTPSConnection if url.scheme == "https" else HTTPConnection)(url.netloc, timeout=10)
    try:
        connection.request("HEAD", "/")
        theirs = parsedate_to_datetime(connection.getresponse().headers["Date"])
    except (OSError, HTTPException, TypeError, ValueError):
        print("inner: clock: not compared, the front's handover port does not answer")
        return 0
    finally:
        connection.close()
    difference = abs(datetime.now(UTC) - theirs)
    is_far = difference > CLOCKS_MAY_DIFFER
    print(f"inner: clock: {'set it, it is ' if is_far else 'good, '}{difference.seconds} s from the front's")
    return int(is_far)


def _decisions() -> None:
    values = Values("INNER")
    for name, question in DECISIONS.items():
        print(f"decision: {question} {values.text(name, 'not decided')} ({name})")
