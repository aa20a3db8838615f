"""What may a script ask about answers? A closed subset of XLSForm's expressions, parsed once, at load.

    ${name}  .  numbers  'strings'  = != < <= > >=  and  or  not(…)  regex(., '…')  string-length(.)  check_digits(.)

A question that was not asked or was skipped equals ''. A comparison with something that is no number is false.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from safeconduct.interview.errors import ExpressionWrong

_TOKEN = re.compile(
    r"\s*(?:(?P<name>\$\{[a-z][a-z0-9_]*\})|(?P<number>\d+(?:\.\d+)?)|(?P<string>'(?:[^'\\]|\\[\\'])*')"
    r"|(?P<function>(?:not|regex|string-length|check_digits)(?=\())|(?P<word>and|or)\b|(?P<mark>!=|<=|>=|[=<>().,]))"
)
_LONGEST = 500
# A pattern whose matches are longer, or with more repeats, could be slow on words typed to make it so.
_WIDEST_MATCH, _MOST_REPEATS = 64, 4

Value = str | float | bool


@dataclass(frozen=True)
class Expression:
    """One parsed expression. `holds` needs the answers that `names` lists; `own` is what `.` stands for."""

    source: str
    kind: Literal["name", "own", "literal", "compare", "and", "or", "not", "regex", "length", "check"]
    parts: tuple["Expression", ...] = ()
    value: Value = ""
    pattern: re.Pattern[str] | None = field(default=None, compare=False)

    def holds(self, answers: Mapping[str, str], own: str = "") -> bool:
        return bool(_value(self, answers, own))

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(str(part.value) for part in self.walk() if part.kind == "name")

    @property
    def uses_own(self) -> bool:
        return any(part.kind == "own" for part in self.walk())

    @property
    def is_about_form(self) -> bool:
        """Whether it asks how the answer is written (digits, letters) and not only how long it is."""
        return any(part.kind in ("regex", "check") for part in self.walk())

    def walk(self) -> Iterator["Expression"]:
        yield self
        for part in self.parts:
            yield from part.walk()

    @property
    def _is_yes_or_no(self) -> bool:
        return self.kind in ("compare", "and", "or", "not", "regex", "check")


def parse(source: str) -> Expression:
    """Raises `ExpressionWrong` for everything outside the closed subset."""
    if len(source) > _LONGEST:
        raise ExpressionWrong(f"an expression may have {_LONGEST} characters")
    parser = _Parser(source, list(_tokens(source)))
    found = parser.either()
    if parser.left:
        raise ExpressionWrong(f"not understood from “{parser.left[0][1]}” on")
    if not found._is_yes_or_no:
        raise ExpressionWrong("must be true or false, and is neither")
    return found


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    at = 0
    while source[at:].strip():
        found = _TOKEN.match(source, at)
        if not found:
            raise ExpressionWrong(f"not understood from “{source[at:].strip()[:20]}” on")
        yield str(found.lastgroup), found[found.lastgroup or 0]
        at = found.end()


class _Parser:
    def __init__(self, source: str, tokens: list[tuple[str, str]]) -> None:
        self.source, self.left = source, tokens

    def either(self) -> Expression:
        return self._chain("or", self._both)

    def _both(self) -> Expression:
        return self._chain("and", self._comparison)

    def _chain(self, word: Literal["and", "or"], part: Callable[[], Expression]) -> Expression:
        parts = [part()]
        while self._take("word", word):
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        return self._of_yes_or_no(word, *parts)

    def _comparison(self) -> Expression:
        one = self._operand()
        if not self.left or self.left[0][0] != "mark" or self.left[0][1] in "().,":
            return one
        mark = self.left.pop(0)[1]
        other = self._operand()
        if one._is_yes_or_no or other._is_yes_or_no:
            raise ExpressionWrong("compares something that is already true or false")
        if (one.kind == "literal") == (other.kind == "literal"):
            raise ExpressionWrong("compares an answer with a number or a text in quotes, and nothing else")
        return Expression(self.source, "compare", (one, other), mark)

    def _operand(self) -> Expression:
        if not self.left:
            raise ExpressionWrong("ends too early")
        kind, text = self.left.pop(0)
        if kind == "name":
            return Expression(self.source, "name", value=text[2:-1])
        if kind == "number":
            return Expression(self.source, "literal", value=float(text))
        if kind == "string":
            return Expression(self.source, "literal", value=_unquoted(text))
        if kind == "function":
            return self._function(text)
        if text == ".":
            return Expression(self.source, "own")
        if text == "(":
            inside = self.either()
            self._expect(")")
            return inside
        raise ExpressionWrong(f"“{text}” stands where a value should")

    def _function(self, name: str) -> Expression:
        self._expect("(")
        first = self.either()
        if name == "regex":
            self._expect(",")
            kind, text = self.left.pop(0) if self.left else ("", "")
            if kind != "string":
                raise ExpressionWrong("regex() needs its pattern in quotes")
            found = Expression(self.source, "regex", (first,), pattern=_quick_pattern(_unquoted(text)))
        elif name == "not":
            found = self._of_yes_or_no("not", first)
        else:
            found = Expression(self.source, "length" if name == "string-length" else "check", (first,))
        self._expect(")")
        return found

    def _of_yes_or_no(self, kind: Literal["and", "or", "not"], *parts: Expression) -> Expression:
        if not all(part._is_yes_or_no for part in parts):
            raise ExpressionWrong(f"“{kind}” needs something that is true or false")
        return Expression(self.source, kind, parts)

    def _take(self, kind: str, text: str) -> bool:
        if self.left and self.left[0] == (kind, text):
            self.left.pop(0)
            return True
        return False

    def _expect(self, mark: str) -> None:
        if not self._take("mark", mark):
            raise ExpressionWrong(f"“{mark}” is missing")


def _unquoted(text: str) -> str:
    return re.sub(r"\\([\\'])", r"\1", text[1:-1])


_REPEAT = re.compile(r"(?<!\\)(?:[*+?]|\{\d+(?:,(?P<most>\d*))?\})")


def _quick_pattern(source: str) -> re.Pattern[str]:
    """A pattern that takes linear time on what a person types: the whole answer, few repeats, none in another."""
    try:
        pattern = re.compile(source)
    except re.error:
        raise ExpressionWrong("regex() has a pattern that is none") from None
    outside_classes = re.sub(r"\[\^?\]?(?:\\.|[^\]\\])*\]", "c", source)
    repeats = list(_REPEAT.finditer(outside_classes))
    unbounded = any(found[0] in ("*", "+") or found["most"] == "" for found in repeats)
    of_groups = re.search(r"\)(?:[*+?]|\{)", outside_classes)
    clever = re.search(r"\(\?|\\[1-9]", outside_classes)
    if not (source.startswith("^") and source.endswith("$")):
        raise ExpressionWrong("regex() must span the whole answer, from ^ to $")
    if unbounded or of_groups or clever or len(repeats) > _MOST_REPEATS:
        raise ExpressionWrong(
            f"regex() may be slow: no * or +, no repeat of a group, no (?…), no \\1, at most {_MOST_REPEATS} repeats"
        )
    return pattern


def has_check_digits(text: str) -> bool:
    """ISO 7064 MOD 97-10 over all digits of `text`."""
    digits = "".join(character for character in text if character in "0123456789")
    return bool(digits) and int(digits[:_WIDEST_MATCH]) % 97 == 1 and len(digits) <= _WIDEST_MATCH


def _value(expression: Expression, answers: Mapping[str, str], own: str) -> Value:
    parts = expression.parts
    match expression.kind:
        case "name":
            return answers.get(str(expression.value), "")
        case "own":
            return own
        case "literal":
            return expression.value
        case "and":
            return all(_value(part, answers, own) for part in parts)
        case "or":
            return any(_value(part, answers, own) for part in parts)
        case "not":
            return not _value(parts[0], answers, own)
        case "compare":
            return _compared(_value(parts[0], answers, own), str(expression.value), _value(parts[1], answers, own))
    text = str(_value(parts[0], answers, own))
    match expression.kind:
        case "length":
            return float(len(text))
        case "check":
            return has_check_digits(text)
        case _:
            short = len(text) <= _WIDEST_MATCH
            return bool(short and expression.pattern and expression.pattern.fullmatch(text))


def _compared(one: Value, mark: str, other: Value) -> bool:
    if mark in ("=", "!=") and isinstance(one, str) and isinstance(other, str):
        return (one == other) is (mark == "=")
    try:
        first, second = float(one), float(other)
    except ValueError:
        return mark == "!="
    match mark:
        case "=":
            return first == second
        case "!=":
            return first != second
        case "<":
            return first < second
        case "<=":
            return first <= second
        case ">":
            return first > second
        case _:
            return first >= second
