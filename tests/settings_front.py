"""The front's settings for its rooms' own tests: a folder of their own, known keys, a cheap hash."""

import atexit
import json
import os
import shutil
import tempfile
from datetime import date
from pathlib import Path

from safeconduct.interview.confirmations import demonstration_lines, write_confirmations
from safeconduct.interview.library import load_library
from safeconduct.sealing.signify import new_key, public_file
from tests.keys import PEPPERS, front_config

_folder = Path(tempfile.mkdtemp(prefix="safeconduct-front-"))
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
(_folder / "front.json").write_text(json.dumps(front_config() | {"FRONT_TMPFS_DIR": str(_folder / "tmpfs")}))
_pages_key = new_key()
(_folder / "pages.pub").write_bytes(public_file(_pages_key.public))
write_confirmations(
    _folder / "confirmations.jsonl", demonstration_lines(load_library(), on=date(2026, 1, 1)), key=_pages_key
)
(_folder / "peppers.json").write_text(json.dumps([pepper.hex() for pepper in PEPPERS]))
os.environ["FRONT_CONFIG"] = str(_folder / "front.json")

from safeconduct.settings.front import *  # noqa: E402

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright keeps an event loop in the thread
