"""The fixed people, and a seat with a browser for each who needs one."""

from collections.abc import Callable

import pytest
from pytest_django import Settings

from safeconduct.inner.operators.tests.desk import Seat
from tests.people import headquarters, marta, nadia, olena, soldier, taras

__all__ = ["headquarters", "marta", "nadia", "olena", "soldier", "taras"]


@pytest.fixture
def seat(settings: Settings, db: None) -> Callable[[], Seat]:
    """Makes a seat; the desk's own pages stay out of it."""
    settings.ROOT_URLCONF = "safeconduct.inner.operators.tests.doors"
    settings.MIDDLEWARE = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "allauth.account.middleware.AccountMiddleware",
        "safeconduct.inner.operators.session.KeysMiddleware",
    ]
    return Seat
