"""A small script for tests, and ways to spoil it."""

from pathlib import Path

from safeconduct.interview.library import load_script
from safeconduct.interview.scripts import Script

STATEMENTS = frozenset({"be-careful"})

SMALL = """\
script: small
version: 1
languages: [ru, uk, en]
media: [web, bot, voice, sheet]
keys: {skip: "0", repeat: "*", done: "#"}
store: appeals
danger:
- {level: now, when: "${where} = 'front'"}
- {level: soon, when: "${hours} < 12"}
steps:
- type: note
  name: welcome
  sensitivity: routing
  skip: true
  label: {ru: "Начало", uk: "Початок", en: "Beginning"}
- type: select_one
  name: where
  sensitivity: routing
  skip: true
  label: {ru: "Где", uk: "Де", en: "Where"}
  choices:
  - {name: home, digit: "1", label: {ru: "Дома", uk: "Удома", en: "At home"}}
  - {name: front, digit: "2", statement: be-careful, label: {ru: "На фронте", uk: "На фронті", en: "At the front"}}
- type: integer
  name: hours
  sensitivity: routing
  skip: true
  relevant: "${where} = 'home'"
  constraint: ". >= 0 and . <= 99"
  constraint_message: {ru: "Число до 99", uk: "Число до 99", en: "A number up to 99"}
  label: {ru: "Сколько часов", uk: "Скільки годин", en: "How many hours"}
- type: text
  name: words
  sensitivity: sealed
  skip: true
  constraint: "string-length(.) <= 40"
  constraint_message: {ru: "Длинно", uk: "Довго", en: "Too long"}
  label: {ru: "Слова", uk: "Слова", en: "Words"}
- type: note
  name: end
  sensitivity: routing
  skip: true
  label: {ru: "Конец", uk: "Кінець", en: "End"}
  voice: {ru: "Конец звонка", uk: "Кінець дзвінка", en: "End of call"}
"""


def load(folder: Path, text: str = SMALL, *, name: str = "small") -> Script:
    file = folder / f"{name}.yaml"
    file.write_text(text, "utf-8")
    return load_script(file, statements=STATEMENTS, known=frozenset({"small", "other"}), installed=frozenset({"small"}))


def spoiled(*changes: tuple[str, str]) -> str:
    """SMALL with each first text replaced; a change that changes nothing is a mistake of the test."""
    text = SMALL
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return text


def line_of(text: str, part: str) -> int:
    """The line in which `part` first stands."""
    return text[: text.index(part)].count("\n") + 1
