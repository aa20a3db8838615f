"""Is what arrived well formed? Reads the fields of a page and says in a person's words what cannot be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from safeconduct.front.web import texts
from safeconduct.front.web.errors import Unreadable
from safeconduct.front.web.multipart import fields_without_files
from safeconduct.front.web.rules import MAX_CHARACTERS
from safeconduct.front.web.uploads import Upload
from safeconduct.interview.engine import Question, State, advance, show
from safeconduct.interview.scripts import Script
from safeconduct.sealing.threads import CODE_DIGITS, grouped

# What browsers say of a post that a page of another site began; our pages lead to the forms by links.
ELSEWHERE = ("cross-site", "same-site")
NOT_READ = "\ufffd"
# What the one-page way asks beside the words; all else only the guided questions ask.
ASKED_ON_ONE_PAGE = {"appeal": ("deadline", "check_word"), "waiting": ("deadline",)}


@dataclass(frozen=True, repr=False)
class Fields:
    """What a page brought back. `has_unread_signs`: some bytes were no letters; a question mark stands for each."""

    values: Mapping[str, str]
    uploads: Sequence[Upload] = ()
    has_unread_signs: bool = False

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


NOTHING_TYPED = Fields({})


def read_fields(request: HttpRequest) -> Fields:
    """Raises `Unreadable` for what no page of ours sends."""
    try:
        sent, uploads = fields_without_files(request), []
        if sent is None:
            sent, uploads = {name: str(value) for name, value in request.POST.items()}, _uploads_of(request)
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, MultiPartParserError, UnreadablePostError):
        raise Unreadable("web/unreadable") from None
    has_unread_signs = any(NOT_READ in value for value in sent.values())
    values = {name: value.replace(NOT_READ, "?").replace("\r\n", "\n") for name, value in sent.items()}
    return Fields(values, uploads, has_unread_signs)


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Did a page that is not ours make the person send this? Its form may be known to whoever made that page.

    A browser that does not say is believed.
    """
    return request.headers.get("Sec-Fetch-Site", "") in ELSEWHERE


def _uploads_of(request: HttpRequest) -> list[Upload]:
    files = [file for name in request.FILES for file in request.FILES.getlist(name)]
    return [file for file in files if isinstance(file, Upload)]


@dataclass(frozen=True, repr=False)
class OnePage:
    """What was typed on the one page, each part checked. `wrong`: what to say beside a field, by its name."""

    words: str
    answers: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)


def read_one_page(fields: Fields, script: Script, language: str) -> OnePage:
    """The words and the few answers of the one-page way."""
    words, answers, wrong = fields["words"].strip(), {}, {}
    if len(words) > MAX_CHARACTERS:
        wrong["words"] = texts.say("errors/too_long", language, limit=MAX_CHARACTERS)
    elif fields.has_unread_signs:
        wrong["words"] = texts.say("web/unread_signs", language)
    elif not words and not fields.uploads:
        wrong["words"] = texts.say("web/empty", language)
    for question in questions_of(script.name, language):
        if not fields[question.name].strip():
            continue
        turn = advance(script, _only(script, question.name), fields[question.name], "web", language)
        if turn.refusal:
            wrong[question.name] = turn.refusal.message or texts.say(turn.refusal.say, language)
        elif answer := turn.state.answers[question.name]:
            answers[question.name] = answer
    return OnePage(words, answers, wrong)


def in_groups(typed: str) -> str:
    """Twenty-four digits as they were shown, so that a wrong group is found; anything else as it was typed."""
    digits = "".join(str(int(sign)) for sign in typed if sign.isdecimal())
    return " ".join(grouped(digits)) if len(digits) == CODE_DIGITS else typed


@lru_cache(maxsize=32)
def questions_of(name: str, language: str) -> tuple[Question, ...]:
    """The questions of a script that the one page asks beside the words; none while theirs are not reviewed."""
    script = texts.script(name)
    if not texts.may_ask(script, language):
        return ()
    turns = [show(script, _only(script, step), "web", language) for step in ASKED_ON_ONE_PAGE[name]]
    return tuple(turn.question for turn in turns if turn.question)


def _only(script: Script, name: str) -> State:
    """An interview that asks this one question."""
    return State(script.name, script.version, at=name)
