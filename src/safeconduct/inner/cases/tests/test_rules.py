"""What is right for a case, as tables."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from safeconduct.inner.cases import rules
from safeconduct.inner.cases.errors import CaseClosed, NoSuchCase, NothingSaid, TextTooLong

CLOSED_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class SomeWorker:
    pk: int
    holds: bool = True

    def may_hold(self, store: str) -> bool:
        return self.holds and store == "appeals"


@dataclass
class SomeCase:
    owner_id: int | None
    closed_at: datetime | None = None
    pk: int = 17


@pytest.mark.parametrize(
    ("worker", "case", "may"),
    [
        (SomeWorker(1), SomeCase(1), True),
        (SomeWorker(1), SomeCase(2), False),
        (SomeWorker(1), SomeCase(None), False),
        (SomeWorker(1, holds=False), SomeCase(1), False),
    ],
)
def test_who_may_read(worker: SomeWorker, case: SomeCase, may: bool) -> None:
    assert rules.may_read(worker, case) is may


@pytest.mark.parametrize(
    ("worker", "case", "is_listed"),
    [
        (SomeWorker(1), SomeCase(2), True),
        (SomeWorker(1), SomeCase(None), True),
        (SomeWorker(1), SomeCase(None, CLOSED_AT), False),
        (SomeWorker(1, holds=False), SomeCase(None), False),
    ],
)
def test_whose_header_is_listed(worker: SomeWorker, case: SomeCase, is_listed: bool) -> None:
    assert rules.holds(rules.listed_for(worker), case) is is_listed


def test_no_facts_hold_of_no_case_and_nothing_is_asked_where_nobody_may() -> None:
    assert not rules.holds(None, SomeCase(1))
    assert rules.readable_by(SomeWorker(1, holds=False)) is None


@pytest.mark.parametrize(
    ("case", "refusal"),
    [(SomeCase(2), NoSuchCase), (SomeCase(1, CLOSED_AT), CaseClosed), (SomeCase(2, CLOSED_AT), CaseClosed)],
)
def test_who_may_work_on_a_case(case: SomeCase, refusal: type[Exception]) -> None:
    rules.check_may_work_on(SomeCase(1), SomeWorker(1))

    with pytest.raises(refusal):
        rules.check_may_work_on(case, SomeWorker(1))


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
