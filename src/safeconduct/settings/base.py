"""What both wings share: nothing that names a room of either."""

import logging
from typing import Any

from safeconduct.settings.logs import as_json

DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "uk"
LANGUAGES = [("ru", "Русский"), ("uk", "Українська"), ("en", "English")]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DEFAULT_CHARSET = "utf-8"

# Django's own e-mail and debug reports would carry what a person wrote.
ADMINS: list[tuple[str, str]] = []
DEFAULT_EXCEPTION_REPORTER = "safeconduct.settings.logs.SilentReporter"
LOGGING_CONFIG = None
LOGGING: dict[str, Any] = {}
as_json(logging.getLogger())
