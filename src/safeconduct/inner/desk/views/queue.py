"""The queue, and the next one from it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from safeconduct.inner.cases import actions, lookups
from safeconduct.inner.cases.errors import NoSuchCase, NothingWaiting
from safeconduct.inner.desk.forms import FindForm
from safeconduct.inner.desk.pages import DeskRequest, at_the_desk, has_desk, logged_in, office, page, start_of, told


@require_GET
@logged_in
def queue(request: DeskRequest) -> HttpResponse:
    """Where everybody starts: those who open no store have a page of their own."""
    if has_desk(request.operator):
        return page(request, "desk/_nothing.html")
    start = start_of(request.operator)
    return redirect(start) if start else render(request, "desk/no_place.html", office(request), status=403)


@require_POST
@at_the_desk
def take_next(request: DeskRequest) -> HttpResponse:
    try:
        case = actions.take_next(by=request.operator)
    except NothingWaiting:
        return told(request, _("Nobody is waiting for us without an owner."), status=409)
    return redirect("desk:case", case.number)


@require_GET
@at_the_desk
def find(request: DeskRequest) -> HttpResponse:
    """Noted whatever comes of it: a number that leads nowhere is noted as every other (`at_the_desk`)."""
    form = FindForm(request.GET)
    if not form.is_valid():
        raise NoSuchCase
    found = lookups.shown_for(request.operator, form.cleaned_data["number"])
    actions.seek(found.number, by=request.operator)
    return redirect("desk:case", found.number)
