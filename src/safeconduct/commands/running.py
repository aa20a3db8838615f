"""What runs until it is told to end. Loads no framework: a supervisor costs a few megabytes."""

import os
import subprocess
import sys
from argparse import Namespace

from safeconduct.commands.errors import Refusal
from safeconduct.roles.supervisor import CannotRun, Child, check_ports, served
from safeconduct.roles.supervisor import run as supervise

AWAY = 3  # as `roles.schema` says it, which would load the framework


def front(args: Namespace) -> None:
    if has_its_schema("front", args):
        _serve({"front": args.port, "handover": args.handover_port}, args)


def inner(args: Namespace) -> None:
    if has_its_schema("inner", args):
        _serve({"inner": args.port}, args)


def worker(_args: Namespace) -> None:
    """Becomes the worker: one process, which its own signals reach."""
    os.execv(sys.executable, [sys.executable, "-m", "safeconduct.roles.worker"])  # noqa: S606 - no shell is meant


def has_its_schema(wing: str, args: Namespace) -> bool:
    """Look in a process of its own; whether to go on, for after `--migrate` there is nothing more to do."""
    command = [sys.executable, "-m", "safeconduct.roles.schema", *(["--migrate"] if args.migrate else [])]
    settings = {"DJANGO_SETTINGS_MODULE": f"safeconduct.settings.{wing}"}
    done = subprocess.run(command, env={**os.environ, **settings}, stderr=subprocess.PIPE, text=True)
    # A front whose main database is away starts all the same: the spool takes what people write.
    if done.returncode and not (wing == "front" and done.returncode == AWAY and not args.migrate):
        # The last line is the sentence; what stands above it is a log.
        raise Refusal(done.stderr.strip().rpartition("\n")[2].removeprefix("safeconduct: "))
    return not args.migrate


def _serve(ports: dict[str, int], args: Namespace) -> None:
    try:
        check_ports(ports.values(), host=args.host)
        supervise(
            [
                Child(role, served(f"safeconduct.roles.{role}:application", port=port, host=args.host))
                for role, port in ports.items()
            ]
        )
    except CannotRun as refusal:
        raise Refusal(str(refusal)) from None
