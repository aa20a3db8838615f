"""The guided questions, one a page. Nothing is kept before the last one: the answers travel in the sealed field."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse

from safeconduct.front.web import texts
from safeconduct.front.web.actions import Writing
from safeconduct.front.web.errors import FormTooOld
from safeconduct.front.web.files import sort_out
from safeconduct.front.web.forms import NOTHING_TYPED, Fields, is_from_elsewhere, read_fields, read_one_page
from safeconduct.front.web.hidden_field import Form, opened
from safeconduct.front.web.views.frame import page, said, writing_page
from safeconduct.front.web.views.letters import (
    BACK,
    CHANGE_LANGUAGE,
    FILES,
    ONE_PAGE,
    SKIP,
    in_language,
    keep_and_show,
    new_form,
    not_from_here,
    one_page,
    script_of,
)
from safeconduct.interview import engine
from safeconduct.interview.engine import Go, Prompt, State, Turn
from safeconduct.interview.errors import StateWrong
from safeconduct.interview.rules import about_of, danger_of, reply_language_of
from safeconduct.interview.scripts import Medium, Script
from safeconduct.interview.showing import Shown

MEDIUM: Medium = "web"
# These have a place of their own in the letter.
WORDS, CHECK_WORD = "words", "check_word"
# What not to write is a note of the script.
WHAT_DELETION_CANNOT_DO = ("what-deletion-can-do",)


@writing_page
def guide(request: HttpRequest, language: str) -> HttpResponse:
    if request.method != "POST":
        return begin(new_form(language), language)
    fields = read_fields(request)
    if is_from_elsewhere(request):
        return not_from_here(fields, language)
    try:
        form = in_language(opened(fields["f"]), language)
        script = script_of(form)
        state = State.from_json(form.interview, script)
    except (FormTooOld, StateWrong):
        return _too_old(fields, language)
    return _go_on(form, script, state, fields, language)


def begin(form: Form, language: str, fields: Fields = NOTHING_TYPED) -> HttpResponse:
    """The first question, or the one at which the person went over to the one page.

    What was typed on that page waits at its place; what was answered before stays answered.
    """
    script = script_of(form)
    if not texts.may_ask(script, language):
        return one_page(form, language, fields)
    state = _left_at(form, script) or engine.begin(script, MEDIUM, language).state
    typed = {**read_one_page(fields, script, language).answers, WORDS: fields[WORDS]}
    state = replace(state, answers={**state.answers, **{name: said for name, said in typed.items() if said}})
    return _step(form, engine.show(script, state, MEDIUM, language), language)


def _left_at(form: Form, script: Script) -> State | None:
    try:
        return State.from_json(form.interview, script)
    except StateWrong:
        return None


def _too_old(fields: Fields, language: str) -> HttpResponse:
    """The answers are gone; what the last page brought is not. Whether somebody came with a code cannot be told."""
    say = ["web/answers_gone", "web/text_is_below"] if fields[WORDS].strip() else ["web/answers_gone"]
    return one_page(new_form(language), language, fields, say=say)


def _go_on(form: Form, script: Script, state: State, fields: Fields, language: str) -> HttpResponse:
    go, typed = fields["go"], fields[state.at or WORDS]
    if go == ONE_PAGE or not texts.may_ask(script, language):
        # The form takes the answers along; those that the page asks for as well stand on it.
        values = {**state.answers, **fields.values, WORDS: fields[WORDS] or state.answers.get(WORDS, "")}
        return one_page(form, language, replace(fields, values=values))
    if go == CHANGE_LANGUAGE:
        return _step(form, engine.show(script, state, MEDIUM, language), language, fields)
    if go == BACK:
        # What was typed is there again when the person comes forward.
        kept = replace(state, answers={**state.answers, state.at: typed}) if state.at else state
        return _step(form, engine.advance(script, kept, engine.BACK, MEDIUM, language), language)
    if fields.has_unread_signs:
        turn = engine.show(script, state, MEDIUM, language)
        return _step(form, turn, language, fields, wrong=texts.say("web/unread_signs", language))
    if go == SKIP and typed.strip() and not script.step_of[state.at].choices:
        # One finger too low on the last page would send a letter without its words.
        turn = engine.show(script, state, MEDIUM, language)
        return _step(form, turn, language, fields, wrong=texts.say("web/not_empty", language))
    turn = engine.advance(script, state, engine.SKIP if go == SKIP else typed, MEDIUM, language)
    if turn.refusal:
        wrong = turn.refusal.message or texts.say(turn.refusal.say, language)
        return _step(form, turn, language, fields, wrong=wrong)
    if turn.is_finished:
        return _finish(form, script, turn, state, fields, language)
    return _step(form, turn, language)


def _step(
    form: Form,
    turn: Turn,
    language: str,
    fields: Fields = NOTHING_TYPED,
    *,
    wrong: str = "",
    say: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    """The page of one question, of a hand-over to questions that are not there, or of the last words."""
    form = replace(form, interview=turn.state.to_json())
    prompts = _shown(turn.prompts, language)
    if turn.go:
        return page("elsewhere", language, form=form, prompts=prompts, **_topic(turn.go, language))
    question = turn.question
    if question is None:
        return page("later", language, form=form, prompts=prompts)
    # After another question more may follow, by what is chosen; the words, where they stand last, end the script.
    ends = question.name == WORDS and question.number == question.total
    return page(
        "step",
        language,
        status=status,
        form=form,
        prompts=prompts,
        question=question,
        typed=fields[question.name] or question.answer,
        ends=ends,
        takes_files=ends and "file" in question.accepts,
        wrong=wrong,
        notices=said(say, language),
        are_files_again=bool(fields.uploads),
        can_go_back=bool(turn.state.trail),
        what_to_know=texts.statements(WHAT_DELETION_CANNOT_DO, language) if question.name == WORDS else [],
        **FILES,
    )


def _finish(form: Form, script: Script, turn: Turn, last: State, fields: Fields, language: str) -> HttpResponse:
    """Keep the answers as one letter; or nothing, where the person stopped before the script's last words."""
    answers = turn.state.passed
    if not script.steps[-1].is_asked(answers, MEDIUM):
        if answers.get("wish") == "erase":
            return page("erase", language, form=form, prompts=_shown(turn.prompts, language))
        return _step(form, turn, language)
    taken, refused = sort_out(fields.uploads)
    form = replace(form, interview=last.to_json())

    def once_more(say: str, status: int = 200) -> HttpResponse:
        return _step(form, engine.show(script, last, MEDIUM, language), language, fields, say=[say], status=status)

    if refused and not taken and not answers.get(WORDS):
        return once_more("web/no_file_fits")
    writing = Writing(
        words=answers.get(WORDS, ""),
        language=reply_language_of(answers, otherwise=language),
        script=script.name,
        script_version=script.version,
        your_word=answers.get(CHECK_WORD, ""),
        answers={name: said for name, said in answers.items() if said and name not in (WORDS, CHECK_WORD)},
        about=about_of(answers),
        danger=danger_of(script, answers),
        files=taken,
    )
    return keep_and_show(form, writing, refused, again=lambda say: once_more(say, 503))


def _shown(prompts: Sequence[Prompt], language: str) -> list[dict[str, str | Shown]]:
    """Words of notes, and those of the statements that may be shown."""
    shown: list[dict[str, str | Shown]] = []
    for prompt in prompts:
        if prompt.text:
            shown.append({"text": prompt.text})
        shown += [{"said": said} for said in texts.statements(filter(None, [prompt.statement]), language)]
    return shown


def _topic(go: Go, language: str) -> dict[str, Any]:
    """The page of the menu that stands in for questions which are not there yet."""
    item = next((item for item in texts.library().menu if item.name == go.menu), None)
    if item is None:
        return {"topic": texts.say("neutral_page/title", language), "statements": []}
    return {"topic": item.label[language], "statements": texts.statements(item.shows, language)}
