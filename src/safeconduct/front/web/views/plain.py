"""The pages that belong to no way: nothing here, something broken, and where "leave quickly" leads."""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.template import loader

from safeconduct.front.web import texts
from safeconduct.front.web.forms import read_fields
from safeconduct.front.web.views.frame import frame, page, sentence


def away(_request: HttpRequest, language: str = "") -> HttpResponse:
    """Where no other address is set to leave to: a page that says nothing of where one came from."""
    shown = frame(texts.language_or_first(language))
    return HttpResponse(loader.get_template("pages/closed.html").render(shown))


def no_such_page(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's form
    return sentence("errors/no_such_page", _language_of(request), status=404)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return sentence("web/unreadable", _language_of(request), status=400)


def our_fault(request: HttpRequest) -> HttpResponse:
    """Going back would empty the form, so what was typed stands here to be copied."""
    language = _language_of(request)
    said = texts.say("errors/our_fault", language)
    return page("sentence", language, status=500, sentence=said, words=_words_of(request))


def _words_of(request: HttpRequest) -> str:
    # What broke may be the very reading, and this page must be shown all the same.
    with suppress(Exception):
        return read_fields(request)["words"]
    return ""


def _language_of(request: HttpRequest) -> str:
    return texts.language_or_first(request.path_info.split("/", 2)[1])
