"""Everything is locked: one plain page for everybody; and the page at which two people lock."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from safeconduct.inner.desk import clocks
from safeconduct.inner.desk.locking import asked_of
from safeconduct.inner.desk.pages import DeskRequest, at_the_desk, language_asked_for, languages, look_of
from safeconduct.inner.duty import panic
from safeconduct.inner.operators import lock_file


def locked(request: HttpRequest, since: datetime) -> HttpResponse:
    """The same whoever asks for whatever. No session and no row is looked at."""
    if "HX-Request" in request.headers:
        # The page that asks goes away whole, with all words on it.
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("desk:log_in")})
    with translation.override(language_asked_for(request)):
        known = None if since == lock_file.UNKNOWN else clocks.moment(since, timezone.now())
        context = {"since": known, "language": translation.get_language(), "languages": languages(), "theme": ""}
        return render(request, "desk/locked.html", context, status=423)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def lock(request: DeskRequest) -> HttpResponse:
    """The first asks, another one locks. Who is asked for here is locked out with all the others."""
    if request.method == "POST":
        # Where it is locked now, the answer is the page that says so (`middleware.locked_for_all`).
        panic.press(by=request.operator)
        return redirect("desk:queue")
    context = look_of(request) | {"asked": asked_of(request.operator, timezone.now())}
    return render(request, "desk/lock.html", context)
