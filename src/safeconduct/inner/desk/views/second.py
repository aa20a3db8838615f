"""What an operator puts under a second code, knowingly and in a place of its own: no answer goes there by a slip."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from safeconduct.inner.cases import actions, lookups, rules
from safeconduct.inner.cases.errors import CaseClosed, NoSecondCode, NoSuchCase, NothingSaid, TextTooLong
from safeconduct.inner.desk.forms import HarmlessForm
from safeconduct.inner.desk.pages import DeskRequest, at_the_desk, deed, page
from safeconduct.inner.desk.templatetags.desk import thousands
from safeconduct.inner.desk.views.case import case_page


@deed
@at_the_desk
def show(request: DeskRequest, number: int) -> HttpResponse:
    form = HarmlessForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    try:
        found = lookups.case_for(request.operator, number)
        actions.show_under_second(found, text, by=request.operator)
    except (CaseClosed, NoSuchCase):
        context = {"unsaid": text, "why": _("Not shown: this case is not yours any more."), "number": number}
        return page(request, "desk/_unsaid.html", status=409, context=context)
    except NothingSaid:
        why = _("There is nothing to show: write some words.")
    except TextTooLong:
        why = _("Too long: at most %(limit)s signs.") % {"limit": thousands(rules.MOST_CHARACTERS)}
    except NoSecondCode:
        why = _("Nothing stands under the second code any more: everything was to be erased there.")
    else:
        return redirect("desk:case", number)
    return case_page(request, found, status=422, second_text=text, second_refusal=why)
