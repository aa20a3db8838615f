"""Inner with one room more: `inner/site/tests/ageing`, which changed after a backup was made."""

from safeconduct.settings.inner import *

INSTALLED_APPS = [*INSTALLED_APPS, "safeconduct.inner.site.tests.ageing"]
