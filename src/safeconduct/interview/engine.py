"""What comes next? A pure function from script, state and what the person gave to the next question."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from safeconduct.interview.errors import StateWrong
from safeconduct.interview.scripts import Choice, Medium, Script, Step, callback

LONGEST_ANSWER = 20_000  # characters; far above every constraint, so that nothing long is searched
_LONGEST_NUMBER = 9


class Given(Enum):
    """What a person gives that is no answer."""

    SKIP = "skip"
    BACK = "back"


SKIP, BACK = Given.SKIP, Given.BACK


@dataclass(frozen=True)
class State:
    """Where an interview stands.

    `at`: the question that is asked now; empty when the script has ended or handed over.
    `trail`: the questions passed, in order. `answers`: of the trail, and of later questions after a step back.
    """

    script: str
    version: int
    at: str
    trail: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> dict[str, str]:
        """The answers that count: those of the trail. A skipped one is empty."""
        return {name: self.answers[name] for name in self.trail}

    def to_json(self) -> dict[str, Any]:
        return {
            "script": self.script,
            "version": self.version,
            "at": self.at,
            "trail": list(self.trail),
            "answers": dict(self.answers),
        }

    @classmethod
    def from_json(cls, value: Any, script: Script) -> "State":
        """Raises `StateWrong` where `value` is no state of this script in this version."""
        try:
            state = cls(value["script"], value["version"], value["at"], tuple(value["trail"]), dict(value["answers"]))
        except (TypeError, KeyError, ValueError):
            raise StateWrong from None
        names = {step.name for step in script.steps if step.is_question}
        if (state.script, state.version) != (script.name, script.version):
            raise StateWrong
        if (state.at and state.at not in names) or not set(state.trail) <= set(state.answers) <= names:
            raise StateWrong
        if not all(isinstance(answer, str) for answer in state.answers.values()):
            raise StateWrong
        return state


@dataclass(frozen=True)
class Prompt:
    """What is shown before the question: words of a note, or the id of a statement."""

    text: str = ""
    statement: str = ""


@dataclass(frozen=True)
class Option:
    """One choice as this medium offers it; each of the three names is accepted back."""

    name: str
    label: str
    digit: str
    callback: str


@dataclass(frozen=True)
class Question:
    """`answer`: what was given here before a step back. `number` of `total`: as far as is known now."""

    name: str
    type: str
    label: str
    hint: str
    short: str
    options: tuple[Option, ...]
    accepts: tuple[str, ...]
    may_skip: bool
    answer: str
    number: int
    total: int


@dataclass(frozen=True)
class Refusal:
    """The answer cannot be taken. Show `message`, or where it is empty the interface text named `say`."""

    message: str
    say: str = "errors/not_a_choice"


@dataclass(frozen=True)
class Go:
    """A choice hands over to another script; where that is not installed, its page of the menu is shown."""

    script: str
    is_installed: bool
    menu: str


@dataclass(frozen=True)
class Turn:
    state: State
    prompts: tuple[Prompt, ...] = ()
    question: Question | None = None
    refusal: Refusal | None = None
    is_finished: bool = False
    go: Go | None = None


_MENU_OF = {"relative": "relative", "tracing": "search"}


def begin(script: Script, medium: Medium, language: str) -> Turn:
    """The first notes and the first question."""
    at = _next_question(script, {}, -1, medium)
    return show(script, State(script.name, script.version, at), medium, language)


def show(script: Script, state: State, medium: Medium, language: str) -> Turn:
    """The same turn again: after a reload, in another language, after a refusal."""
    chosen = _last_choice(script, state)
    prompts: tuple[Prompt, ...] = (Prompt(statement=chosen.statement),) if chosen and chosen.statement else ()
    if chosen and chosen.go and not state.at:
        go = Go(chosen.go, chosen.go in script.installed, _MENU_OF.get(chosen.go, ""))
        return Turn(state, prompts, go=go)
    prompts += _notes_before(script, state, medium, language)
    if not state.at:
        return Turn(state, prompts, is_finished=True)
    return Turn(state, prompts, _question(script, state, medium, language))


def advance(script: Script, state: State, given: str | Given, medium: Medium, language: str) -> Turn:
    """One step on or back. The state is never changed; a refused answer gives the same state with a refusal.

    `given`: a choice by name, digit, button or label; typed words; `SKIP`; `BACK`. Nothing typed is a skip.
    A script that has ended stays ended, except for `BACK`.
    """
    if given is BACK:
        return show(script, _back(state), medium, language)
    if not state.at:
        return show(script, state, medium, language)
    step = script.step_of[state.at]
    if medium == "voice" and given == script.keys["repeat"]:
        return show(script, state, medium, language)
    answer, choice = _answer(script, step, given, medium, language)
    if isinstance(answer, Refusal):
        return replace(show(script, state, medium, language), refusal=answer)
    return _forward(script, state, answer, choice, medium, language)


def _forward(script: Script, state: State, answer: str, choice: Choice | None, medium: Medium, language: str) -> Turn:
    trail = (*state.trail, state.at)
    answers = {**state.answers, state.at: answer}
    passed = {name: answers[name] for name in trail}
    leaves = choice is not None and bool(choice.go)
    at = "" if leaves else _next_question(script, passed, _place(script, state.at), medium)
    # Answers beyond the next question were given before a step back; those of questions now passed over go.
    kept = _names_from(script, at)
    answers = {name: value for name, value in answers.items() if name in trail or name in kept}
    return show(script, replace(state, at=at, trail=trail, answers=answers), medium, language)


def _back(state: State) -> State:
    if not state.trail:
        return state
    return replace(state, at=state.trail[-1], trail=state.trail[:-1])


def _answer(
    script: Script, step: Step, given: str | Given, medium: Medium, language: str
) -> tuple[str | Refusal, Choice | None]:
    """The answer in the form in which it is kept, the same for every medium, and the choice it names."""
    if isinstance(given, Given) or not given.strip() or (medium == "voice" and given == script.keys["skip"]):
        return ("" if step.may_skip else Refusal("")), None
    if len(given) > LONGEST_ANSWER:
        return Refusal(step.say("constraint_message", language)), None
    if step.type == "select_one":
        choice = _choice_named(script, step, given.strip(), medium)
        return (choice.name, choice) if choice else (Refusal(""), None)
    typed = _typed(step, given)
    if typed is None or (step.constraint and not step.constraint.holds({}, typed)):
        return Refusal(step.say("constraint_message", language)), None
    return typed, None


def _choice_named(script: Script, step: Step, given: str, medium: Medium) -> Choice | None:
    digit = _ascii_digits(given)
    for choice in step.offers(medium):
        if given == choice.name or digit == choice.digit or given == callback(script.name, step.name, choice.name):
            return choice
    said = given.casefold()
    for choice in step.offers(medium):
        if said in (label.casefold() for label in choice.label.values()):
            return choice
    return None


def _typed(step: Step, given: str) -> str | None:
    """What was typed, in one form; None where a number is none."""
    text = given.replace("\r\n", "\n").replace("\r", "\n").strip()
    if step.type == "integer":
        digits = _ascii_digits(text)
        is_number = digits.isascii() and digits.isdecimal() and len(digits) <= _LONGEST_NUMBER
        return str(int(digits)) if is_number else None
    if step.constraint and step.constraint.is_about_form:
        return _ascii_digits(text)
    return text


def _ascii_digits(text: str) -> str:
    """Digits of any script written as 0-9; all else as it is."""
    return "".join(str(unicodedata.decimal(character, character)) for character in text)


def _next_question(script: Script, passed: Mapping[str, str], after: int, medium: Medium) -> str:
    for step in script.steps[after + 1 :]:
        if step.is_question and step.is_asked(passed, medium):
            return step.name
    return ""


def _notes_before(script: Script, state: State, medium: Medium, language: str) -> tuple[Prompt, ...]:
    first = _place(script, state.trail[-1]) + 1 if state.trail else 0
    last = _place(script, state.at) if state.at else len(script.steps)
    prompts: list[Prompt] = []
    for step in script.steps[first:last]:
        if not step.is_question and step.is_asked(state.passed, medium):
            prompts.append(Prompt(text=_wording(script, step, medium, language)))
            if step.statement:
                prompts.append(Prompt(statement=step.statement))
    return tuple(prompts)


def _question(script: Script, state: State, medium: Medium, language: str) -> Question:
    step = script.step_of[state.at]
    later = script.steps[_place(script, state.at) + 1 :]
    return Question(
        name=step.name,
        type=step.type,
        label=_wording(script, step, medium, language),
        hint=step.say("hint", language),
        short=step.say("short", language) or step.say("label", language),
        options=tuple(
            Option(c.name, c.label[language], c.digit, callback(script.name, step.name, c.name))
            for c in step.offers(medium)
        ),
        accepts=step.accepts,
        may_skip=step.may_skip,
        answer=state.answers.get(step.name, ""),
        number=len(state.trail) + 1,
        total=len(state.trail) + 1 + sum(s.is_question and s.is_asked(state.passed, medium) for s in later),
    )


def _wording(script: Script, step: Step, medium: Medium, language: str) -> str:
    # The last words on the sheet of a call are those of the telephone: a caller gets no code.
    is_last_of_call = medium == "sheet" and step is script.steps[-1]
    spoken = step.say("voice", language) if medium == "voice" or is_last_of_call else ""
    return spoken or step.say("label", language)


def _last_choice(script: Script, state: State) -> Choice | None:
    """The choice that led here: its statement is shown with what follows, and it may hand over."""
    if not state.trail:
        return None
    last = script.step_of[state.trail[-1]]
    return next((choice for choice in last.choices if choice.name == state.answers[last.name]), None)


def _place(script: Script, name: str) -> int:
    return script.places[name]


def _names_from(script: Script, at: str) -> frozenset[str]:
    """The questions from `at` on; none where the script has ended."""
    return frozenset(step.name for step in script.steps[_place(script, at) :]) if at else frozenset()
