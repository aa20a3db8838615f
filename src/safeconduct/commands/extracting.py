"""The texts go to translators, as gettext's files."""

from argparse import Namespace

from safeconduct.commands.errors import Refusal
from safeconduct.interview.catalogues import extract, translations
from safeconduct.interview.errors import TextWrong
from safeconduct.interview.library import load_library


def write_template(args: Namespace) -> None:
    """A template, or the words of one language to look at and correct."""
    try:
        library = load_library()
    except TextWrong as slip:
        raise Refusal(f"{slip}.") from None
    args.file.write_bytes(translations(library, args.language) if args.language else extract(library))
    print(f"Written to {args.file}. Its first column is English; the context says where a text is shown.")
