"""Pages of those who open no store: the auditor sees the log and no case, the administrator people and no case."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from safeconduct.audit import lookups as audit
from safeconduct.audit.actions import record
from safeconduct.audit.verifying import verify, verify_heads
from safeconduct.inner.desk import logged, words
from safeconduct.inner.desk.forms import LogForm
from safeconduct.inner.desk.pages import DeskRequest, for_role, office
from safeconduct.inner.desk.shown import Person
from safeconduct.inner.operators import lookups as operators
from safeconduct.inner.operators.actions import SITE

LINES_ON_A_PAGE = 100


@require_GET
@for_role("administrator")
def people(request: DeskRequest) -> HttpResponse:
    """Who works here, in which roles, admitted where, last seen when."""
    shown = [
        Person(
            name=one.operator.name,
            roles=tuple(words.say(words.ROLE, role) for role in one.roles),
            admitted=tuple(words.say(words.STORE, store) for store in one.admitted),
            suspended_at=one.operator.suspended_at,
            seen_at=one.operator.seen_at,
        )
        for one in operators.everybody()
    ]
    return render(request, "desk/people.html", office(request) | {"people": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("auditor")
def log(request: DeskRequest) -> HttpResponse:
    """One chain, the newest lines first. A post reads every line of every chain, whether it still holds.

    Whoever looks into the log stands in it. Who is forced to sees what stood in it before, and himself.
    """
    with transaction.atomic():
        record(SITE, "audit.read", by=request.operator.pk)
    context = office(request) | _lines(request)
    if request.method == "POST":
        problems = [*verify(), *verify_heads(by=settings.INNER_AUDIT_KEY.public)]
        context |= {"verified_at": timezone.now(), "problems": [logged.problem_words(one) for one in problems]}
    return render(request, "desk/log.html", context)


def _lines(request: DeskRequest) -> dict[str, Any]:
    form = LogForm(request.GET)
    form.is_valid()
    # What is not well formed is as if it had been left empty: the form shows what was understood.
    asked = {name: form.cleaned_data.get(name) or None for name in form.fields}
    stores, quiet = audit.stores(), operators.quiet_for(request.operator)
    chain = asked["chain"] if asked["chain"] in stores else SITE
    found = audit.newest_lines(
        chain,
        before=asked["before"],
        most=LINES_ON_A_PAGE + 1,
        by=asked["by"],
        verb=asked["verb"] or "",
        on=asked["on"],
        quiet=quiet,
    )
    names, lines = logged.names(), found[:LINES_ON_A_PAGE]
    chosen = {"chain": chain, **{name: asked[name] for name in ("by", "verb", "on") if asked[name]}}
    return {
        "chosen": {"by": None, "verb": None, "on": None} | chosen,
        "lines": logged.lines_shown(lines, names),
        "newest": f"?{urlencode(chosen)}" if asked["before"] else "",
        "older": f"?{urlencode(chosen | {'before': lines[-1].seq})}" if len(found) > len(lines) else "",
        "chains": [(store, words.say(words.STORE, store)) for store in stores],
        "names": list(names.items()),
        "verbs": sorted(((verb, str(said)) for verb, said in logged.VERB.items()), key=lambda one: one[1]),
        "heads": [
            (words.say(words.STORE, head.store), head.on, head.seq) for head in audit.last_signed_heads(quiet=quiet)
        ],
    }
