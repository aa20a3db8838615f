"""The pages that belong to no way: nothing here, something broken, and where "leave quickly" leads."""

from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader

from safeconduct.front.pages.build import ASSETS
from safeconduct.front.web import texts
from safeconduct.front.web.forms import read_fields
from safeconduct.front.web.views.frame import frame, page


def away(_request: HttpRequest, language: str = "") -> HttpResponse:
    """Where no other address is set to leave to: a page that says nothing of where one came from."""
    offered = texts.language_or_first(language)
    if not offered:
        return _without_words(200)
    return HttpResponse(loader.get_template("pages/closed.html").render(frame(offered)))


def no_such_page(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's form
    return _told(request, "errors/no_such_page", 404)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _told(request, "web/unreadable", 400)


def our_fault(request: HttpRequest) -> HttpResponse:
    """Going back would empty the form, so what was typed stands here to be copied."""
    return _told(request, "errors/our_fault", 500, words=_words_of(request))


def _told(request: HttpRequest, say: str, status: int, *, words: str = "") -> HttpResponse:
    language = texts.language_or_first(request.path_info.split("/", 2)[1])
    if not language:
        return _without_words(status)
    return page("sentence", language, status=status, sentence=texts.say(say, language), words=words)


def _without_words(status: int) -> HttpResponse:
    """Where no word was reviewed in any language: the names of the languages, and the way out."""
    shown = {"languages": settings.LANGUAGES, "exit_url": settings.FRONT_EXIT_URL, "assets": f"/{ASSETS}/"}
    return HttpResponse(loader.get_template("person/without_words.html").render(shown), status=status)


def _words_of(request: HttpRequest) -> str:
    # What broke may be the very reading, and this page must be shown all the same.
    with suppress(Exception):
        return read_fields(request)["words"]
    return ""
