"""The answer to the person: written, statements put in, previewed, sent. What was typed stays in every case."""

import contextlib
from dataclasses import replace

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from safeconduct.inner.cases import lookups, rules
from safeconduct.inner.cases.drafts import Begun
from safeconduct.inner.cases.errors import CaseClosed, NoSuchCase, NothingSaid, TextTooLong
from safeconduct.inner.cases.models import Case
from safeconduct.inner.desk import composing, shelf, showing
from safeconduct.inner.desk.errors import NotOnTheShelf, NotRead, SentAlready
from safeconduct.inner.desk.forms import AnswerForm
from safeconduct.inner.desk.pages import DeskRequest, at_the_desk, deed, language_of, page
from safeconduct.inner.desk.shown import Composer, Inserted
from safeconduct.inner.desk.templatetags.desk import thousands
from safeconduct.inner.desk.views.case import case_page, look_again, outside
from safeconduct.inner.operators.models import Operator

WRITE, PICK, PREVIEW, SEND = "write", "pick", "preview", "send"


@deed
@at_the_desk
def answer(request: DeskRequest, number: int) -> HttpResponse:
    """One form with several buttons; each shows the composer anew, until the answer has left."""
    form = AnswerForm(request.POST)
    form.is_valid()
    text = form.cleaned_data.get("text", "")
    try:
        case = lookups.case_for(request.operator, number)
    except NoSuchCase:
        return _not_yours_any_more(request, number, text)
    composer = replace(composing.empty_composer(seen=form.cleaned_data.get("seen", 0)), text=text)
    is_marked = "once" in form.cleaned_data
    if is_marked:
        composer = replace(composer, once=form.cleaned_data["once"])
    try:
        composer = replace(composer, inserted=_statements(request, case))
    except NotOnTheShelf:
        # The others stay; nothing that may not be shown is carried along.
        why = composing.not_on_the_shelf()
        return _shown(request, case, replace(composer, inserted=_those_left(request, case), refusal=why))
    step = request.POST.get("step", WRITE)
    if step != SEND:
        _keep(case, composer, by=request.operator)
    if step == PICK:
        topics = shelf.topics(showing.language_of(case), language_of(request))
        return _shown(request, case, replace(composer, step=PICK, topics=topics))
    if step not in (PREVIEW, SEND):
        return _shown(request, case, composer)
    if why := _why_not(composer):
        return _shown(request, case, replace(composer, refusal=why))
    if step == PREVIEW or not is_marked:
        return _shown(request, case, replace(composer, step=PREVIEW))
    return _send(request, case, composer)


def _send(request: DeskRequest, case: Case, composer: Composer) -> HttpResponse:
    try:
        composing.send(case, composer, by=request.operator)
    except SentAlready:
        pass
    except NotRead:
        why = _("The person has written again meanwhile. It stands in the conversation now: read it, then send.")
        return look_again(_shown(request, case, replace(composer, refusal=why, seen=composing.heard(case))))
    except (CaseClosed, NoSuchCase):
        return _not_yours_any_more(request, case.number, composer.text)
    if not request.htmx:
        return redirect("desk:case", case.number)
    return look_again(_shown(request, case, composing.empty_composer(seen=composer.seen, sent=True)))


def _statements(request: DeskRequest, case: Case) -> tuple[Inserted, ...]:
    keys = [key for key in _keys(request.POST) if key != request.POST.get("leave_out")]
    return shelf.take(keys, theirs=showing.language_of(case), ours=language_of(request))


def _those_left(request: DeskRequest, case: Case) -> tuple[Inserted, ...]:
    theirs, ours = showing.language_of(case), language_of(request)
    return shelf.take_those_left(_keys(request.POST), theirs=theirs, ours=ours)


def _keep(case: Case, composer: Composer, *, by: Operator) -> None:
    """Each press keeps the draft, also in a browser without scripts."""
    begun = Begun(composer.text, tuple(one.key for one in composer.inserted))
    # Too long, or not his any more: the page that follows says so, and shows what was typed.
    with contextlib.suppress(TextTooLong, CaseClosed, NoSuchCase):
        composing.keep(case, begun, once=composer.once, by=by)


def _keys(posted: QueryDict) -> list[str]:
    return [*posted.getlist("statement"), *posted.getlist("insert")]


def _why_not(composer: Composer) -> str:
    try:
        rules.check_may_be_said(composer.text, with_statements=bool(composer.inserted))
    except NothingSaid:
        return _("There is nothing to send yet: write some words or insert a statement.")
    except TextTooLong:
        return _("Too long: at most %(limit)s signs. Divide it into two answers.") % {
            "limit": thousands(composer.limit)
        }
    return ""


def _shown(request: DeskRequest, case: Case, composer: Composer) -> HttpResponse:
    status = 422 if composer.refusal else 200
    if not request.htmx:
        return case_page(request, case, status=status, composer=composer)
    context = outside(request, case) | {"composer": composer, "focus": not composer.sent}
    return render(request, "desk/_composer.html", context, status=status)


def _not_yours_any_more(request: DeskRequest, number: int, text: str) -> HttpResponse:
    """Somebody else has it, it is free, or it was closed or erased: a sentence, and the words that were typed."""
    try:
        owner = lookups.row_for(request.operator, number).owner
        why = (
            _("%(name)s has this case now.") % {"name": owner.name}
            if owner
            else _("This case is free now. Take it to answer.")
        )
    except NoSuchCase:
        why = _("This case was closed or erased meanwhile.")
    context = {"why": why, "unsaid": text, "number": number}
    if request.htmx:
        return render(request, "desk/_unsaid.html", context, status=409)
    return page(request, "desk/_unsaid.html", status=409, context=context)
