"""The files of a new site: made before any settings can be read, for the settings read them."""

from argparse import Namespace

from safeconduct.commands.errors import Refusal
from safeconduct.inner.site.files import CannotMake, write_files


def make(args: Namespace) -> None:
    """For `init`, unless it is to make a front only: leaves the recovery shares in `args.shares`."""
    if args.front:
        return
    try:
        args.shares = write_files(
            args.data.resolve(),
            purpose=args.purpose,
            public_url=args.front_url,
            inner_url=args.inner_url,
            handover_url=args.handover_url,
        )
    except CannotMake as refusal:
        raise Refusal(str(refusal)) from None
