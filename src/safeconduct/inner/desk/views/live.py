"""What has changed since the page last looked? Nothing, mostly: then 204 and not a word."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from safeconduct.inner.cases import access, lookups
from safeconduct.inner.cases.errors import NoSuchCase
from safeconduct.inner.desk.alarms import ringing
from safeconduct.inner.desk.pages import DeskRequest, alarms_mark, around, at_the_desk, shift_mark, standing_mark
from safeconduct.inner.desk.standing import hindrances
from safeconduct.inner.desk.views.case import inside
from safeconduct.inner.duty import lookups as duty


@require_GET
@at_the_desk
def live(request: DeskRequest) -> HttpResponse:
    """Parts of the page for htmx to exchange: the queue, and the case where it is one of those that changed.

    `since`: the cursor; `shift`, `standing`, `alarms`: marks of who was on shift, what the band said and what rang;
    `case`: its number, `open` where its words are on the screen, `glass` where they are another's.
    """
    since, number = _whole(request, "since"), _whole(request, "case")
    changes = lookups.changed_since(request.operator, since)
    is_same_shift = shift_mark(duty.on_shift()) == request.GET.get("shift")
    says_the_same = standing_mark(hindrances(timezone.now(), request.operator)) == request.GET.get("standing")
    rings_the_same = alarms_mark(ringing(request.operator)) == request.GET.get("alarms")
    is_glass_whole = "glass" in request.GET and not lookups.glass_over(request.operator, number)
    if not changes.numbers and is_same_shift and says_the_same and rings_the_same and not is_glass_whole:
        return HttpResponse(status=204)
    context = around(request, number=number)
    context["open_before"] = "open" in request.GET
    # These bands are live regions: put in anew, they would be read out anew with each arrival.
    context["rings_something_else"] = not rings_the_same
    context["says_something_else"] = context["standing_mark"] != request.GET.get("standing")
    if number:
        context |= _case_now(request, number, is_changed=number in changes.numbers or is_glass_whole)
    return render(request, "desk/live.html", context)


def _case_now(request: DeskRequest, number: int, *, is_changed: bool) -> dict[str, object]:
    was_open, was_anothers = "open" in request.GET, "glass" in request.GET
    try:
        found = lookups.shown_for(request.operator, number)
    except NoSuchCase:
        # Whether it has changed is not asked: it would tell a number that was never given out from one of old.
        if was_anothers:
            over = {"parts": "desk/_live_over.html", "told": _("The time for reading this case is over.")}
            return over | {"number": None, "open_before": False}
        why = _("This case was closed or erased meanwhile.")
        return {"parts": "desk/_live_gone.html", "why": why, "number": None}
    if not is_changed:
        return {}
    if was_anothers:
        return {"parts": "desk/_live_whole.html", "open_before": False} | inside(request, found)
    if was_open and not access.READABLE.holds(lookups.reader_of(request.operator), found):
        name = found.owner.name if found.owner else ""
        why = _("%(name)s has this case now.") % {"name": name} if name else _("This case is free now.")
        return {"parts": "desk/_live_gone.html", "why": why}
    return {"parts": "desk/_live_open.html" if was_open else "desk/_live_whole.html"} | inside(request, found)


def _whole(request: DeskRequest, name: str) -> int:
    try:
        return int(request.GET.get(name, ""))
    except ValueError:
        return 0
