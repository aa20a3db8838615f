"""One case: from outside for everybody on shift, from inside for its owner and under broken glass; what can happen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from safeconduct.inner.cases import access, actions, drafts, lookups, opening, rules
from safeconduct.inner.cases.errors import (
    CaseClosed,
    NeverAnswered,
    NoSuchCase,
    NothingSaid,
    TakenByAnother,
    TextTooLong,
)
from safeconduct.inner.cases.models import Case, Draft
from safeconduct.inner.desk import composing, showing, words
from safeconduct.inner.desk.again import after_second_factor
from safeconduct.inner.desk.errors import NotRead
from safeconduct.inner.desk.forms import CloseForm, DangerForm, GlassForm, NoteForm
from safeconduct.inner.desk.pages import DeskRequest, at_the_desk, deed, language_of, page, told
from safeconduct.inner.duty import alarms
from safeconduct.inner.operators.session import keys_of
from safeconduct.sealing.envelopes import CannotOpen

# Kinds that the front has drawn anew, and that a browser may draw once more.
_IMAGES = frozenset({"image/jpeg", "image/png", "image/webp"})
_IMAGES_SHOWN = "images_shown"


@require_GET
@at_the_desk
def case(request: DeskRequest, number: int) -> HttpResponse:
    return case_page(request, lookups.shown_for(request.operator, number))


def case_page(request: DeskRequest, found: Case, *, status: int = 200, **more: Any) -> HttpResponse:
    """The desk with this case in its middle; `more` says what was refused."""
    context = inside(request, found) | more
    return page(request, "desk/_talk.html", number=found.number, status=status, context=context)


def inside(request: DeskRequest, found: Case) -> dict[str, Any]:
    """What stands in the conversation and the card. Opening words is recorded."""
    context: dict[str, Any] = outside(request, found)
    reader = lookups.reader_of(request.operator)
    if access.READABLE.holds(reader, found):
        conversation = opening.open_conversation(found, keys=keys_of(request))
        asked_for = frozenset({request.GET["open"]}) if "open" in request.GET else frozenset()
        now = context["now"]
        context["opened"] = showing.opened(found, conversation, request.operator, now=now, open_files=asked_for)
        if access.WORKED_ON.holds(reader, found):
            context |= _begun(request, found, conversation)
        elif broken := lookups.glass_over(request.operator, found.number):
            context["glass"] = showing.glass(broken, found)
    else:
        context["draft_waits"] = found.drafts.filter(by=request.operator).exists()
    return context


def _begun(request: DeskRequest, found: Case, conversation: opening.Conversation) -> dict[str, Any]:
    """What this operator wrote before the window was closed, or the power went."""
    answer, note = (
        composing.own_draft(conversation.drafts, kind=kind, of=request.operator) for kind in (Draft.ANSWER, Draft.NOTE)
    )
    theirs, ours, seen = showing.language_of(found), language_of(request), composing.heard_in(conversation)
    return {
        "composer": composing.composer_with(answer, theirs=theirs, ours=ours, seen=seen),
        "note_text": note.text,
    }


def outside(request: DeskRequest, found: Case) -> dict[str, Any]:
    """What the header says, with what every form of a case needs."""
    return {
        "case": showing.case_from_outside(found, request.operator),
        "number": found.number,
        "dangers": [(name, words.say(words.JUDGED, name)) for name in words.JUDGED],
        "language": language_of(request),
        "note_limit": rules.MOST_CHARACTERS,
        "now": timezone.now(),
    }


@deed
@at_the_desk
@after_second_factor
def put_on_paper(request: DeskRequest, number: int) -> HttpResponse:
    """The same page with the number of the print on it: without one, the style sheet prints no word of a person."""
    found = lookups.case_for(request.operator, number)
    return case_page(request, found, printed=opening.note_print(found, keys=keys_of(request)))


@deed
@at_the_desk
def take(request: DeskRequest, number: int) -> HttpResponse:
    found = lookups.row_for(request.operator, number)
    try:
        actions.take(found, by=request.operator)
    except TakenByAnother:
        now = lookups.row_for(request.operator, number)
        quicker = _("%(name)s was quicker and has this case now.") % {"name": now.owner.name if now.owner else ""}
        return case_page(request, now, status=409, told=quicker)
    except CaseClosed:
        raise NoSuchCase(number) from None
    return redirect("desk:case", number)


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def break_glass(request: DeskRequest, number: int) -> HttpResponse:
    """A case that is another's is opened with a reason. Whether there is one of this number shows only afterwards."""
    form = GlassForm(request.POST or None)
    if form.is_valid():
        alarms.break_glass(number, **form.cleaned_data, by=request.operator)
        return redirect("desk:case", number)
    refusal = _("Please choose one of the reasons.") if request.method == "POST" else ""
    context = {
        "asked": number,
        "reasons": words.BROKEN.items(),
        "refusal": refusal,
        "minutes": rules.GLASS_STAYS_BROKEN // timedelta(minutes=1),
    }
    return page(request, "desk/_glass.html", status=422 if refusal else 200, context=context)


@deed
@at_the_desk
def take_over(request: DeskRequest, number: int) -> HttpResponse:
    actions.take_over(lookups.read_for(request.operator, number), by=request.operator)
    return redirect("desk:case", number)


@deed
@at_the_desk
def release(request: DeskRequest, number: int) -> HttpResponse:
    _do(actions.release, lookups.case_for(request.operator, number), by=request.operator)
    return told(request, _("Released. The case is back in the queue, and its notes stay with it."))


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_desk
def close(request: DeskRequest, number: int) -> HttpResponse:
    """Reasons to choose from; none of them says that somebody came."""
    found = lookups.case_for(request.operator, number)
    form = CloseForm(request.POST or None)
    refusal = _("Please choose one of the reasons.") if request.method == "POST" else ""
    if form.is_valid():
        try:
            _do(composing.close, found, **form.cleaned_data, by=request.operator)
        except NeverAnswered:
            refusal = _("Nobody has answered here yet, so it cannot end as answered. Please choose another reason.")
        except NotRead:
            unread = _("Not closed: the person has written again meanwhile.")
            return case_page(request, found, status=409, told=unread)
        else:
            return told(request, _("Closed. If the person writes again, it comes back."))
    reasons = [(name, words.say(words.REASON, name), words.say(words.REASON_MORE, name)) for name in rules.REASONS]
    context = outside(request, found) | {"reasons": reasons, "refusal": refusal, "heard": composing.heard(found)}
    context["drafted"] = drafts.waits(found)
    return page(request, "desk/_closing.html", number=number, status=422 if refusal else 200, context=context)


@deed
@at_the_desk
def words_said(request: DeskRequest, number: int) -> HttpResponse:
    """The person said our word: from now on the desk shows the person's own."""
    found = lookups.case_for(request.operator, number)
    _do(actions.our_word_given, found, by=request.operator)
    if not request.htmx:
        return redirect("desk:case", number)
    found = lookups.case_for(request.operator, number)
    given = opening.words_of(found, keys=keys_of(request))
    context = outside(request, found) | {"words": showing.words_shown(found, given)}
    return look_again(render(request, "desk/_words.html", context))


@deed
@at_the_desk
def judge_danger(request: DeskRequest, number: int) -> HttpResponse:
    found = lookups.case_for(request.operator, number)
    form = DangerForm(request.POST)
    if form.is_valid():
        _do(actions.judge_danger, found, form.cleaned_data["danger"], by=request.operator)
    if not request.htmx:
        return redirect("desk:case", number)
    now = outside(request, lookups.case_for(request.operator, number))
    return look_again(render(request, "desk/_casefacts.html", now))


@deed
@at_the_desk
def note(request: DeskRequest, number: int) -> HttpResponse:
    """For the shift only. What was typed stays in the field when it cannot be kept."""
    form = NoteForm(request.POST)
    text = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        found = lookups.case_for(request.operator, number)
        _do(actions.note, found, text, by=request.operator)
    except NothingSaid:
        return _note_refused(request, number, text, _("An empty note is not kept."))
    except TextTooLong:
        return _note_refused(
            request, number, text, _("Too long: at most %(limit)s signs.") % {"limit": rules.MOST_CHARACTERS}
        )
    except NoSuchCase:
        return _note_refused(request, number, text, _("Not kept: this case is not yours any more."), status=409)
    if not request.htmx:
        return redirect("desk:case", number)
    return look_again(render(request, "desk/_noteform.html", outside(request, found)))


def _note_refused(request: DeskRequest, number: int, text: str, why: str, *, status: int = 422) -> HttpResponse:
    refusal = {"note_text": text, "note_refusal": why}
    if request.htmx:
        context = {"number": number, "note_limit": rules.MOST_CHARACTERS} | refusal
        return render(request, "desk/_noteform.html", context, status=status)
    try:
        return case_page(request, lookups.case_for(request.operator, number), status=status, **refusal)
    except NoSuchCase:
        context = {"unsaid": text, "why": why, "number": number}
        return page(request, "desk/_unsaid.html", status=status, context=context)


@require_GET
@at_the_desk
def file(request: DeskRequest, number: int, file_id: str) -> HttpResponse:
    """One file out of the sealed store. Never drawn as a page: always a download, except inside our own `<img>`."""
    attachment = lookups.attachment_for(lookups.read_for(request.operator, number), file_id)
    try:
        part = opening.open_attachment(attachment, keys=keys_of(request))
    except CannotOpen:
        raise NoSuchCase(number) from None
    response = HttpResponse(part.content, part.kind if part.kind in _IMAGES else "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, part.name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@at_the_desk
def image(request: DeskRequest, number: int, file_id: str) -> HttpResponse:
    """The box of an image, opened because it was asked for. How many were on this shift is counted, not which."""
    lookups.attachment_for(lookups.read_for(request.operator, number), file_id)
    request.session[_IMAGES_SHOWN] = request.session.get(_IMAGES_SHOWN, 0) + 1
    context = {"number": number, "file_id": file_id, "shown": request.session[_IMAGES_SHOWN]}
    return render(request, "desk/_image.html", context)


def _do(act: Callable[..., object], found: Case, *args: Any, **kwargs: Any) -> None:
    """A case that was closed a moment ago is one that is not the operator's any more."""
    try:
        act(found, *args, **kwargs)
    except CaseClosed:
        raise NoSuchCase(found.number) from None


def look_again(response: HttpResponse) -> HttpResponse:
    """Let the page fetch at once what this deed has changed."""
    response["HX-Trigger"] = "look"
    return response
