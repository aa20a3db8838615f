"""A process of inner: for each line that it reads it sends out one answer, and says its id once that is committed.

Where its database is held by others for too long it says `refused`, as the desk does to an operator.
"""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "safeconduct.settings.inner"

import django

django.setup()

from django.db import OperationalError  # noqa: E402

from safeconduct.handover.reaching.actions import send_out  # noqa: E402

if __name__ == "__main__":
    for _line in sys.stdin:
        dispatch_id = os.urandom(16)
        payload = {"store": "appeals", "lookup": os.urandom(32), "blob": os.urandom(1200)}
        try:
            send_out("answer", payload, dispatch_id=dispatch_id)
            sys.stdout.write(f"{dispatch_id.hex()}\n")
        except OperationalError:
            sys.stdout.write("refused\n")
        sys.stdout.flush()
