"""What every page of the forms shares: its frame, its sealed field, its languages."""

from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template import loader

from safeconduct.front.pages.build import ASSETS, RIGHT_TO_LEFT
from safeconduct.front.web import texts
from safeconduct.front.web.errors import Unreadable
from safeconduct.front.web.forms import read_fields
from safeconduct.front.web.hidden_field import Form
from safeconduct.front.web.rules import MAX_FILE_BYTES

View = Callable[[HttpRequest, str], HttpResponse]
MEGABYTE = 1024 * 1024


def person_page(view: View) -> View:
    """A page in a language that is offered; what cannot be read at all is told in a sentence."""

    @wraps(view)
    def guarded(request: HttpRequest, language: str) -> HttpResponse:
        if language not in texts.languages():
            raise Http404
        try:
            return view(request, language)
        except Unreadable as refusal:
            return sentence(refusal.say, language, status=400)

    return guarded


def writing_page(view: View) -> View:
    """A page to write on, in a language in which what must be read first may be shown; else a page that says so."""

    @wraps(view)
    def guarded(request: HttpRequest, language: str) -> HttpResponse:
        if texts.may_write(language):
            return view(request, language)
        return no_form(language, read_fields(request)["words"] if request.method == "POST" else "")

    return person_page(guarded)


def no_form(language: str, words: str = "") -> HttpResponse:
    """In place of a page to write on. What was typed all the same stands here to be copied."""
    return page("no_form", language, status=404, sentence=texts.say("web/no_form", language), words=words)


def page(name: str, language: str, *, status: int = 200, form: Form | None = None, **shown: Any) -> HttpResponse:
    """The page `name` in `language`; where there is a `form`, its sealed field travels in it."""
    hidden = {"hidden": form.closed()} if form else {}
    return HttpResponse(rendered(name, language, **shown, **hidden), status=status)


def rendered(name: str, language: str, **shown: Any) -> str:
    return loader.get_template(f"person/{name}.html").render(frame(language) | shown)


def sentence(say: str, language: str, *, status: int = 200, **values: object) -> HttpResponse:
    """A page that says one thing."""
    return page("sentence", language, status=status, sentence=texts.say(say, language, **values))


def said(names: Iterable[str], language: str) -> list[str]:
    """What to tell above a form, in words. The limit is that of a file."""
    return [texts.say(name, language, limit=MAX_FILE_BYTES // MEGABYTE) for name in names]


@lru_cache(maxsize=8)
def frame(language: str) -> dict[str, Any]:
    """What `person/base.html` takes."""
    names = dict(settings.LANGUAGES)
    return {
        "interface": texts.library().interface,
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "languages": [{"code": code, "name": names.get(code, code)} for code in texts.languages()],
        "languages_to_write": [{"code": code, "name": names.get(code, code)} for code in texts.languages_to_write()],
        "may_write": texts.may_write(language),
        "exit_url": f"/{language}/x" if settings.FRONT_EXIT_URL == "/x" else settings.FRONT_EXIT_URL,
        "assets": f"/{ASSETS}/",
        "is_demonstration": settings.FRONT_PURPOSE != "site",
    }
