"""Inner's settings for its rooms' own tests: a folder of their own, known keys, a cheap hash."""

import atexit
import json
import os
import shutil
import tempfile
from pathlib import Path

from safeconduct.sealing.signify import secret_file
from safeconduct.sealing.signing import verifying_key_of
from tests.keys import AUDIT_KEY, HANDOVER_FRONT_SEED, HANDOVER_INNER_SEED, INTAKE_KEY, RECOVERY_KEY

_folder = Path(tempfile.mkdtemp(prefix="safeconduct-inner-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
(_folder / "secrets").mkdir(mode=0o700)
for _name, _content in {
    "secret.key": b"\x0a" * 32,
    "intake.seed": INTAKE_KEY.seed,
    "handover.seed": HANDOVER_INNER_SEED,
    "django.key": b"\x0b" * 32,
    "audit.sec": secret_file(AUDIT_KEY),
}.items():
    (_folder / "secrets" / _name).write_bytes(_content)
(_folder / "recovery.pub").write_bytes(RECOVERY_KEY.public_key)
(_folder / "inner.json").write_text(
    json.dumps(
        {
            "INNER_PURPOSE": "bench",
            "INNER_HOSTS": "localhost,testserver",
            "INNER_FRONT_KEY": verifying_key_of(HANDOVER_FRONT_SEED).hex(),
            "INNER_PASSPHRASE_MEMORY_KIB": 64,
        }
    )
)
os.environ["INNER_CONFIG"] = str(_folder / "inner.json")

from safeconduct.settings.inner import *  # noqa: E402

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright keeps an event loop in the thread

if "sqlite" in DATABASES["default"]["ENGINE"]:
    # A file and not memory: a real browser is served from other threads, each with a connection of its own.
    DATABASES["default"]["TEST"] = {"NAME": str(_folder / "test.sqlite3")}
