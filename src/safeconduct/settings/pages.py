"""Only to render the information pages: templates and words, no database and no key."""

import secrets

from safeconduct.settings.base import *

SECRET_KEY = secrets.token_hex(32)
INSTALLED_APPS = ["safeconduct.front.pages"]
DATABASES: dict[str, object] = {}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {}}]
