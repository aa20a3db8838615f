"""Can this script be used? All that must hold beyond the shape of the file, refused with file, line and step."""

import re
from collections.abc import Iterator, Mapping, Set
from typing import NoReturn

from safeconduct.interview.errors import TextWrong
from safeconduct.interview.expressions import Expression
from safeconduct.interview.scripts import Choice, Script, Step, callback

CALLBACK_BYTES = 64  # Telegram's limit for what a button carries
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MOST_SITUATIONS = 50_000

Answers = tuple[tuple[str, str], ...]


def check_script(script: Script, *, statements: Set[str], known: Set[str]) -> None:
    """Raises `TextWrong` at the first thing that is wrong."""
    if not script.languages or not script.media:
        _refuse(script, 1, "", "needs at least one language and one medium")
    if not script.steps:
        _refuse(script, 1, "", "has no steps")
    _check_names(script)
    for step in script.steps:
        _check_step(script, step, statements)
        _check_choices(script, step, statements, known)
    _check_expressions(script)
    _check_all_is_reached(script)


def check_no_loop(scripts: Mapping[str, Script]) -> None:
    """A person must never be led round in a circle from script to script."""

    def follow(script: Script, way: tuple[str, ...]) -> None:
        for step, choice in _handovers(script):
            if choice.go in (*way, script.name):
                _refuse(script, choice.line, f"step {step.name}", f"`go` leads back to {choice.go}: a loop")
            if choice.go in scripts:
                follow(scripts[choice.go], (*way, script.name))

    for script in scripts.values():
        follow(script, ())


def _handovers(script: Script) -> Iterator[tuple[Step, Choice]]:
    return ((step, choice) for step in script.steps for choice in step.choices if choice.go)


def _check_names(script: Script) -> None:
    if not _NAME.fullmatch(script.name):
        _refuse(script, 1, "", f"the script's name {script.name} must be small letters, digits and _")
    seen: set[str] = set()
    for step in script.steps:
        if not _NAME.fullmatch(step.name):
            _refuse(script, step.line, f"step {step.name}", "a name must be small letters, digits and _")
        if step.name in seen:
            _refuse(script, step.line, f"step {step.name}", "this name stands twice")
        seen.add(step.name)


def _check_step(script: Script, step: Step, statements: Set[str]) -> None:
    where = f"step {step.name}"
    if step.statement and step.statement not in statements:
        _refuse(script, step.line, where, f"shows an unknown statement {step.statement}")
    if step.statement and step.is_question:
        _refuse(script, step.line, where, "only a note or a choice can show a statement")
    if step.constraint and step.type not in ("text", "integer"):
        _refuse(script, step.line, where, "only typed answers can have a constraint")
    if step.type in ("text", "integer") and not (step.constraint and "constraint_message" in step.slots):
        _refuse(script, step.line, where, "a typed answer needs a constraint and its message")
    if bool(step.choices) != (step.type == "select_one"):
        _refuse(script, step.line, where, "choices belong to select_one, and select_one needs them")
    if (
        "voice" in script.media
        and step.type == "select_one"
        and script.keys["skip"] in {choice.digit for choice in step.choices}
    ):
        _refuse(script, step.line, where, f"the digit {script.keys['skip']} skips and can be no choice")


def _check_choices(script: Script, step: Step, statements: Set[str], known: Set[str]) -> None:
    where = f"step {step.name}"
    taken: dict[str, str] = {}
    for choice in step.choices:
        if not _NAME.fullmatch(choice.name):
            _refuse(script, choice.line, where, f"the choice {choice.name} must be small letters, digits and _")
        if len(choice.digit) != 1 or not (choice.digit.isascii() and choice.digit.isdecimal()):
            _refuse(script, choice.line, where, f"the choice {choice.name} needs one digit")
        if len(callback(script.name, step.name, choice.name).encode()) > CALLBACK_BYTES:
            _refuse(script, choice.line, where, f"the choice {choice.name} is over {CALLBACK_BYTES} bytes in the bot")
        if choice.statement and choice.statement not in statements:
            _refuse(script, choice.line, where, f"shows an unknown statement {choice.statement}")
        if choice.go and choice.go not in known:
            _refuse(script, choice.line, where, f"goes to an unknown script {choice.go}")
        for said in {choice.name, choice.digit, *(label.casefold() for label in choice.label.values())}:
            if taken.setdefault(said, choice.name) != choice.name:
                _refuse(script, choice.line, where, f"“{said}” stands for two choices, {taken[said]} and {choice.name}")


def _check_expressions(script: Script) -> None:
    earlier: dict[str, Step] = {}
    for step in script.steps:
        where = f"step {step.name}"
        if step.relevant:
            _check_uses(script, step.relevant, earlier, step.line, where, sealed_too=False)
        if step.constraint:
            _check_uses(script, step.constraint, {}, step.line, where, sealed_too=False, own=True)
        if step.is_question:
            earlier[step.name] = step
    # A sheet that is filled in inside never passes the front, so its danger may hang on sealed answers.
    inside = script.media == ("sheet",)
    for rule in script.danger:
        _check_uses(script, rule.when, earlier, rule.line, "danger", sealed_too=inside)


def _check_uses(
    script: Script,
    expression: Expression,
    earlier: Mapping[str, Step],
    line: int,
    where: str,
    *,
    sealed_too: bool,
    own: bool = False,
) -> None:
    if expression.uses_own and not own:
        _refuse(script, line, where, "“.” has a meaning in a constraint only")
    for part in expression.walk():
        if part.kind == "name" and part.value not in earlier:
            _refuse(script, line, where, f"${{{part.value}}} is no earlier question")
        if part.kind == "name" and earlier[str(part.value)].is_sealed and not sealed_too:
            _refuse(script, line, where, f"${{{part.value}}} is sealed; only routing answers may decide here")
        if part.kind == "compare":
            _check_compared(script, part, earlier, line, where)


def _check_compared(script: Script, expression: Expression, earlier: Mapping[str, Step], line: int, where: str) -> None:
    """A comparison with a choice that does not exist is a slip that would never come true."""
    for one, other in (expression.parts, expression.parts[::-1]):
        step = earlier.get(str(one.value)) if one.kind == "name" else None
        if step and step.type == "select_one" and other.kind == "literal":
            names = {choice.name for choice in step.choices} | {""}
            if other.value not in names:
                _refuse(script, line, where, f"{step.name} has no choice {other.value}")


def _check_all_is_reached(script: Script) -> None:
    """Walk all situations that the script can tell apart; each step and each danger rule must be met."""
    reached: set[str] = set()
    dangers: set[int] = set()
    # Media that offer the same choices lead the same way.
    media = {tuple(choice.name for step in script.steps for choice in step.offers(m)): m for m in script.media}
    for medium in media.values():
        situations: set[Answers] = {()}
        for place, step in enumerate(script.steps):
            asked = {situation for situation in situations if step.is_asked(dict(situation), medium)}
            if asked:
                reached.add(step.name)
            if step.is_question:
                goes_on, ends = _possible(script, step, medium)
                dangers |= _dangers(script, {(*before, (step.name, answer)) for before in asked for answer in ends})
                after = {(*before, (step.name, answer)) for before in asked for answer in goes_on}
                situations = _told_apart(script, place + 1, (situations - asked) | after)
            if len(situations) > _MOST_SITUATIONS:
                _refuse(script, step.line, f"step {step.name}", "too many situations to check them all")
        dangers |= _dangers(script, situations)
    for step in script.steps:
        if step.name not in reached:
            _refuse(script, step.line, f"step {step.name}", "no answers lead to this step")
    for rule in script.danger:
        if rule.line not in dangers:
            _refuse(script, rule.line, "danger", "no answers make this rule true")


def _dangers(script: Script, situations: Set[Answers]) -> set[int]:
    return {rule.line for rule in script.danger for situation in situations if rule.when.holds(dict(situation))}


def _told_apart(script: Script, place: int, situations: Set[Answers]) -> set[Answers]:
    """The situations with those answers only that a later step or a danger rule asks for."""
    needed = {name for step in script.steps[place:] if step.relevant for name in step.relevant.names}
    needed |= {name for rule in script.danger for name in rule.when.names}
    return {tuple((name, answer) for name, answer in situation if name in needed) for situation in situations}


def _possible(script: Script, step: Step, medium: str) -> tuple[set[str], set[str]]:
    """One answer of each sort that the expressions can tell apart: those that go on, and those that hand over."""
    uses = [s.relevant for s in script.steps if s.relevant] + [rule.when for rule in script.danger]
    named: set[str | float | bool] = {
        other.value
        for expression in uses
        if step.name in expression.names
        for part in expression.walk()
        if part.kind == "compare"
        for one, other in (part.parts, part.parts[::-1])
        if one.kind == "name" and one.value == step.name
    }
    skipped = ""
    if step.type == "select_one":
        offered = step.offers(medium)
        goes_on = [choice.name for choice in offered if not choice.go]
        unnamed = [name for name in goes_on if name not in named][:1]
        told_apart = [name for name in goes_on if name in named]
        return {skipped, *told_apart, *unnamed}, {choice.name for choice in offered if choice.go}
    numbers = {f"{value + near:g}" for value in named if isinstance(value, float) for near in (-1, 0, 1)}
    return {skipped, "0", *numbers, *(value for value in named if isinstance(value, str))}, set()


def _refuse(script: Script, line: int, where: str, reason: str) -> NoReturn:
    raise TextWrong(script.file, line, where, reason)
