"""A process of the front: for each line that it reads it keeps one letter, and says its id once it is kept.

Where it could not be kept it says `refused`, as a person is told who then sends the form again.
"""

import json
import os
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "safeconduct.settings.front"

import django

django.setup()

from datetime import UTC, datetime  # noqa: E402

from safeconduct.handover.letters import Envelope, ThreadName, seal_envelope  # noqa: E402
from safeconduct.handover.serving.actions import keep  # noqa: E402
from safeconduct.handover.serving.errors import NotStored  # noqa: E402
from tests.envelopes import SIGNING_SEED, THREAD_KEY, a_header, a_letter  # noqa: E402

STORE = "appeals"
CONFIG = json.loads(Path(os.environ["FRONT_CONFIG"]).read_text())


def a_letter_of_somebody() -> Envelope:
    """Each is the first of a person of his own."""
    store = CONFIG["FRONT_STORES"][STORE]
    return seal_envelope(
        a_header(threads=(ThreadName(os.urandom(32), THREAD_KEY.public_key),)),
        a_letter(),
        id=os.urandom(16),
        store=STORE,
        epoch=store["epoch"],
        store_key=bytes.fromhex(store["public_key"]),
        intake_key=bytes.fromhex(CONFIG["FRONT_INTAKE_KEY"]),
        arrived_at=datetime.now(UTC),
        signed_by=[SIGNING_SEED],
    )


if __name__ == "__main__":
    for _line in sys.stdin:
        letter = a_letter_of_somebody()
        try:
            keep([letter])
            sys.stdout.write(f"{letter.id.hex()}\n")
        except NotStored:
            sys.stdout.write("refused\n")
        sys.stdout.flush()
