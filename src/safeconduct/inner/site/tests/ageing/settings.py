"""Inner with one room more."""

from safeconduct.settings.inner import *  # noqa: F403

INSTALLED_APPS = [*INSTALLED_APPS, "safeconduct.inner.site.tests.ageing"]  # noqa: F405
