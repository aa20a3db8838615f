"""A process of inner: for each line that it reads it sends out one answer, and says its id once that is committed."""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "safeconduct.settings.inner"

import django

django.setup()

from safeconduct.handover.reaching.actions import send_out  # noqa: E402

if __name__ == "__main__":
    for _line in sys.stdin:
        dispatch_id = os.urandom(16)
        payload = {"store": "appeals", "lookup": os.urandom(32), "blob": os.urandom(1200)}
        send_out("answer", payload, dispatch_id=dispatch_id)
        sys.stdout.write(f"{dispatch_id.hex()}\n")
        sys.stdout.flush()
