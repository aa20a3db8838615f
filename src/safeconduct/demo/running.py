"""Both wings on this machine, two operators on shift, and people who write."""

import sys
import threading
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from safeconduct.demo.arrivals import Arrivals
from safeconduct.demo.making import Place, make_ready, write_whole
from safeconduct.demo.totp import STEP_SECONDS, code_now
from safeconduct.roles.supervisor import CannotRun, Child, check_ports, run, served

ANSWER_WITHIN_SECONDS = 60
SAID = "demo.json"


def start(data: Path, *, port: int) -> None:
    """From nothing, or on with the same site; returns after Ctrl-C. Raises `CannotRun` with one sentence."""
    place = Place(data.resolve(), port)
    check_ports(place.ports.values())
    (place.data / SAID).unlink(missing_ok=True)
    print("Making both wings ready …", flush=True)
    make_ready(place)
    run(children_of(place), meanwhile=lambda pids, ending: _show(place, pids, ending))
    print("Ended. The same command goes on with the same site.", flush=True)


def current_code(data: Path, username: str) -> str:
    """The six digits with which this operator logs in now. Raises `CannotRun`."""
    try:
        secrets = {str(one["username"]): str(one["totp_secret"]) for one in Place(data, 0).log_ins()}
        return code_now(secrets[username])
    except (OSError, KeyError):
        raise CannotRun(f"There is no {username} in {data}: start the demonstration there first.") from None


def children_of(place: Place) -> list[Child]:
    logs = place.data / "logs"
    logs.mkdir(exist_ok=True)
    commands = {
        role: served(f"safeconduct.roles.{role}:application", port=place.ports[role])
        for role in ("front", "handover", "inner")
    }
    commands["worker"] = [sys.executable, "-m", "safeconduct.roles.worker"]
    return [Child(role, command, place.settings, logs / f"{role}.log") for role, command in commands.items()]


def _show(place: Place, pids: Mapping[str, int], ending: threading.Event) -> None:
    _wait_until_all_answer(place, ending)
    if ending.is_set():
        return
    said = {"front_url": place.url("front"), "inner_url": place.url("inner"), "operators": place.log_ins()}
    write_whole(place.data / SAID, said | {"processes": dict(pids)})
    print(_welcome(place), flush=True)
    Arrivals(place.url("front"), place.data).arrive(ending)


def _wait_until_all_answer(place: Place, ending: threading.Event) -> None:
    end = time.monotonic() + ANSWER_WITHIN_SECONDS
    waiting = set(place.ports)
    while waiting and not ending.is_set():
        waiting = {role for role in waiting if not _answers(place.ports[role])}
        if waiting and time.monotonic() > end:
            raise CannotRun(f"The process {min(waiting)} does not answer: see {place.data / 'logs'}.")
        ending.wait(0.1)


def _answers(port: int) -> bool:
    connection = HTTPConnection("localhost", port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def _welcome(place: Place) -> str:
    program = Path(sys.executable).with_name("safeconduct")
    lines = [
        "",
        f"  The person's page   {place.url('front')}/",
        f"  The operators' desk {place.url('inner')}/",
        "",
    ]
    for one in place.log_ins():
        secret = str(one["totp_secret"])
        lines += [
            f"  {one['name']} logs in as {one['username']}",
            f"    six words    {one['passphrase']}",
            f"    six digits   {code_now(secret)}  (for less than {STEP_SECONDS} s; the next:"
            f" {program} demo --code {one['username']} --data {place.data})",
            f"    for an authenticator  {secret}",
            "",
        ]
    lines += [
        "  Try it: write as a person and note the code (scripts may be off); log in at the desk, press N for the next",
        "  case, answer; come back with the code and read. Thirty invented people write within the first minutes.",
        "  Everything is invented and lies in this folder only: " + str(place.data),
        "  Ctrl-C ends all of it.",
        "",
    ]
    return "\n".join(lines)
