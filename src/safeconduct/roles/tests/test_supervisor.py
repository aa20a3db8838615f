"""Processes that stand and fall together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from safeconduct.roles.supervisor import CannotRun, check_ports

SLEEPS = "import time; time.sleep(60)"
# A child that does not hear SIGTERM, as granian's worker when its master was killed.
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
HAS_A_DEAF_CHILD = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {DEAF!r}]).wait()"


def supervising(folder: Path, **programs: str) -> subprocess.Popen[str]:
    """A supervisor of its own over `programs`; each child's process id is then in folder/NAME."""
    script = "\n".join(
        [
            "import sys; from pathlib import Path; from safeconduct.roles.supervisor import CannotRun, Child, run",
            f"children = [Child(name, [sys.executable, '-c', code]) for name, code in {programs!r}.items()]",
            "def meanwhile(pids, ending):",
            f"    [(Path({str(folder)!r}) / name).write_text(str(pid)) for name, pid in pids.items()]",
            "try: run(children, meanwhile=meanwhile)",
            "except CannotRun as refusal: sys.exit(str(refusal))",
        ]
    )
    return subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True)


def soon(is_so: Callable[[], bool], *, within: float = 10) -> bool:
    end = time.monotonic() + within
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def pid_in(file: Path) -> int:
    assert soon(lambda: file.exists() and file.read_text() != "")
    return int(file.read_text())


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def members_of(group: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def test_when_one_process_dies_the_others_are_ended_and_the_status_is_1(tmp_path: Path) -> None:
    supervisor = supervising(tmp_path, front=SLEEPS, worker=SLEEPS)
    front, worker = pid_in(tmp_path / "front"), pid_in(tmp_path / "worker")

    os.kill(worker, signal.SIGKILL)

    _, said = supervisor.communicate(timeout=15)
    assert supervisor.returncode == 1
    assert "worker ended by itself" in said
    assert "Traceback" not in said
    assert not is_alive(front)


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_when_told_to_end_everything_ends_quietly(tmp_path: Path, told: signal.Signals) -> None:
    supervisor = supervising(tmp_path, front=SLEEPS, worker=SLEEPS)
    children = [pid_in(tmp_path / "front"), pid_in(tmp_path / "worker")]

    supervisor.send_signal(told)

    _, said = supervisor.communicate(timeout=15)
    assert (supervisor.returncode, said) == (0, "")
    assert not any(is_alive(child) for child in children)


def test_a_grandchild_that_hears_nothing_goes_too(tmp_path: Path) -> None:
    supervisor = supervising(tmp_path, front=HAS_A_DEAF_CHILD)
    front = pid_in(tmp_path / "front")
    assert soon(lambda: len(members_of(front)) == 2)

    os.kill(front, signal.SIGKILL)

    supervisor.communicate(timeout=15)
    assert soon(lambda: members_of(front) == [])


def test_a_killed_supervisor_takes_its_children_along(tmp_path: Path) -> None:
    supervisor = supervising(tmp_path, front=SLEEPS)
    front = pid_in(tmp_path / "front")

    supervisor.kill()
    supervisor.communicate(timeout=15)

    assert soon(lambda: not is_alive(front))


def test_what_goes_wrong_beside_the_children_ends_them_and_is_told(tmp_path: Path) -> None:
    script = "\n".join(
        [
            "import sys; from safeconduct.roles.supervisor import CannotRun, Child, run",
            f"children = [Child('front', [sys.executable, '-c', {SLEEPS!r}])]",
            "def meanwhile(pids, ending):",
            "    print(pids['front'], flush=True)",
            "    raise CannotRun('The front does not answer.')",
            "try:",
            "    run(children, meanwhile=meanwhile)",
            "except CannotRun as refusal:",
            "    sys.exit(str(refusal))",
        ]
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=20)

    assert (done.returncode, done.stderr) == (1, "The front does not answer.\n")
    assert not is_alive(int(done.stdout))


def test_a_program_that_is_not_there_is_one_sentence() -> None:
    script = (
        "import sys; from safeconduct.roles.supervisor import *\n"
        "try: run([Child('front', ['/nonexistent'])])\nexcept CannotRun as refusal: sys.exit(str(refusal))"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=20)

    assert done.returncode == 1
    assert "front could not be started" in done.stderr


def test_a_taken_port_is_told_before_anything_starts() -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        port = somebody.getsockname()[1]

        with pytest.raises(CannotRun, match=f"Port {port} is taken"):
            check_ports([port])

    check_ports([port])


def test_a_port_that_cannot_be_is_refused_alike() -> None:
    with pytest.raises(CannotRun, match="Port 70000"):
        check_ports([70000])
