"""What is shown when there is no page, or none could be made. No word of what was asked or typed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from safeconduct.inner.desk.pages import LANGUAGE


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django counts them
    return _alone(request, "desk/missing.html", 404)


def broken(request: HttpRequest) -> HttpResponse:
    return _alone(request, "desk/broken.html", 500)


def too_old(request: HttpRequest, **_reason: object) -> HttpResponse:
    """For a form without a good token: `CSRF_FAILURE_VIEW`."""
    return _alone(request, "desk/too_old.html", 403)


def _alone(request: HttpRequest, template: str, status: int) -> HttpResponse:
    session = getattr(request, "session", {})
    with translation.override(session.get(LANGUAGE, settings.LANGUAGE_CODE)):
        return render(None, template, status=status)
