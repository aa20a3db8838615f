"""The second factor again, before what takes words out of the house or changes keys."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from safeconduct.inner.desk.forms import FactorForm
from safeconduct.inner.desk.pages import DeskRequest, look_of, page
from safeconduct.inner.operators import factors
from safeconduct.inner.operators.errors import SecondFactorNeeded, SecondFactorRefused
from safeconduct.inner.operators.passkeys import passkeys_of

# The deed's own fields may be called the same.
_PREFIX = "factor"

P = ParamSpec("P")


def after_second_factor(
    view: Callable[Concatenate[DeskRequest, P], HttpResponse],
) -> Callable[Concatenate[DeskRequest, P], HttpResponse]:
    """For a deed, by POST: unless it was shown a moment ago, the factor is asked first, and the deed done with it."""

    @wraps(view)
    def guarded(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            factors.check_fresh_second_factor(request)
        except SecondFactorNeeded:
            if not _is_shown(request):
                return _ask(request, number=kwargs.get("number"))
        return view(request, *args, **kwargs)

    return guarded


def _is_shown(request: DeskRequest) -> bool:
    form = FactorForm(request.POST, prefix=_PREFIX)
    if not form.is_valid():
        return False
    try:
        factors.show_again(request, request.operator, code=form.cleaned_data["digits"], answer=form.answer())
    except SecondFactorRefused:
        return False
    return True


def _ask(request: DeskRequest, *, number: object) -> HttpResponse:
    """Asked in the same way whether there is such a case or not. The form goes to the deed's own address."""
    is_second_time = f"{_PREFIX}-digits" in request.POST
    context = {
        "deed": request.path,
        "refusal": _("That did not fit.") if is_second_time else "",
        "has_passkeys": bool(passkeys_of(request.operator)),
        "number": number,
    }
    if isinstance(number, int):
        return page(request, "desk/_again.html", number=number, status=422, context=context)
    return render(request, "desk/again.html", look_of(request) | context, status=422)
