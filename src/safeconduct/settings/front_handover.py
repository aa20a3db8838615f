"""The front's handover port: the same rows, other doors; a process of its own, so that a long poll holds up nobody."""

from safeconduct.settings.front import *

ROOT_URLCONF = "safeconduct.handover.serving.urls"
MIDDLEWARE = []
# A batch of dispatches; Django's limit is meant for forms.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
