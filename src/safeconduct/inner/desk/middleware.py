"""What every answer of the desk tells the browser about itself."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from safeconduct.inner.desk.views.locked import locked
from safeconduct.inner.operators import lock_file

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    # Not "no-referrer": forms would then come with `Origin: null`, which the check against forged forms must refuse.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), clipboard-read=(), display-capture=(), usb=()",
}


def strict_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Nothing runs that is not our file, nothing is framed, nothing leaves, and no page stays in a cache."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in _HEADERS.items():
            response[name] = value
        # Styles and scripts say nothing about anybody; WhiteNoise has set how long they may be kept.
        response.setdefault("Cache-Control", "no-store")
        return response

    return answer


def locked_for_all(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """While everything is locked each address is one page: before any session, any name and any row is looked at."""

    def answer(request: HttpRequest) -> HttpResponse:
        if since := lock_file.locked_since():
            return locked(request, since)
        response = get_response(request)
        # Looked at again: what was being written as everything was locked does not leave any more.
        since = lock_file.locked_since()
        return locked(request, since) if since else response

    return answer
