"""What is shown when there is no page, or none could be made. No word of what was asked or typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "desk/missing.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    # Without the request: what makes the page must not be able to fail as well.
    return render(None, "desk/broken.html", status=500)


def too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """For a form without a good token: `CSRF_FAILURE_VIEW`."""
    return render(request, "desk/too_old.html", status=403)
