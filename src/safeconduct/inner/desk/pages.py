"""What every page of the desk needs: who asks, in which language, and what stands around the case."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from safeconduct.inner.cases import actions
from safeconduct.inner.cases import lookups as cases
from safeconduct.inner.cases.errors import NoSuchCase
from safeconduct.inner.desk import clocks, showing
from safeconduct.inner.desk.alarms import ringing
from safeconduct.inner.desk.locking import asked_of
from safeconduct.inner.desk.shown import AlarmShown, Hindrance, LockShown
from safeconduct.inner.desk.standing import hindrances
from safeconduct.inner.duty import lookups as duty
from safeconduct.inner.duty.rules import STORE
from safeconduct.inner.operators.errors import KeysClosed, NotAdmitted
from safeconduct.inner.operators.models import Operator
from safeconduct.inner.operators.rules import group_of, may_hold
from safeconduct.inner.operators.session import OperatorRequest, came_at, keys_of, session_ends_at

LANGUAGE, THEME, LETTER_KEYS = "language", "theme", "letter_keys"

P = ParamSpec("P")


class DeskRequest(OperatorRequest):
    """A request of somebody who is logged in."""

    operator: Operator
    htmx: HtmxDetails


View = Callable[Concatenate[DeskRequest, P], HttpResponse]


def logged_in(view: View[P]) -> View[P]:
    """With both cookies, whatever the role, in the operator's language."""

    @wraps(view)
    def guarded(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.operator, Operator):
            return _to_log_in(request)
        with translation.override(language_of(request)):
            try:
                # Sealing an answer needs no key, so a session's row from a stolen dump could give one in this name.
                keys_of(request)
                response = view(request, *args, **kwargs)
            except KeysClosed:
                return _to_log_in(request)
            except NotAdmitted:
                response = render(request, "desk/not_admitted.html", look_of(request), status=403)
        response["Desk-Now"] = str(int(timezone.now().timestamp()))
        if (ends_at := session_ends_at(request)) is not None:
            response["Desk-Ends"] = str(int(ends_at.timestamp()))
        return response

    return guarded


def at_the_desk(view: View[P]) -> View[P]:
    """For those who work on cases; a case that is missing and one that is not the operator's look alike.

    Who asks for one of them has asked for a number, and that is noted, whoever it is.
    """

    @wraps(view)
    def guarded(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            if not has_desk(request.operator):
                raise NoSuchCase(kwargs.get("number"))
            return view(request, *args, **kwargs)
        except NoSuchCase as refused:
            number = next(iter(refused.args), None)
            if number is not None:
                actions.seek(number, by=request.operator)
            return _missing(request, number)

    return logged_in(guarded)


def for_role(role: str) -> Callable[[View[P]], View[P]]:
    """For the one group of those who open no store. For everybody else there is no such page."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if group_of(request.operator.roles) != role:
                return _missing(request, None)
            return view(request, *args, **kwargs)

        return logged_in(guarded)

    return guard


def has_desk(operator: Operator) -> bool:
    """Also who is forced: his is one of an empty shift."""
    return operator.is_active and may_hold(operator.roles, STORE)


# Where those start who have no desk.
STARTS_OF = {"administrator": "desk:people", "auditor": "desk:log"}


def start_of(operator: Operator) -> str | None:
    """None for who works at the desk, and for who has no page here yet."""
    return STARTS_OF.get(group_of(operator.roles) or "")


def _missing(request: DeskRequest, number: int | None) -> HttpResponse:
    if not has_desk(request.operator):
        return render(request, "desk/missing.html", look_of(request), status=404)
    broken = None if number is None else cases.glass_over(request.operator, number)
    return page(request, "desk/_missing.html", status=404, context={"missing": number, "broken": broken})


def deed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What is done to a case, by POST. Whoever loads its address again gets the case, and does nothing twice."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def guarded(request: HttpRequest, number: int) -> HttpResponse:
        return view(request, number=number) if request.method == "POST" else redirect("desk:case", number)

    return guarded


def _to_log_in(request: DeskRequest) -> HttpResponse:
    log_in, comes_back = reverse("desk:log_in"), _comes_back_to(request)
    if request.htmx:
        # The page that asks goes away whole: words must not stay on the screen of somebody who is logged out.
        return HttpResponse(status=204, headers={"HX-Redirect": f"{log_in}?{urlencode({'ended': 1} | comes_back)}"})
    return HttpResponseRedirect(f"{log_in}?{urlencode(comes_back)}" if comes_back else log_in)


def _comes_back_to(request: DeskRequest) -> dict[str, str]:
    """After the next log-in: the page that stood there. What is done to a case leads, by GET, to the case."""
    path = (request.htmx.current_url_abs_path or "") if request.htmx else request.path
    is_page = bool(request.htmx) or request.method == "GET" or path.startswith("/cases/")
    return {"next": path} if is_page and path not in ("", reverse("desk:queue")) else {}


def language_of(request: DeskRequest) -> str:
    return str(request.session.get(LANGUAGE, request.operator.language))


def languages() -> list[tuple[str, str]]:
    """The site's own first."""
    return sorted(settings.LANGUAGES, key=lambda one: one[0] != settings.LANGUAGE_CODE)


def language_asked_for(request: HttpRequest) -> str:
    """Of somebody who has not logged in: as chosen in the address, or the site's own."""
    chosen = request.GET.get("language", "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def look_of(request: HttpRequest) -> dict[str, Any]:
    return {
        "language": translation.get_language(),
        "languages": languages(),
        "theme": request.session.get(THEME, ""),
        "letter_keys": request.session.get(LETTER_KEYS, True),
    }


def office(request: DeskRequest) -> dict[str, Any]:
    """What stands on a page of those who have no desk."""
    now = timezone.now()
    return look_of(request) | {
        "operator": request.operator,
        "initials": request.operator.name[:2],
        "here": request.path if request.method == "GET" else reverse("desk:queue"),
        "now": now,
        "standing": hindrances(now, request.operator),
        "alarms": ringing(request.operator),
        "zone": timezone.get_current_timezone_name(),
    }


def page(
    request: DeskRequest,
    talk: str,
    *,
    number: int | None = None,
    status: int = 200,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The whole desk with `talk` in its middle. `number`: the case that stands there."""
    return render(
        request,
        "desk/desk.html",
        {"talk": talk, **surroundings(request, number=number), **(context or {})},
        status=status,
    )


def told(request: DeskRequest, sentence: str, *, status: int = 200) -> HttpResponse:
    """The desk with no case open, and a sentence on what has just happened."""
    return page(request, "desk/_nothing.html", status=status, context={"told": sentence})


def surroundings(request: DeskRequest, *, number: int | None = None) -> dict[str, Any]:
    """Everything that stands around the case."""
    return (
        look_of(request)
        | around(request, number=number)
        | {
            "operator": request.operator,
            "initials": request.operator.name[:2],
            "shift_since": duty.shift_since(seen_by=request.operator, came_at=came_at(request)),
            "zone": timezone.get_current_timezone_name(),
            "ends_at": session_ends_at(request),
            "idle_seconds": settings.SESSION_COOKIE_AGE,
            "phrases": {name: str(phrase) for name, phrase in clocks.PHRASES.items()},
            "here": request.path if request.method == "GET" else reverse("desk:queue"),
        }
    )


def around(request: DeskRequest, *, number: int | None = None) -> dict[str, Any]:
    """What lives: the queue, who is on shift, how it stands with the front, what rings."""
    found = cases.queue(request.operator)
    on_shift = duty.on_shift(seen_by=request.operator)
    now = timezone.now()
    standing = hindrances(now, request.operator)
    alarms = ringing(request.operator)
    lock_asked = asked_of(request.operator, now)
    return {
        "now": now,
        "number": number,
        "queue": showing.queue(found, request.operator, open_number=number),
        "on_shift": showing.on_shift(on_shift, found, request.operator),
        "is_on_shift": request.operator in on_shift,
        "shift_mark": shift_mark(on_shift),
        "standing": standing,
        "standing_mark": standing_mark(standing),
        "alarms": alarms,
        "lock_asked": lock_asked,
        "alarms_mark": alarms_mark(alarms, lock_asked),
    }


def shift_mark(on_shift: Iterable[Operator]) -> str:
    """Changes when somebody comes or goes."""
    return _mark(str(one.pk) for one in on_shift)


def standing_mark(standing: Iterable[Hindrance]) -> str:
    """Changes when the band says something else."""
    return _mark(one.words for one in standing)


def alarms_mark(alarms: Iterable[AlarmShown], lock_asked: LockShown | None) -> str:
    """Changes when one more rings, or one was taken; when somebody asks for the lock, or nobody does any more."""
    return _mark((*(str(one.number) for one in alarms), f"lock {lock_asked.number}" if lock_asked else ""))


def _mark(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]
