"""What is a script? Its steps and choices, and how a file becomes one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, cast, get_args

from safeconduct.interview import expressions
from safeconduct.interview.errors import ExpressionWrong, NoSuchText
from safeconduct.interview.expressions import Expression
from safeconduct.interview.reading import Entry, Text
from safeconduct.interview.statements import without_missing

Medium = Literal["web", "bot", "voice", "sheet"]
StepType = Literal["note", "select_one", "text", "integer", "audio"]
Danger = Literal["none", "soon", "now"]
MEDIA = cast(tuple[Medium, ...], get_args(Medium))


@dataclass(frozen=True)
class Choice:
    """`statement` is shown at once when it is chosen; `go` hands over to another script."""

    name: str
    digit: str
    label: Text
    statement: str
    go: str
    media: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Step:
    """One step in XLSForm's words. `slots` are its texts by name: label, hint, voice, short, constraint_message."""

    type: StepType
    name: str
    is_sealed: bool
    may_skip: bool
    slots: Mapping[str, Text]
    relevant: Expression | None
    constraint: Expression | None
    choices: tuple[Choice, ...]
    statement: str
    accepts: tuple[str, ...]
    line: int

    @property
    def is_question(self) -> bool:
        return self.type != "note"

    def say(self, slot: str, language: str) -> str:
        """The words of a slot, or nothing where the step has none."""
        return self.slots.get(slot, {}).get(language, "")

    def offers(self, medium: str) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.choices if medium in choice.media)

    def is_asked(self, answers: Mapping[str, str], medium: str) -> bool:
        """A step left with one choice is not asked: there is nothing to choose."""
        if self.relevant and not self.relevant.holds(answers):
            return False
        return self.type != "select_one" or len(self.offers(medium)) > 1


@dataclass(frozen=True)
class DangerRule:
    level: Danger
    when: Expression
    line: int


@dataclass(frozen=True)
class Script:
    name: str
    version: int
    languages: tuple[str, ...]
    media: tuple[str, ...]
    keys: Mapping[str, str]
    store: str
    danger: tuple[DangerRule, ...]
    steps: tuple[Step, ...]
    file: str
    installed: frozenset[str] = field(default=frozenset(), compare=False)

    @cached_property
    def step_of(self) -> Mapping[str, Step]:
        return {step.name: step for step in self.steps}

    @cached_property
    def places(self) -> Mapping[str, int]:
        return {step.name: place for place, step in enumerate(self.steps)}

    def say(self, step: str, slot: str, language: str) -> str:
        """Words of one step: `script.say("words", "label", "uk")`. Raises `NoSuchText`."""
        found = self.step_of.get(step)
        if found is None or language not in found.slots.get(slot, {}):
            raise NoSuchText(f"{self.name}/{step}/{slot}", language)
        return found.slots[slot][language]


def callback(script: str, step: str, choice: str) -> str:
    """What a button of the bot carries: at most 64 bytes, checked at load."""
    return f"{script}/{step}/{choice}"


_SLOTS = ("hint", "voice", "short", "constraint_message")


def read_script(file: Entry, *, channels: frozenset[str] = frozenset()) -> Script:
    """The script as the file has it; `checks.check_script` says whether it can be used.

    `channels`: what is there, for labels that are true only then.
    """
    file.only("script", "version", "languages", "media", "keys", "store", "danger", "steps")
    languages = file.strings("languages")
    media = _media(file, MEDIA)
    return Script(
        name=file.string("script"),
        version=file.whole("version"),
        languages=languages,
        media=media,
        keys={key: file.entry("keys").string(key) for key in ("skip", "repeat", "done")},
        store=file.string("store"),
        danger=tuple(_danger(entry) for entry in file.entries("danger", required=False)),
        steps=tuple(_step(entry, languages, media, channels) for entry in file.entries("steps", "step")),
        file=file.file,
    )


def _media(entry: Entry, allowed: tuple[str, ...]) -> tuple[str, ...]:
    found = entry.strings("media", allowed)
    for medium in found:
        if medium not in allowed:
            entry.refuse(f"`media` has an unknown medium {medium}", "media")
    return found


def _danger(entry: Entry) -> DangerRule:
    entry.only("level", "when")
    level = entry.string("level")
    if level not in ("now", "soon"):
        entry.refuse("`level` must be now or soon", "level")
    found = _expression(entry, "when")
    if found is None:
        entry.refuse("`when` is missing")
    return DangerRule(cast(Danger, level), found, entry.line)


def _step(entry: Entry, languages: tuple[str, ...], media: tuple[str, ...], channels: frozenset[str]) -> Step:
    entry.only(
        "type", "name", "sensitivity", "required", "skip", "relevant", "constraint", "choices", "statement",
        "accepts", "keys", "media", "label", "left_out_without", *_SLOTS,
    )  # fmt: skip
    kind = entry.string("type")
    if kind not in get_args(StepType):
        entry.refuse(f"`type` must be one of {', '.join(get_args(StepType))}", "type")
    sensitivity = entry.string("sensitivity")
    if sensitivity not in ("sealed", "routing"):
        entry.refuse("`sensitivity` must be sealed or routing", "sensitivity")
    if entry.flag("required", False):
        entry.refuse("no question may be required: each can be skipped", "required")
    label = without_missing(entry, "label", languages, channels)
    return Step(
        type=cast(StepType, kind),
        name=entry.string("name"),
        is_sealed=sensitivity == "sealed",
        may_skip=entry.flag("skip"),
        slots={"label": label} | {slot: entry.words(slot, languages) for slot in _SLOTS if slot in entry},
        relevant=_expression(entry, "relevant"),
        constraint=_expression(entry, "constraint"),
        choices=tuple(_choice(c, languages, media) for c in entry.entries("choices", "choice", required=False)),
        statement=entry.string("statement", ""),
        accepts=entry.strings("accepts", ()),
        line=entry.line,
    )


def _choice(entry: Entry, languages: tuple[str, ...], media: tuple[str, ...]) -> Choice:
    entry.only("name", "digit", "label", "statement", "go", "media")
    return Choice(
        name=entry.string("name"),
        digit=entry.string("digit"),
        label=entry.words("label", languages),
        statement=entry.string("statement", ""),
        go=entry.string("go", ""),
        media=_media(entry, media),
        line=entry.line,
    )


def _expression(entry: Entry, key: str) -> Expression | None:
    if key not in entry:
        return None
    try:
        return expressions.parse(entry.string(key))
    except ExpressionWrong as error:
        entry.refuse(f"`{key}`: {error}", key)
