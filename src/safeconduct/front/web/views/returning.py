"""Coming back with the code: read, write again, wipe. A code that is known and one that is not look alike."""

import os
from collections.abc import Sequence

from django.db import Error
from django.http import HttpRequest, HttpResponse

from safeconduct.front.web import texts
from safeconduct.front.web.actions import note_visit, wipe
from safeconduct.front.web.errors import Busy, FormTooOld
from safeconduct.front.web.forms import NOTHING_TYPED, Fields, in_groups, is_from_elsewhere, read_fields
from safeconduct.front.web.hidden_field import Form, opened
from safeconduct.front.web.keys import root_from, threads_from
from safeconduct.front.web.lookups import answers_under
from safeconduct.front.web.rules import ANSWER_KEPT_DAYS, ENVELOPE_ID_BYTES
from safeconduct.front.web.views.frame import no_form, page, person_page, said, sentence
from safeconduct.front.web.views.guiding import begin
from safeconduct.front.web.views.letters import (
    BEGIN,
    CHANGE_LANGUAGE,
    ERASE,
    READ,
    WIPE,
    code_page,
    in_language,
    one_page,
    take_one_page,
    to_write,
)
from safeconduct.handover.letters import Answer
from safeconduct.handover.serving.errors import NotStored
from safeconduct.sealing.threads import Mistyped, WrongLength, read_code


@person_page
def come_back(request: HttpRequest, language: str) -> HttpResponse:
    if request.method != "POST":
        return ask_code(language)
    fields = read_fields(request)
    if is_from_elsewhere(request):
        return _not_from_here(fields, language)
    if not fields["f"]:
        return _with_code(fields, language)
    try:
        form = in_language(opened(fields["f"]), language)
    except FormTooOld:
        if fields["code"]:
            return _with_code(fields, language)
        notices = ["web/code_again", "web/text_is_below"] if fields["words"].strip() else ["web/code_again"]
        return ask_code(language, fields, *notices)
    if form.kept and not form.root:
        return _tried(form, fields, language)
    return _within_thread(form, fields, language)


def _not_from_here(fields: Fields, language: str) -> HttpResponse:
    """The words wait, the code does not: it may be that of whoever made the other page."""
    words = fields["words"] if fields["words"].strip() else ""
    notices = ["web/not_from_here", "web/text_is_below"] if words else ["web/not_from_here"]
    return ask_code(language, Fields({"words": words}), *notices, status=403)


def _tried(form: Form, fields: Fields, language: str) -> HttpResponse:
    """On the page of his code somebody typed it from memory. Where it was another, the code must not be gone."""
    if in_groups(fields["code"]) == in_groups(form.code):
        return _with_code(fields, language)
    return code_page(form, wrong=texts.say("web/not_this_code", language))


def _with_code(fields: Fields, language: str) -> HttpResponse:
    """Somebody typed a code, or asked for the same page in another language."""
    if fields["go"] == CHANGE_LANGUAGE:
        return ask_code(language, fields)
    try:
        code = read_code(fields["code"])
    except (WrongLength, Mistyped) as slip:
        return ask_code(language, fields, wrong=texts.said_of(slip, language))
    try:
        form = Form(language, root=root_from(code))
        answers = answers_under(threads_from(form.root))
        note_visit(form.root, language=language, visit_id=os.urandom(ENVELOPE_ID_BYTES))
    except Busy:
        return ask_code(language, fields, "errors/busy", status=503)
    except (NotStored, Error):
        return ask_code(language, fields, "notices/try_later", status=503)
    return thread_page(form, answers, fields)


def _within_thread(form: Form, fields: Fields, language: str) -> HttpResponse:
    """What can be done on the pages behind the code. The code itself is on none of them."""
    if form.root and fields["go"] == WIPE:
        return page("erase", language, form=form)
    if form.root and fields["go"] == ERASE:
        return _erase(form)
    if form.root and fields["go"] in (READ, CHANGE_LANGUAGE):
        return _read_again(form, fields)
    if not texts.may_write(language):
        return no_form(language, fields["words"])
    if form.root and fields["go"] == BEGIN:
        return begin(form, language, fields)
    return take_one_page(form, fields, language)


def _read_again(form: Form, fields: Fields) -> HttpResponse:
    try:
        answers = answers_under(threads_from(form.root))
    except Error:
        if not texts.may_write(form.language):
            return sentence("notices/try_later", form.language, status=503)
        return one_page(form, form.language, fields, say=["notices/try_later"], status=503)
    return thread_page(form, answers, fields)


def _erase(form: Form) -> HttpResponse:
    """Only where both are certain, that the rows here are gone and that inner will hear of it."""
    try:
        wipe(form)
    except NotStored:
        notices = said(["notices/try_later"], form.language)
        return page("erase", form.language, form=form, notices=notices, status=503)
    return sentence("leaving/erase_accepted", form.language, date=texts.day_after("backup_term", form.language))


def ask_code(
    language: str, fields: Fields = NOTHING_TYPED, *say: str, wrong: str = "", status: int = 200
) -> HttpResponse:
    """The page to enter the code on. Words that were on their way to a thread wait here."""
    return page(
        "enter",
        language,
        status=status,
        notices=said(say, language),
        wrong=wrong,
        code=in_groups(fields["code"]),
        words=fields["words"],
    )


def thread_page(form: Form, answers: Sequence[Answer], fields: Fields) -> HttpResponse:
    """Our answers, never what the person wrote; and where to write again. Every date on it counts from this visit."""
    language = form.language
    return page(
        "thread",
        language,
        form=form,
        answers=[(answer, texts.day(answer.written_on, language)) for answer in answers],
        answer_kept=texts.say("web/about_days", language, count=ANSWER_KEPT_DAYS),
        **to_write(form, language, fields, wrong={}),
    )
