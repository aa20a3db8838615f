"""In and out: log-in, log-out, how the desk looks to this operator."""

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from safeconduct.inner.desk.forms import LogInForm, PreferencesForm, SeenForm
from safeconduct.inner.desk.pages import LANGUAGE, DeskRequest, language_asked_for, logged_in, look_of
from safeconduct.inner.duty import actions as duty
from safeconduct.inner.operators import actions as operators
from safeconduct.inner.operators.errors import LogInRefused
from safeconduct.inner.operators.factors import came_by_recovery_code
from safeconduct.inner.operators.lookups import operator_named
from safeconduct.inner.operators.passkeys import ask_at_log_in
from safeconduct.inner.operators.rules import login_name
from safeconduct.inner.operators.seats import has_questions_left


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Name, passphrase and digits on one page, or name and passkey; one sentence for every refusal."""
    chosen, language = request.GET.get("language", ""), language_asked_for(request)
    with translation.override(language):
        form = LogInForm(request.POST or None)
        if form.is_valid():
            try:
                return _come_in(request, form, chosen and language)
            except LogInRefused:
                form.add_error(None, _("That did not fit."))
        elif request.method == "POST":
            # A slip in one field is told in the same words: which field is known to be wrong helps a stranger.
            form.add_error(None, _("That did not fit."))
        return _log_in_page(request, form, status=422 if request.method == "POST" else 200)


def _come_in(request: HttpRequest, form: LogInForm, language: str) -> HttpResponse:
    given = form.cleaned_data
    operator = operators.log_in(
        request,
        username=given["username"],
        passphrase=given["passphrase"],
        totp_code=given["digits"],
        passkey=form.answer(),
    )
    duty.come_on(operator)
    if language:
        request.session[LANGUAGE] = language
    # Who came in with one of ten is told how many are left.
    return redirect("desk:my_keys") if came_by_recovery_code(request) else redirect(_next(request))


@require_POST
def passkey_question(request: HttpRequest) -> HttpResponse:
    """For whatever name is typed: who has it, if anybody, is not to be told from the answer."""
    name = login_name(request.POST.get("username", "")[:150])
    if not has_questions_left(request, name, operator_named(name)):
        return HttpResponse(status=429)
    return JsonResponse(ask_at_log_in(name))


def _log_in_page(request: HttpRequest, form: LogInForm, *, status: int) -> HttpResponse:
    ended = _("Your keys were closed. What was on the screen is gone from it.") if "ended" in request.GET else ""
    context = look_of(request) | {"form": form, "next": _next(request), "ended": ended}
    return render(request, "desk/log_in.html", context, status=status)


def _next(request: HttpRequest) -> str:
    asked_for = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    is_ours = url_has_allowed_host_and_scheme(asked_for, allowed_hosts=None) and asked_for.startswith("/")
    return asked_for if is_ours else reverse("desk:queue")


@require_POST
@logged_in
def log_out(request: DeskRequest) -> HttpResponse:
    """Open cases go back to the queue first: nobody's case waits for somebody who went home."""
    duty.go_off(request.operator)
    operators.log_out(request)
    return redirect("desk:log_in")


@require_POST
@logged_in
def preferences(request: DeskRequest) -> HttpResponse:
    form = PreferencesForm(request.POST)
    if form.is_valid():
        request.session.update(form.chosen())
    return redirect(_next(request))


@require_POST
@logged_in
def admissions_seen(request: DeskRequest) -> HttpResponse:
    """What came after the page was shown stays unseen."""
    form = SeenForm(request.POST)
    if form.is_valid():
        operators.note_seen(request.operator, up_to=form.cleaned_data["up_to"])
    return redirect(_next(request))


@require_GET
@logged_in
def keys(request: DeskRequest) -> HttpResponse:
    return render(request, "desk/keys.html", look_of(request))
