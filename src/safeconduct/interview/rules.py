"""What follows from closed answers? Danger, whom it is about, the language of the answer."""

from collections.abc import Mapping

from safeconduct.interview.scripts import Danger, Script

_ABOUT = {"self": "oneself", "group": "group", "relative": "relative", "asking": "question"}


def danger_of(script: Script, answers: Mapping[str, str]) -> Danger:
    """`now`, `soon` or `none`: the first of the script's rules that holds. Never asks for sealed answers."""
    return next((rule.level for rule in script.danger if rule.when.holds(answers)), "none")


def about_of(answers: Mapping[str, str]) -> str:
    """`oneself`, `group`, `relative`, `question`, or `unsaid` where it was skipped or not asked."""
    return _ABOUT.get(answers.get("about", ""), "unsaid")


def reply_language_of(answers: Mapping[str, str], *, otherwise: str) -> str:
    """`ru`, `uk`, `en` or `other`; the language of the page where the question was skipped."""
    return answers.get("reply_language", "") or otherwise
