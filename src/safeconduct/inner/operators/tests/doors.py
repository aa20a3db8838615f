"""The least of a desk: what log-in, keys and log-out look like to a browser, without the desk's pages."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

from safeconduct.inner.operators import actions, lookups
from safeconduct.inner.operators.errors import KeysClosed, LogInRefused
from safeconduct.inner.operators.session import keys_of


def log_in(request: HttpRequest) -> HttpResponse:
    fields = {name: request.POST[name] for name in ("username", "passphrase", "totp_code")}
    try:
        actions.log_in(request, **fields)
    except LogInRefused:
        return HttpResponse(status=403)
    return HttpResponse(status=204)


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


urlpatterns = [path("log-in", log_in), path("log-out", log_out), path("who", who)]
