"""The demonstration. Loads no framework: each half runs in processes of its own."""

from argparse import Namespace

from safeconduct.commands.errors import Refusal
from safeconduct.demo.running import current_code, start
from safeconduct.roles.supervisor import CannotRun


def run(args: Namespace) -> None:
    try:
        if args.code:
            print(current_code(args.data, args.code))
        else:
            start(args.data, port=args.port)
    except CannotRun as refusal:
        raise Refusal(str(refusal)) from None
