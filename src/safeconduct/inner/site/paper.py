"""The recovery shares on paper: three pages, one for each, made in memory. Nothing is written here."""

from collections.abc import Sequence
from importlib.resources import files

import typst


class CannotPrint(Exception):
    """The pages could not be set as they should look."""


def recovery_pages(shares: Sequence[str]) -> bytes:
    """A PDF that needs no font of the machine. Raises `CannotPrint`; no word of a share is in it."""
    source = files(__package__).joinpath("share.typ").read_bytes()
    try:
        pdf, warnings = typst.compile_with_warnings(
            source, format="pdf", ignore_system_fonts=True, sys_inputs={"shares": "\n".join(shares)}, timestamp=0
        )
    except (RuntimeError, ValueError):
        raise CannotPrint from None
    if warnings or not isinstance(pdf, bytes):
        # A family that is missing is a warning only, and the letters are then missing, too.
        raise CannotPrint
    return pdf
