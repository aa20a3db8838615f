"""What is right for a case, as tables."""

from datetime import UTC, date, datetime

import pytest

from safeconduct.inner.cases import rules
from safeconduct.inner.cases.errors import NothingSaid, TextTooLong


@pytest.mark.parametrize(
    ("text", "with_statements", "said"), [(" a ", False, "a"), ("", True, ""), ("x" * 4000 + "  ", False, "x" * 4000)]
)
def test_what_may_be_said(text: str, with_statements: bool, said: str) -> None:
    assert rules.check_may_be_said(text, with_statements=with_statements) == said


@pytest.mark.parametrize(("text", "refusal"), [("", NothingSaid), ("  \n", NothingSaid), ("x" * 4001, TextTooLong)])
def test_what_may_not_be_said(text: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.check_may_be_said(text)


@pytest.mark.parametrize(
    ("one", "other", "higher"), [("none", "soon", "soon"), ("now", "none", "now"), ("soon", "now", "now")]
)
def test_the_higher_danger_counts(one: str, other: str, higher: str) -> None:
    assert rules.higher_danger(one, other) == rules.higher_danger(other, one) == higher


def test_the_more_danger_the_sooner_we_answer() -> None:
    waits = [rules.ANSWER_WITHIN[danger] for danger in sorted(rules.DANGER_RANK, key=rules.DANGER_RANK.__getitem__)]

    assert waits == sorted(waits, reverse=True)


def test_backups_are_gone_when_their_term_is_over() -> None:
    erased_at = datetime(2026, 2, 27, 23, 30, tzinfo=UTC)

    assert rules.backups_gone_on(erased_at, term_days=2) == date(2026, 3, 1)
