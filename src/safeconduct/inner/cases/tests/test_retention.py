"""What has a term ends with it: never sooner, never unread, and after however long the worker was down."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from pytest_django import Settings

from safeconduct.audit.models import Line
from safeconduct.handover.letters import FilePart
from safeconduct.inner.cases import actions, opening, retention, rules
from safeconduct.inner.cases.models import Case, Message, Tombstone
from tests.people import Colleague, Writer, arrives

TERMS = rules.Retention(question=timedelta(days=30), waiting=timedelta(days=90), closed=timedelta(days=10))
DAY_0 = datetime(2026, 3, 1, 12, tzinfo=UTC)


def day(number: float) -> datetime:
    return DAY_0 + timedelta(days=number)


@dataclass
class SomeCase:
    about: str = "oneself"
    danger: str = "none"
    owner_id: int | None = None
    clock_since: datetime | None = None
    last_word_at: datetime = DAY_0
    last_visit_at: datetime | None = None
    second_used_at: datetime | None = None
    read_at: datetime | None = DAY_0
    closed_at: datetime | None = None


@pytest.mark.parametrize(
    ("case", "ends"),
    [
        (SomeCase(about="question"), day(30)),
        (SomeCase(about="question", danger="soon"), day(90)),  # nobody in danger only asks
        (SomeCase(about="unsaid"), day(90)),
        (SomeCase(about="relative"), day(90)),
        (SomeCase(last_visit_at=day(80)), day(170)),
        (SomeCase(last_visit_at=day(-5)), day(90)),
        (SomeCase(last_visit_at=day(3), second_used_at=day(80)), day(170)),
        (SomeCase(about="question", last_visit_at=day(29)), day(59)),
        (SomeCase(closed_at=day(5)), day(15)),
        (SomeCase(closed_at=day(5), last_visit_at=day(14)), day(24)),
        (SomeCase(closed_at=day(85)), day(90)),  # closing never puts it off
        (SomeCase(about="question", closed_at=day(28)), day(30)),
        (SomeCase(read_at=day(89)), day(90)),
        (SomeCase(read_at=day(100)), day(107)),  # who reads it late has a week
    ],
)
def test_when_a_case_ends(case: SomeCase, ends: datetime) -> None:
    assert rules.ends_at(case, TERMS) == ends
    assert not rules.is_over(case, TERMS, now=ends - timedelta(seconds=1))
    assert rules.is_over(case, TERMS, now=ends)


def test_a_late_reader_has_no_longer_than_the_term_itself() -> None:
    short = rules.Retention(question=timedelta(days=2), waiting=timedelta(days=2), closed=timedelta(days=2))

    assert rules.ends_at(SomeCase(read_at=day(50)), short) == day(52)


@pytest.mark.parametrize(
    ("case", "is_kept"),
    [
        (SomeCase(read_at=None), True),
        (SomeCase(owner_id=1), True),
        (SomeCase(danger="now", clock_since=DAY_0), True),
        (SomeCase(danger="now"), False),
        (SomeCase(danger="soon", clock_since=DAY_0), False),
    ],
)
def test_what_is_kept_beyond_its_term(case: SomeCase, is_kept: bool) -> None:
    assert rules.is_over(case, TERMS, now=day(1000)) is not is_kept


@pytest.fixture
def with_terms(settings: Settings) -> None:
    settings.INNER_RETENTION = {"question_days": 30, "waiting_days": 90, "closed_days": 10}


def answered(olena: Colleague, writer: Writer, *, about: str = "oneself", days_ago: float) -> int:
    """A case that was read and answered so many days ago, and that nobody works on."""
    writer_opens(writer, about)
    case = writer.case
    actions.take(case, by=olena.operator)
    opening.open_conversation(writer.case, keys=olena.keys)
    actions.answer(case, "Yes.", by=olena.operator)
    actions.release(case, by=olena.operator)
    at = timezone.now() - timedelta(days=days_ago)
    Case.objects.filter(pk=case.pk).update(last_word_at=at, read_at=at)
    return case.pk


def writer_opens(writer: Writer, about: str) -> None:
    arrives(writer.sealed_letter("May I come?", act="opening", about=about))


@pytest.mark.usefixtures("with_terms")
def test_a_question_and_a_waiting_case_end_at_their_terms_and_others_stay(olena: Colleague) -> None:
    ended = {
        answered(olena, Writer(), about="question", days_ago=31),
        answered(olena, Writer(), days_ago=91),
    }
    stay = {answered(olena, Writer(), about="question", days_ago=29), answered(olena, Writer(), days_ago=89)}

    assert retention.sweep() == 2

    assert set(Case.objects.values_list("pk", flat=True)) == stay
    assert set(Tombstone.objects.values_list("pk", flat=True)) == ended
    lines = Line.objects.filter(verb="case.ended")
    assert {(line.about_id, line.actor) for line in lines} == {(number, None) for number in ended}
    assert not Line.objects.filter(verb="case.erased").exists()
    assert retention.sweep() == 0


def test_where_no_term_is_set_nothing_ends(olena: Colleague, settings: Settings) -> None:
    number = answered(olena, Writer(), days_ago=5000)

    assert settings.INNER_RETENTION == {}
    assert retention.sweep() == 0
    assert retention.end_of(Case.objects.get(pk=number)) is None


@pytest.mark.usefixtures("with_terms")
def test_a_worker_that_was_down_for_long_catches_up_a_few_at_a_time(
    olena: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for _ in range(3):
        answered(olena, Writer(), days_ago=400)

    assert [retention.sweep(), retention.sweep(), retention.sweep()] == [2, 1, 0]


@pytest.mark.usefixtures("with_terms")
def test_a_visit_begins_the_term_anew(olena: Colleague, soldier: Writer) -> None:
    answered(olena, soldier, days_ago=200)
    soldier.visits()

    assert retention.sweep() == 0


@pytest.mark.usefixtures("with_terms")
def test_a_letter_that_nobody_read_does_not_vanish(olena: Colleague, soldier: Writer) -> None:
    number = answered(olena, soldier, days_ago=200)
    soldier.writes("One more thing.")
    Case.objects.filter(pk=number).update(last_word_at=timezone.now() - timedelta(days=150))
    assert retention.sweep() == 0

    actions.take(soldier.case, by=olena.operator)
    opening.open_conversation(soldier.case, keys=olena.keys)
    assert retention.sweep() == 0, "somebody works on it"
    actions.release(soldier.case, by=olena.operator)
    assert retention.sweep() == 0, "who read it late has time to answer"

    Case.objects.update(read_at=timezone.now() - timedelta(days=8))
    assert retention.sweep() == 1


def test_opening_reads_what_came_and_a_new_letter_or_file_is_unread_again(olena: Colleague, soldier: Writer) -> None:
    letter = soldier.opens()
    assert soldier.case.read_at is None
    case = actions.take_next(by=olena.operator)
    assert soldier.case.read_at is None, "to take is not to read"

    opening.open_conversation(case, keys=olena.keys)
    assert soldier.case.read_at is not None

    soldier.sends_file(letter, FilePart("a.jpg", "image/jpeg", b"picture"))
    assert soldier.case.read_at is None
    opening.open_conversation(case, keys=olena.keys)
    soldier.writes("first")
    soldier.writes("second")
    first, second = Message.objects.filter(direction="in").order_by("pk")[1:]
    opening.open_message(first, keys=olena.keys)
    assert soldier.case.read_at is None, "the second is still unread"
    opening.open_message(second, keys=olena.keys)
    assert soldier.case.read_at is not None


@pytest.mark.usefixtures("with_terms")
def test_danger_that_waits_for_us_is_not_ended_by_a_term(olena: Colleague, soldier: Writer) -> None:
    number = answered(olena, soldier, days_ago=200)
    long_ago = timezone.now() - timedelta(days=200)
    Case.objects.filter(pk=number).update(danger="now", clock="next_answer", clock_since=long_ago)

    assert retention.sweep() == 0


@pytest.mark.usefixtures("with_terms")
def test_who_writes_while_the_sweep_goes_round_keeps_the_case(
    olena: Colleague, soldier: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chosen as over, and a letter arrives before its turn comes."""
    answered(olena, soldier, days_ago=200)
    chosen = retention._erased

    def with_a_letter_first(number: int, kept: rules.Retention, now: datetime) -> bool:
        soldier.writes("I am still here.")
        return chosen(number, kept, now)

    monkeypatch.setattr(retention, "_erased", with_a_letter_first)

    assert retention.sweep() == 0
    assert soldier.case.messages.count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_older_cases_those_we_answered_count_as_read(olena: Colleague) -> None:
    waits, was_answered = Writer(), Writer()
    waits.opens()
    was_answered.opens()
    actions.answer(actions.take(was_answered.case, by=olena.operator), "Yes.", by=olena.operator)
    before = MigrationExecutor(connection)
    before.migrate([("cases", "0001_initial")])

    after = MigrationExecutor(connection)
    after.migrate(after.loader.graph.leaf_nodes())

    assert waits.case.read_at is None
    assert was_answered.case.read_at == was_answered.case.last_word_at
