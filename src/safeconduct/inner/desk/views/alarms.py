"""Somebody sees to an alarm, and it rings no more."""

import contextlib

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from safeconduct.inner.desk.alarms import ringing
from safeconduct.inner.desk.locking import asked_of
from safeconduct.inner.desk.pages import DeskRequest, logged_in
from safeconduct.inner.duty import alarms
from safeconduct.inner.duty.errors import NoSuchAlarm


@require_POST
@logged_in
def take(request: DeskRequest, number: int) -> HttpResponse:
    """What still rings. One that another took a moment ago is gone all the same."""
    with contextlib.suppress(NoSuchAlarm):
        alarms.take(alarms.alarm_for(request.operator, number), by=request.operator)
    if not request.htmx:
        return redirect("desk:queue")
    now = timezone.now()
    context = {"alarms": ringing(request.operator), "lock_asked": asked_of(request.operator, now), "now": now}
    response = render(request, "desk/_alarms.html", context)
    response["HX-Push-Url"] = "false"  # the page stays what it was
    return response
