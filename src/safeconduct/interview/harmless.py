"""What stands under a second code? Harmless exchanges: a site's own, secret ones; in a demonstration the samples here.

The form of the file is that of `texts/harmless.yaml`: by language a list of exchanges, each with a name and messages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from safeconduct.interview.library import LANGUAGES, TEXTS
from safeconduct.interview.reading import Entry, read

SAMPLES = TEXTS / "harmless.yaml"
# Of fewer, two people who are forced in the same week are shown the same.
FEWEST_OF_A_SITE = 20
# A single one would be all that ever comes.
FEWEST_MESSAGES = 2
LONGEST_NAME, LONGEST_MESSAGE = 40, 400


@dataclass(frozen=True)
class Exchange:
    """What one other side wrote, in its order. `name` is for the headquarters alone."""

    name: str
    messages: tuple[str, ...]


Exchanges = Mapping[str, tuple[Exchange, ...]]  # by language; one that is missing has no second codes


def sample_exchanges() -> Exchanges:
    """For a demonstration: everybody can read them in the repository."""
    return _exchanges(read(SAMPLES))


def own_exchanges(file: Path) -> Exchanges:
    """A site's own. Raises `TextWrong` with a place: wrong form, too few, or a message that stands in the samples."""
    entry = read(file)
    exchanges = _exchanges(entry)
    known = {_plain(message) for each in sample_exchanges().values() for one in each for message in one.messages}
    for language, own in exchanges.items():
        if len(own) < FEWEST_OF_A_SITE:
            entry.refuse(f"{len(own)} exchanges in {language}; at least {FEWEST_OF_A_SITE} are needed", language)
        for exchange in own:
            if any(_plain(message) in known for message in exchange.messages):
                entry.refuse(f"{exchange.name} stands in the samples that everybody can read", language)
    return exchanges


def _exchanges(file: Entry) -> Exchanges:
    file.only(*LANGUAGES)
    found = {language: tuple(map(_exchange, file.entries(language, "exchange"))) for language in file}
    for language, exchanges in found.items():
        if not exchanges or len({one.name for one in exchanges}) < len(exchanges):
            file.refuse("there is no exchange, or a name stands twice", language)
    return found


def _exchange(entry: Entry) -> Exchange:
    entry.only("name", "messages")
    messages = tuple(message.strip() for message in entry.strings("messages"))
    if len(set(messages)) < FEWEST_MESSAGES:
        entry.refuse(f"at least {FEWEST_MESSAGES} different messages are needed", "messages")
    if not all(0 < len(message) <= LONGEST_MESSAGE for message in messages):
        entry.refuse(f"a message has 1 to {LONGEST_MESSAGE} characters", "messages")
    name = entry.string("name")
    if not 0 < len(name) <= LONGEST_NAME:
        entry.refuse(f"a name has 1 to {LONGEST_NAME} characters", "name")
    return Exchange(name, messages)


def _plain(message: str) -> str:
    """Letters and digits alone: a changed comma makes no secret of it."""
    return "".join(sign for sign in message.casefold() if sign.isalnum())
