"""What the operator who sits here comes in with: passkeys, at most two, and recovery codes."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safeconduct.inner.desk.again import after_second_factor
from safeconduct.inner.desk.forms import PasskeyForm
from safeconduct.inner.desk.pages import DeskRequest, logged_in, look_of
from safeconduct.inner.operators import factors, passkeys, rules
from safeconduct.inner.operators.errors import PasskeyRefused, SecondFactorNeeded, TooManyPasskeys
from safeconduct.inner.operators.session import keys_of


def key_work(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """By POST and after a second factor. Whoever loads its address again gets the page of the keys."""
    act = logged_in(after_second_factor(view))

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return act(request, **kwargs) if request.method == "POST" else redirect("desk:my_keys")  # type: ignore[arg-type]

    return guarded


@require_GET
@logged_in
def my_keys(request: DeskRequest) -> HttpResponse:
    return _my_keys(request)


@require_POST
@logged_in
def question(request: DeskRequest) -> HttpResponse:
    """For a second factor within the session."""
    return JsonResponse(passkeys.ask_again(request.operator))


@sensitive_post_parameters()
@key_work
def add(request: DeskRequest) -> HttpResponse:
    """First the page on which the authenticator is touched, then what it made."""
    if "slip" not in request.POST:
        number = len(passkeys.passkeys_of(request.operator)) + 1
        suggested = _("Passkey %(number)s") % {"number": number}
        return render(request, "desk/add_passkey.html", look_of(request) | {"suggested": suggested})
    form = PasskeyForm(request.POST)
    try:
        if not form.is_valid():
            raise PasskeyRefused
        added = passkeys.add(keys_of(request), form.answer(), name=form.cleaned_data["called"])
    except TooManyPasskeys:
        return _my_keys(request, refusal=_("You have two passkeys already. Remove one first."))
    except PasskeyRefused:
        return _my_keys(request, refusal=_("The passkey was not added: its answer did not fit, or came too late."))
    if added.opens_keys:
        return _my_keys(request, told=_("Added. It opens your keys: with it you need no six words."))
    return _my_keys(request, told=_("Added. It stands in for the six digits; the six words are needed as before."))


@require_POST
@logged_in
def add_question(request: DeskRequest) -> HttpResponse:
    try:
        factors.check_fresh_second_factor(request)
        return JsonResponse(passkeys.ask_to_add(request.operator))
    except (SecondFactorNeeded, TooManyPasskeys):
        return HttpResponse(status=409)


@key_work
def remove(request: DeskRequest, passkey: int) -> HttpResponse:
    passkeys.remove(request.operator, passkey)
    return _my_keys(request, told=_("Removed. It lets nobody in any more."))


@key_work
def new_codes(request: DeskRequest) -> HttpResponse:
    codes = [(code[:4], code[4:]) for code in factors.new_recovery_codes(request.operator)]
    return render(request, "desk/codes.html", look_of(request) | {"codes": codes})


def _my_keys(request: DeskRequest, *, told: str = "", refusal: str = "") -> HttpResponse:
    mine = passkeys.passkeys_of(request.operator)
    context = {
        "passkeys": mine,
        "may_add": len(mine) < rules.PASSKEYS_AT_MOST,
        "codes_left": len(factors.unused_recovery_codes(request.operator)),
        "came_by_code": factors.came_by_recovery_code(request),
        "told": told,
        "refusal": refusal,
    }
    return render(request, "desk/my_keys.html", look_of(request) | context, status=422 if refusal else 200)
