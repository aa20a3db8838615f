"""The one-page way: write, and get a code."""

from django.http import HttpRequest, HttpResponse

from safeconduct.front.web.errors import FormTooOld
from safeconduct.front.web.forms import is_from_elsewhere, read_fields
from safeconduct.front.web.hidden_field import opened
from safeconduct.front.web.views.frame import writing_page
from safeconduct.front.web.views.guiding import begin
from safeconduct.front.web.views.letters import (
    BEGIN,
    CHANGE_LANGUAGE,
    fresh_page,
    in_language,
    new_form,
    not_from_here,
    one_page,
    take_one_page,
)


@writing_page
def write(request: HttpRequest, language: str) -> HttpResponse:
    if request.method != "POST":
        return fresh_page(language)
    fields = read_fields(request)
    if is_from_elsewhere(request):
        return not_from_here(fields, language)
    try:
        form = in_language(opened(fields["f"]), language)
    except FormTooOld:
        return one_page(new_form(language), language, fields, say=["errors/page_too_old"])
    if fields["go"] == CHANGE_LANGUAGE:
        return one_page(form, language, fields)
    if fields["go"] == BEGIN:
        return begin(form, language, fields)
    return take_one_page(form, fields, language)
