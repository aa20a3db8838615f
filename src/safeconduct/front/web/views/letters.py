"""Where every letter is written and ends, whichever way the person came: on one page, by questions, with a code."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.http import HttpResponse

from safeconduct.front.web import texts
from safeconduct.front.web.actions import Writing, keep_letter
from safeconduct.front.web.errors import Busy
from safeconduct.front.web.files import sort_out
from safeconduct.front.web.forms import ASKED_ON_ONE_PAGE, NOTHING_TYPED, Fields, questions_of, read_one_page
from safeconduct.front.web.hidden_field import Form
from safeconduct.front.web.rules import ACCEPTED, MAX_CHARACTERS, MAX_FILE_BYTES, MAX_FILES
from safeconduct.front.web.views.frame import MEGABYTE, page, rendered, said
from safeconduct.front.web.views.holes import Mould
from safeconduct.handover.serving.errors import NotStored
from safeconduct.interview.confirmations import BEFORE_WRITING
from safeconduct.interview.engine import State
from safeconduct.interview.errors import StateWrong
from safeconduct.interview.rules import about_of, danger_of, reply_language_of
from safeconduct.interview.scripts import Script
from safeconduct.interview.words import draw_single_word, draw_word
from safeconduct.sealing.threads import CODE_DIGITS, GROUP, grouped, new_code

# Values of the buttons called `go`.
CHANGE_LANGUAGE, ONE_PAGE, BEGIN, BACK, SKIP = "language", "page", "begin", "back", "skip"
READ, WIPE, ERASE = "read", "wipe", "erase"

# What `person/_files.html` takes; no page can put a chosen file back.
FILES = {
    "accepted": ACCEPTED,
    "file_numbers": range(1, MAX_FILES + 1),
    "max_megabytes": MAX_FILE_BYTES // MEGABYTE,
}
# The page of a letter that could not be kept, with all that was typed and with what is said of it.
Again = Callable[[str], HttpResponse]


def new_form(language: str) -> Form:
    """A form for a new appeal. Its code and words are shown only when the letter is stored."""
    return _with_words(Form(language, code=new_code()))


def in_language(form: Form, language: str) -> Form:
    """The same form in another language; the words to know each other by are drawn anew, to be said in it."""
    if form.language == language:
        return form
    form = replace(form, language=language)
    return form if form.root else _with_words(form)


def _with_words(form: Form) -> Form:
    our_word = draw_word(form.language)
    return replace(form, our_word=our_word, your_word=draw_single_word(form.language, beside=our_word))


def script_of(form: Form) -> Script:
    """The questions for a first letter, or the short ones for somebody who came back with a code."""
    return texts.script("waiting" if form.root else "appeal")


def fresh_page(language: str) -> HttpResponse:
    """The one page for a new appeal, with nothing typed yet."""
    form = new_form(language)
    return HttpResponse(_fresh_page(language).filled({"hidden": form.closed()}))


@lru_cache(maxsize=8)
def _fresh_page(language: str) -> Mould:
    shown = to_write(new_form(language), language, NOTHING_TYPED, wrong={})
    return Mould(lambda holes: rendered("write", language, **shown, **holes), ["hidden"])


def not_from_here(fields: Fields, language: str) -> HttpResponse:
    """In place of what a form from elsewhere asked for: a form afresh, with the words that came."""
    return one_page(new_form(language), language, fields, say=["web/not_from_here"], status=403)


def one_page(
    form: Form,
    language: str,
    fields: Fields = NOTHING_TYPED,
    *,
    say: Iterable[str] = (),
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page to write on, with all that was typed."""
    shown = to_write(form, language, fields, wrong=wrong or {})
    return page("write", language, status=status, form=form, notices=said(say, language), **shown)


def to_write(form: Form, language: str, fields: Fields, *, wrong: Mapping[str, str]) -> dict[str, Any]:
    """What `person/_writing.html` takes."""
    script = script_of(form)
    questions = questions_of(script.name, language)
    return {
        "letter": "c" if form.root else "w",
        "is_thread": bool(form.root),
        "words": fields["words"],
        "wrong": wrong,
        "questions": [(question, fields[question.name], wrong.get(question.name, "")) for question in questions],
        "note": texts.before_words(language),
        "what_to_know": texts.statements(BEFORE_WRITING, language),
        "max_characters": MAX_CHARACTERS,
        "are_files_again": bool(fields.uploads),
        **FILES,
    }


def take_one_page(form: Form, fields: Fields, language: str) -> HttpResponse:
    """Keep what was written on the one page, or show it again with what is wrong."""
    script = script_of(form)
    read = read_one_page(fields, script, language)
    if read.wrong:
        return one_page(form, language, fields, wrong=read.wrong)
    taken, refused = sort_out(fields.uploads)
    if not read.words and not taken:
        return one_page(form, language, fields, wrong={"words": texts.say("web/no_file_fits", language)})
    answers = {**_answered_before(form, script), **read.answers}
    writing = Writing(
        words=read.words,
        language=reply_language_of(answers, otherwise=language),
        script=script.name,
        script_version=script.version,
        your_word=answers.pop("check_word", ""),
        answers=answers,
        about=about_of(answers),
        danger=danger_of(script, answers),
        files=taken,
    )
    return keep_and_show(
        form, writing, refused, again=lambda say: one_page(form, language, fields, say=[say], status=503)
    )


def _answered_before(form: Form, script: Script) -> dict[str, str]:
    """What the guided questions were told before the person went over to the one page, but for what that asks too."""
    try:
        passed = State.from_json(form.interview, script).passed
    except StateWrong:
        return {}
    here = {"words", *ASKED_ON_ONE_PAGE[script.name]}
    return {name: answer for name, answer in passed.items() if answer and name not in here}


def keep_and_show(form: Form, writing: Writing, refused: Iterable[str], *, again: Again) -> HttpResponse:
    """The code's page once the letter is stored and not before; else the page it came from, `again`, with the truth."""
    try:
        keep_letter(form, writing)
    except NotStored:
        return again("errors/not_stored")
    except Busy:
        return again("errors/busy")
    if form.root:
        shown = what_follows(form.language, is_danger=writing.danger == "now")
        return page("sent", form.language, form=form, notices=said(refused, form.language), **shown)
    kept = replace(form, interview=None, kept=writing.danger, your_word=writing.your_word or form.your_word)
    return code_page(kept, refused)


def what_follows(language: str, *, is_danger: bool) -> dict[str, Any]:
    return {"is_danger": is_danger, "when_we_answer": texts.statements(["when-we-answer"], language)}


def code_page(form: Form, refused: Iterable[str] = (), *, wrong: str = "") -> HttpResponse:
    """The code and the words of a letter that is kept. A repeated form is shown the same.

    `wrong`: what is to be said of the code that was typed for a try.
    """
    mould = _code_page(form.language, form.kept == "now", tuple(refused), wrong)
    groups = {f"group{place}": group for place, group in enumerate(grouped(form.code))}
    return HttpResponse(
        mould.filled(groups | {"our_word": form.our_word, "your_word": form.your_word, "hidden": form.closed()})
    )


@lru_cache(maxsize=64)
def _code_page(language: str, is_danger: bool, refused: tuple[str, ...], wrong: str) -> Mould:
    shown = what_follows(language, is_danger=is_danger) | {"notices": said(refused, language), "wrong": wrong}
    groups = [f"group{place}" for place in range(CODE_DIGITS // GROUP)]

    def render(holes: Mapping[str, str]) -> str:
        return rendered("code", language, groups=[holes[group] for group in groups], **shown, **holes)

    return Mould(render, [*groups, "our_word", "your_word", "hidden"])
