"""A second code, for whoever may be forced to open the messages. The first one is asked for and never looked up."""

from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from safeconduct.front.web import texts
from safeconduct.front.web.actions import keep_second_code
from safeconduct.front.web.errors import Busy, FormTooOld
from safeconduct.front.web.forms import NOTHING_TYPED, Fields, in_groups, is_from_elsewhere, read_fields
from safeconduct.front.web.hidden_field import Form, opened
from safeconduct.front.web.keys import root_from
from safeconduct.front.web.views.frame import View, frame, page, person_page, said
from safeconduct.front.web.views.letters import CHANGE_LANGUAGE
from safeconduct.handover.serving.errors import NotStored
from safeconduct.sealing.threads import Mistyped, WrongLength, grouped, new_code, read_code


def where_there_are_exchanges(view: View) -> View:
    """Elsewhere there is no such page: a second code that opens nothing would betray whoever types it."""

    @wraps(view)
    def guarded(request: HttpRequest, language: str) -> HttpResponse:
        if language not in settings.FRONT_SECOND_CODES:
            raise Http404
        return view(request, language)

    return guarded


@where_there_are_exchanges
@person_page
def second_code(request: HttpRequest, language: str) -> HttpResponse:
    if request.method != "POST":
        return _ask(_new_form(language), language)
    fields = read_fields(request)
    if is_from_elsewhere(request):
        return _ask(_new_form(language), language, NOTHING_TYPED, "web/not_from_here", status=403)
    try:
        form = opened(fields["f"])
    except FormTooOld:
        return _ask(_new_form(language), language, fields, "web/code_again")
    if fields["go"] == CHANGE_LANGUAGE or not form.code:
        return _ask(form if form.code else _new_form(language), language, fields)
    try:
        first = read_code(fields["code"])
    except (WrongLength, Mistyped) as slip:
        return _ask(form, language, fields, wrong=texts.said_of(slip, language))
    try:
        keep_second_code(form, root_from(first), language=language)
    except Busy:
        return _ask(form, language, fields, "errors/busy", status=503)
    except NotStored:
        return _ask(form, language, fields, "notices/try_later", status=503)
    return page("second", language, groups=grouped(form.code))


def _new_form(language: str) -> Form:
    """Its code is shown only when inner will hear of it, and the same however often the form is sent."""
    return Form(language, code=new_code())


def _ask(
    form: Form, language: str, fields: Fields = NOTHING_TYPED, *say: str, wrong: str = "", status: int = 200
) -> HttpResponse:
    return page(
        "second_ask",
        language,
        status=status,
        form=form,
        notices=said(say, language),
        wrong=wrong,
        code=in_groups(fields["code"]),
        languages_of_second=[one for one in frame(language)["languages"] if one["code"] in settings.FRONT_SECOND_CODES],
    )
