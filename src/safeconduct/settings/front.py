"""The front: faces the internet, seals what arrives, opens no store."""

import os
import secrets

from safeconduct.settings.base import *
from safeconduct.settings.values import SettingWrong, Values, sqlite_at

_values = Values("FRONT")
for _name in ("FRONT_STORE_SEED", "FRONT_INTAKE_SEED", "FRONT_RECOVERY_SEED"):
    if _values.raw(_name):
        raise SettingWrong(_name, "is a private key that opens appeals: the front refuses to start with it")

# `site` shows confirmed texts only; `demo` shows demonstration texts and marks them; `bench` may also hash cheaply.
FRONT_PURPOSE = _values.choice("FRONT_PURPOSE", ("site", "demo", "bench"), "site")
FRONT_EXIT_URL = _values.text("FRONT_EXIT_URL", "/x")
FRONT_PAGES_DIR = _values.path("FRONT_PAGES_DIR", "pages")
FRONT_CONFIRMATIONS = _values.path("FRONT_CONFIRMATIONS", "confirmations.jsonl")
FRONT_PAGES_KEY = _values.path("FRONT_PAGES_KEY", "pages.pub")
FRONT_PEPPERS = _values.path("FRONT_PEPPERS", "peppers.json")
FRONT_SALT = _values.key("FRONT_SALT", 16)
FRONT_INTAKE_KEY = _values.key("FRONT_INTAKE_KEY", 1216)
FRONT_HANDOVER_SEED = _values.key("FRONT_HANDOVER_SEED", 32)
FRONT_INNER_KEY = _values.key("FRONT_INNER_KEY", 32)
# {"appeals": {"epoch": 1, "public_key": HEX, "signatures": [{"by": HEX, "signature": HEX}, …]}}
FRONT_STORES = _values.structure("FRONT_STORES", dict)
# Verifying keys of the store's first holders, in hexadecimal digits: two of them sign each epoch.
FRONT_HOLDERS = _values.structure("FRONT_HOLDERS", list)
# Later epochs, as inner sends them.
FRONT_EPOCHS = _values.path("FRONT_EPOCHS", "epochs.json")
# Form keys live in memory and on tmpfs only; a reboot forgets them.
FRONT_TMPFS_DIR = _values.path("FRONT_TMPFS_DIR", f"/dev/shm/safeconduct-{os.getuid()}")  # noqa: S108 - tmpfs on purpose
FRONT_CODE_MEMORY_KIB = _values.integer("FRONT_CODE_MEMORY_KIB", 8192)
if FRONT_CODE_MEMORY_KIB < 8192 and FRONT_PURPOSE != "bench":
    raise SettingWrong("FRONT_CODE_MEMORY_KIB", "may be under 8192 in benchmarks and tests only")
# Lengths of time that a text may name, in hours: {"waiting_term": 2160, …}. A text whose term is not set is not shown.
FRONT_TERM_HOURS = {"backup_term": 720} | _values.structure("FRONT_TERM_HOURS", dict)
if not all(isinstance(hours, int) for hours in FRONT_TERM_HOURS.values()):
    raise SettingWrong("FRONT_TERM_HOURS", "must give whole numbers of hours")
# Languages in which a second code may be asked for: those for which inner has harmless exchanges.
FRONT_SECOND_CODES = _values.structure("FRONT_SECOND_CODES", list)
FRONT_KEEP_ACKNOWLEDGED_HOURS = _values.integer("FRONT_KEEP_ACKNOWLEDGED_HOURS", 24)
# The spool is made this large beforehand: that much can still be taken in when the disk is full.
FRONT_SPOOL_MIB = _values.integer("FRONT_SPOOL_MIB", 64)

SECRET_KEY = secrets.token_hex(32)  # the front signs nothing with it: no session, no cookie
ALLOWED_HOSTS = ["*"]  # mirrors and onion addresses; no page is built from the Host header
ROOT_URLCONF = "safeconduct.front.urls"
INSTALLED_APPS = [
    "safeconduct.handover.serving",
    "safeconduct.front.web",
    "safeconduct.front.pages",
]
MIDDLEWARE = ["safeconduct.front.web.middleware.quiet_headers"]
DATABASES = {
    # Together the two waits stay within what a person bears: first the main database, then the spool.
    "default": _values.database("FRONT_DATABASE_URL", "sqlite:///front.sqlite3", wait_seconds=2),
    # PERSIST and not WAL: the spool must be writable on a full disk, so nothing of it may need to grow.
    "spool": sqlite_at(_values.path("FRONT_SPOOL", "spool.sqlite3"), journal="PERSIST", wait_seconds=1),
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {},
    }
]
# Uploads stay in request memory: Django's default would write them to a temporary file.
FILE_UPLOAD_HANDLERS = ["safeconduct.front.web.uploads.InMemoryOnly"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
DATA_UPLOAD_MAX_NUMBER_FILES = 10
