"""Is this site fit to be opened to people? Settings, databases, texts, clocks, what the headquarters must decide."""

import json
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from safeconduct.commands import readable
from safeconduct.commands.errors import Refusal
from safeconduct.inner.operators import lock_file
from safeconduct.interview.errors import TextWrong
from safeconduct.interview.harmless import own_exchanges, sample_exchanges
from safeconduct.settings.values import Values

# Design §10: they belong to the headquarters, so none has a default and none stops the start.
DECISIONS = {
    "INNER_NOTIFIES_ADVERSE_POWER": "Is the adverse Power notified of those who came, and when?",
    "INNER_OVERSEEN_BY": "Who operates this service, and who oversees it?",
    "INNER_IDENTITY_BEFORE_RECEPTION": "Is anything that identifies kept before a reception is arranged?",
    "INNER_FILMING_AT_RECEPTION": "Is there filming at a reception? The product offers no way to.",
    "INNER_RETENTION": "How long is what kept, and by which law?",
}
HERE = ("localhost", "127.0.0.1", "::1")


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
        for about, said, is_bad in _of_inner():
            print(f"inner: {about}: {said}")
            bad += is_bad
        _decisions()
    if bad:
        raise Refusal("Mend what is named above, then check again.")


def _looked_at(wing: str) -> Iterator[tuple[str, str]]:
    """Settings and databases, each in a process that loads this wing alone."""
    for about, module in (("settings", ["django", "check"]), ("databases", ["safeconduct.roles.schema"])):
        said, is_bad = _said_by(wing, *module)
        yield about, said if is_bad else ""


def _said_by(wing: str, *module: str) -> tuple[str, bool]:
    """The last line of a process that loads this wing alone, and whether it found something bad."""
    settings = {"DJANGO_SETTINGS_MODULE": f"safeconduct.settings.{wing}"}
    done = subprocess.run([sys.executable, "-m", *module], env=os.environ | settings, capture_output=True, text=True)
    said = done.stdout.strip() or done.stderr
    return said.strip().rpartition("\n")[2].removeprefix("safeconduct: "), bool(done.returncode)


def _pictures() -> tuple[str, str, bool]:
    """How well the process that decodes pictures is shut in. Told and not counted: the limits hold it in any case."""
    script = "from safeconduct.front.web.image_cleaner import shut_in; print(*shut_in())"
    done = subprocess.run([sys.executable, "-I", "-c", script], env={}, capture_output=True, text=True)
    if done.returncode:
        return "pictures", "the process that decodes them does not start, so every picture is refused", False
    left_open = " and ".join(done.stdout.split())
    return "pictures", f"this kernel does not keep their decoder from {left_open}" if left_open else "good", False


def _of_inner() -> Iterator[tuple[str, str, bool]]:
    values = Values("INNER")
    url = urlsplit(values.text("INNER_HANDOVER_URL", "http://localhost:8002"))
    if url.scheme != "https" and url.hostname not in HERE:
        yield "hand-over", "whoever listens on the way sees when something comes: let INNER_HANDOVER_URL be https", True
    else:
        yield "hand-over", *_said_by("inner", "safeconduct.roles.greeting")
    yield "passkeys", _passkeys(values), False
    yield "panic lock", *_panic_lock()
    yield "erasures", *_journal(values)
    yield "alarms", *_alarm_command(values)
    yield from _keys()
    try:
        front = json.loads(values.path("INNER_FRONT_CONFIG", "../front/front.json").read_text("utf-8"))
        told = {"backup_term": 720} | front.get("FRONT_TERM_HOURS", {})
    except (OSError, ValueError, AttributeError, TypeError):
        yield "terms", "not compared, since INNER_FRONT_CONFIG names no configuration of the front", False
        return
    yield "second codes", *_second_codes(values, front.get("FRONT_SECOND_CODES", []))
    yield "backups", *_backup_term(values, told)
    yield "terms", *_terms(values, told)


def _passkeys(values: Values) -> str:
    """Told and not counted: six words and six digits do without."""
    url = urlsplit(values.text("INNER_URL", "http://localhost:8001"))
    host = url.hostname or ""
    is_name = any(sign.isalpha() for sign in host) and ":" not in host
    if is_name and (url.scheme == "https" or host == "localhost"):
        return f"belong to {host}"
    return "browsers offer none at this address: let INNER_URL be https and a name, or http://localhost"


def _keys() -> Iterator[tuple[str, str, bool]]:
    """Nothing where the database is away: that was said above."""
    settings = {"DJANGO_SETTINGS_MODULE": "safeconduct.settings.inner"}
    asked = [sys.executable, "-m", "safeconduct.roles.key_standing"]
    done = subprocess.run(asked, env=os.environ | settings, capture_output=True, text=True)
    for line in done.stdout.splitlines() if not done.returncode else ():
        about, said, is_bad = json.loads(line)
        yield about, said, is_bad


def _panic_lock() -> tuple[str, bool]:
    if since := lock_file.locked_since():
        resume = "two holders end it with safeconduct keys resume --by NAME --by NAME"
        return f"EVERYTHING IS LOCKED{lock_file.as_said(since)}: {resume}", True
    if not os.access(lock_file.folder(), os.W_OK):
        return f"{lock_file.folder()} cannot be written, so nobody could lock: let this account write there", True
    return "not locked", False


def _journal(values: Values) -> tuple[str, bool]:
    """What was erased must not come back with an older backup, so the journal must outlive the database's disk."""
    journal, database = values.path("INNER_ERASURES", "erasures.journal"), values.text("INNER_DATABASE_URL", "sqlite:")
    if not journal.parent.is_dir():
        return "INNER_ERASURES names a place that is not there, so a restore would bring back what was erased", True
    if database.startswith("sqlite") and journal.parent.stat().st_dev == values.folder.stat().st_dev:
        return "their journal lies on the disk of inner and is lost with it: let INNER_ERASURES name another", False
    return "their journal lies on a disk of its own", False


def _second_codes(values: Values, offered: object) -> tuple[str, bool]:
    """Offered only where something of the site's own stands under them; a front that offers more shows quiet pages."""
    file = values.path("INNER_SECRETS_DIR", "secrets") / "second_threads.yaml"
    try:
        own = own_exchanges(file) if file.exists() else {}
    except TextWrong as wrong:
        return f"{wrong}", True
    is_sample = not own and values.text("INNER_PURPOSE", "site") != "site"
    there = sorted(sample_exchanges() if is_sample else own)
    if offered != there:
        return "offered in other languages than inner has exchanges for: run safeconduct init --front", True
    if is_sample:
        return "offered with the samples that everybody can read: this is a demonstration", False
    if not own:
        return f"not offered, since the site has written no exchanges of its own (secrets/{file.name})", False
    return f"offered in {', '.join(there)}, with the site's own exchanges", False


def _backup_term(values: Values, told: Mapping[str, int]) -> tuple[str, bool]:
    """Whoever erases is told from when on no backup holds anything; the front says it and inner counts it."""
    days = values.integer("INNER_BACKUP_TERM_DAYS", 30)
    if told["backup_term"] != days * 24:
        return f"INNER_BACKUP_TERM_DAYS is {days}, and people are told another term (FRONT_TERM_HOURS)", True
    return f"kept for {days} days, as people are told", False


def _terms(values: Values, told: Mapping[str, int]) -> tuple[str, bool]:
    """People are told the terms that inner keeps to, and no others."""
    kept = values.structure("INNER_RETENTION", dict)
    for kind in ("question", "waiting"):
        days, hours = kept.get(f"{kind}_days"), told.get(f"{kind}_term")
        if hours != (days * 24 if days else None):
            return f"people are told another {kind}_term than INNER_RETENTION says: run safeconduct init --front", True
    if not kept:
        return "nothing is erased by a term, and no page names one", False
    days = [f"{kept[f'{kind}_days']} days" for kind in ("question", "waiting", "closed")]
    return "questions {}, waiting cases {}, closed ones {}, as people are told".format(*days), False


def _alarm_command(values: Values) -> tuple[str, bool]:
    if not values.raw("INNER_ALARM_COMMAND"):
        return "they ring at the desk alone, since INNER_ALARM_COMMAND names no program", False
    program = values.path("INNER_ALARM_COMMAND")
    if not (program.is_file() and os.access(program, os.X_OK)):
        return "INNER_ALARM_COMMAND names no program that can be started", True
    return "they leave by INNER_ALARM_COMMAND", False


def _decisions() -> None:
    values = Values("INNER")
    for name, question in DECISIONS.items():
        print(f"decision: {question} {values.text(name, 'not decided')} ({name})")
