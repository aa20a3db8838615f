"""What does a running server cost? Read from /proc: its master and every process of its group."""

import os
from pathlib import Path
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK")


class Memory(NamedTuple):
    now_mb: float
    most_mb: float


def cpu_seconds(group: int) -> float:
    """User and system time of all processes of the group, ended children included."""
    return sum(sum(map(int, fields[11:15])) for fields in _stats(group)) / TICKS


def memory_of_worker(group: int) -> Memory:
    """Of the largest process of the group: the worker that holds the application."""
    found = [_memory(int(fields[-1])) for fields in _stats(group)]
    return max(found, key=lambda memory: memory.most_mb)


def _stats(group: int) -> list[list[str]]:
    """The fields of /proc/PID/stat from the third on, and the process id at the end."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            found.append([*fields, stat.parent.name])
    return found


def _memory(pid: int) -> Memory:
    values = {"VmRSS": 0.0, "VmHWM": 0.0}
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in values:
            values[name] = int(value.split()[0]) / 1024
    return Memory(values["VmRSS"], values["VmHWM"])
