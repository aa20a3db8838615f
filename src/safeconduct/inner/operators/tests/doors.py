"""The least of a desk: what log-in, keys and log-out look like to a browser, without the desk's pages."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from safeconduct.inner.operators import actions, factors, lookups
from safeconduct.inner.operators.errors import KeysClosed, LogInRefused, SecondFactorNeeded, SecondFactorRefused
from safeconduct.inner.operators.passkeys import Answer
from safeconduct.inner.operators.session import keys_of


def log_in(request: HttpRequest) -> HttpResponse:
    fields = {name: request.POST.get(name, "") for name in ("username", "passphrase", "totp_code")}
    try:
        actions.log_in(request, **fields, passkey=_answer(request))
    except LogInRefused:
        return HttpResponse(status=403)
    return HttpResponse(status=204)


def again(request: HttpRequest) -> HttpResponse:
    """Shows a second factor within the session."""
    try:
        factors.show_again(request, request.operator, code=request.POST.get("code", ""), answer=_answer(request))  # type: ignore[attr-defined]
    except SecondFactorRefused:
        return HttpResponse(status=403)
    return HttpResponse(status=204)


def key_work(request: HttpRequest) -> HttpResponse:
    """Something that is done after a second factor only."""
    try:
        factors.check_fresh_second_factor(request)
    except SecondFactorNeeded:
        return HttpResponse(status=403)
    return HttpResponse(status=204)


def _answer(request: HttpRequest) -> Answer | None:
    given = {name: request.POST.get(name, "") for name in ("slip", "signed")}
    return Answer(**given, prf=bytes.fromhex(request.POST.get("prf", ""))) if given["slip"] else None


def log_out(request: HttpRequest) -> HttpResponse:
    actions.log_out(request)
    return HttpResponse(status=204)


def who(request: HttpRequest) -> JsonResponse:
    """Who is logged in here, and does the store open?"""
    operator = getattr(request, "operator", None)
    try:
        keys = keys_of(request)
        seed = keys.epoch_seed("appeals", lookups.current_epoch("appeals").number)
    except KeysClosed:
        seed = b""
    return JsonResponse({"operator": operator.pk if operator else None, "is_open": len(seed) == 32})


urlpatterns = [
    path("log-in", log_in),
    path("log-out", log_out),
    path("who", who),
    path("again", again),
    path("key-work", key_work),
]
