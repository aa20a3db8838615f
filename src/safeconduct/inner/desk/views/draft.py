"""Drafts: kept while somebody types, and what a colleague has begun."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from safeconduct.inner.cases import actions, lookups
from safeconduct.inner.cases.drafts import Begun
from safeconduct.inner.cases.errors import CaseClosed, NoSuchCase, NoSuchDraft, TextTooLong
from safeconduct.inner.desk import composing
from safeconduct.inner.desk.forms import ColleaguesDraftForm, DraftForm
from safeconduct.inner.desk.pages import DeskRequest, at_the_desk, deed
from safeconduct.inner.desk.views.case import case_page
from safeconduct.inner.operators.session import keys_of


@deed
@at_the_desk
def keep(request: DeskRequest, number: int) -> HttpResponse:
    """Without a word in the answer: 204 where it is kept, 422 where it is too long, 404 where the case is not his."""
    form = DraftForm(request.POST)
    found = lookups.case_for(request.operator, number)
    if not form.is_valid():
        return HttpResponse(status=422)
    given = form.cleaned_data
    begun = Begun(given["text"], tuple(request.POST.getlist("statement")))
    try:
        composing.keep(found, begun, kind=given["kind"], once=given["once"], by=request.operator)
    except CaseClosed:
        raise NoSuchCase(number) from None
    except TextTooLong:
        return HttpResponse(status=422)
    return HttpResponse(status=204)


@deed
@at_the_desk
def of_colleague(request: DeskRequest, number: int) -> HttpResponse:
    """Go on with it, or drop it."""
    form = ColleaguesDraftForm(request.POST)
    found = lookups.case_for(request.operator, number)
    if not form.is_valid():
        raise NoSuchCase(number)
    draft_id = bytes.fromhex(form.cleaned_data["draft"])
    try:
        if form.cleaned_data["act"] == "take":
            actions.take_over_draft(found, draft_id, keys=keys_of(request))
        else:
            actions.drop_draft(found, draft_id, by=request.operator)
    except CaseClosed:
        raise NoSuchCase(number) from None
    except NoSuchDraft:
        gone = _("That draft is not there any more, or does not open with your key.")
        return case_page(request, found, status=409, told=gone)
    except TextTooLong:
        too_long = _("Both drafts together are too long: send or shorten yours first.")
        return case_page(request, found, status=409, told=too_long)
    return redirect("desk:case", number)
