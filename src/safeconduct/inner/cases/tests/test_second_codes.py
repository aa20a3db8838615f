"""Whoever is forced to open the messages types the second code: it shows something harmless, and we learn of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Model
from django.utils import timezone
from pytest_django import Settings

from safeconduct.audit.models import Line
from safeconduct.handover.letters import FilePart, open_header
from safeconduct.handover.reaching.models import OutboxRow
from safeconduct.handover.wire import fields_of
from safeconduct.inner.cases import actions, journal, lookups, opening, retention, second_codes
from safeconduct.inner.cases.erasing import erase_again
from safeconduct.inner.cases.errors import NoSecondCode, NothingSaid
from safeconduct.inner.cases.models import Case, JournalLine, Message, SecondCode, Thread, Tombstone
from safeconduct.interview.harmless import Exchange, sample_exchanges
from tests.keys import INTAKE_KEY
from tests.people import Colleague, Writer, arrives, minutes_ago

OTHER_PEPPER = b"\x19" * 32
LONG = timedelta(days=100)


@pytest.fixture
def forced(soldier: Writer) -> Writer:
    """The second code of a soldier who has written."""
    soldier.opens("May I come?", at=minutes_ago(60))
    return soldier.asks_for_second()


def verbs() -> list[str]:
    return list(Line.objects.filter(store="appeals", about_kind="case").order_by("seq").values_list("verb", flat=True))


def texts_under(code: Writer) -> list[str]:
    return [answer.text for answer in code.answers_received()]


def forgotten() -> list[bytes]:
    """The lookup ids that the front is told to forget, one entry for each dispatch."""
    rows = OutboxRow.objects.filter(kind="forget_answers").order_by("pk")
    return [bytes(fields_of(bytes(row.payload))["lookups"]) for row in rows]  # type: ignore[call-overload]


def second_of(code: Writer) -> SecondCode:
    return SecondCode.objects.get(threads__lookup=code.threads[0].lookup)


def weeks_pass(code: Writer, weeks: int) -> None:
    """A message is due within a week of the one before it."""
    for _ in range(weeks):
        for column in ("due_at", "used_at", "made_at"):
            before = getattr(second_of(code), column)
            if before:
                SecondCode.objects.filter(pk=second_of(code).pk).update(**{column: before - timedelta(weeks=1)})
        second_codes.go_on()


# -- asking


def test_a_second_code_is_no_case_of_its_own_and_starts_no_clock(soldier: Writer, olena: Colleague) -> None:
    soldier.opens()
    case = actions.take_next(by=olena.operator)
    actions.answer(case, "Yes.", by=olena.operator)
    before = Case.objects.values().get()

    second = soldier.asks_for_second()

    assert Case.objects.values().get() == before
    assert second.case == soldier.case
    assert verbs()[-1] == "case.second_made"


def test_its_exchange_is_on_the_way_at_once(forced: Writer) -> None:
    (answer,) = forced.answers_received()

    assert answer.text in {one.messages[0] for one in sample_exchanges()["ru"]}
    assert answer.statements == ()


def test_the_first_message_is_dated_some_days_back(forced: Writer) -> None:
    (answer,) = forced.answers_received()

    assert 1 <= (timezone.localdate() - answer.written_on).days <= 9


def test_each_language_has_exchanges_of_its_own(soldier: Writer) -> None:
    soldier.opens()
    for language in ("ru", "uk", "en"):
        soldier.language = language
        (text,) = texts_under(soldier.asks_for_second())
        assert text in {one.messages[0] for one in sample_exchanges()[language]}


def test_different_people_are_shown_different_exchanges(soldier: Writer) -> None:
    assert len({tuple(texts_under(soldier.asks_for_second())) for _ in range(40)}) == len(sample_exchanges()["ru"])


def test_the_same_request_again_changes_nothing(soldier: Writer) -> None:
    soldier.opens()
    second = Writer()
    request = soldier.sealed_request(second)
    arrives(request)
    before = (list(SecondCode.objects.values()), list(Thread.objects.values()), OutboxRow.objects.count(), verbs())

    arrives(request)

    after = (list(SecondCode.objects.values()), list(Thread.objects.values()), OutboxRow.objects.count(), verbs())
    assert after == before


def test_asked_for_again_it_is_one_more_and_the_earlier_one_goes_on_working(forced: Writer, soldier: Writer) -> None:
    other = soldier.asks_for_second()

    for code in (forced, other):
        Case.objects.update(second_used_at=None)
        code.visits()
        assert soldier.case.second_used_at


def test_a_code_that_nobody_knows_gets_an_exchange_too(soldier: Writer) -> None:
    """Else whoever tries a code here and looks at the second one would learn whether it is known."""
    second = soldier.asks_for_second()

    assert len(texts_under(second)) == 1
    assert not Case.objects.exists()
    second.visits()
    assert not Case.objects.exists()


def test_the_first_letter_that_comes_later_is_linked_to_it(soldier: Writer) -> None:
    second = soldier.asks_for_second()
    second.visits()

    soldier.opens("Held up on the way.")

    assert second.case == soldier.case
    assert soldier.case.second_used_at
    assert soldier.case.is_code_ours


def test_a_code_typed_wrongly_at_first_is_linked_when_the_same_form_brings_the_right_one(soldier: Writer) -> None:
    soldier.opens()
    second = Writer().asks_for_second()

    soldier.asks_for_second(under=second)

    assert second.case == soldier.case
    assert len(texts_under(second)) == 1


def test_a_second_code_of_a_second_code_is_handled_as_of_an_unknown_one_and_counts_as_use(
    forced: Writer, soldier: Writer
) -> None:
    third = forced.asks_for_second()

    assert len(texts_under(third)) == 1
    assert second_of(third).case is None
    assert soldier.case.second_used_at
    used_at = soldier.case.second_used_at
    third.visits(at=datetime.now(UTC) + timedelta(minutes=5))
    assert soldier.case.second_used_at == used_at


def test_a_code_that_somebody_writes_under_is_left_as_it_is(soldier: Writer) -> None:
    soldier.opens()
    other = Writer()
    other.opens("Somebody else")

    soldier.asks_for_second(under=other)

    assert other.case != soldier.case
    assert not SecondCode.objects.exists()


def test_where_the_site_has_no_exchange_the_page_stays_quiet_and_the_use_is_marked(
    soldier: Writer, settings: Settings
) -> None:
    settings.INNER_SECOND_THREADS = {}
    soldier.opens()

    second = soldier.asks_for_second()
    second.visits()

    assert texts_under(second) == []
    assert soldier.case.second_used_at


# -- the exchange goes on


def test_the_exchange_goes_on_over_days_and_rests_when_all_is_said(forced: Writer) -> None:
    exchange = _exchange_of(forced)
    assert texts_under(forced) == [exchange.messages[0]]
    assert second_codes.go_on() == 0

    due_at = second_of(forced).due_at
    assert due_at is not None
    assert timedelta(hours=23) < due_at - datetime.now(UTC) < timedelta(days=7)
    weeks_pass(forced, 6)

    assert texts_under(forced) == list(exchange.messages)
    assert second_of(forced).due_at is None


def test_months_later_something_stands_there_still_and_nothing_twice(forced: Writer) -> None:
    """As the front keeps it: what was read goes after 30 days, give or take 7."""
    exchange = _exchange_of(forced)
    weeks_pass(forced, 6)

    forced.visits()
    due_at = second_of(forced).due_at
    assert due_at is not None
    assert due_at - datetime.now(UTC) > timedelta(days=37)
    assert second_codes.go_on() == 0
    forced.visits()
    assert second_of(forced).due_at == due_at, "a second look does not put it off"
    weeks_pass(forced, 8)

    assert len(texts_under(forced)) > len(exchange.messages)
    assert texts_under(forced)[len(exchange.messages)] == exchange.messages[0]


def test_what_is_said_later_bears_the_day_on_which_it_is_said(forced: Writer) -> None:
    weeks_pass(forced, 6)

    assert {answer.written_on for answer in forced.answers_received()[1:]} == {timezone.localdate()}


def test_it_is_the_same_exchange_after_a_restore_and_the_front_takes_each_message_once(soldier: Writer) -> None:
    soldier.opens()
    second = Writer()
    request = soldier.sealed_request(second)
    arrives(request)
    before = [(bytes(row.dispatch_id), row.kind) for row in OutboxRow.objects.order_by("pk")]
    SecondCode.objects.all().delete()
    OutboxRow.objects.all().delete()

    arrives(request)

    assert [(bytes(row.dispatch_id), row.kind) for row in OutboxRow.objects.order_by("pk")] == before


def test_an_exchange_that_the_site_has_taken_out_gives_way_to_another(forced: Writer, settings: Settings) -> None:
    other = Exchange("other", ("One.", "Two."))
    settings.INNER_SECOND_THREADS = {"ru": (other,)}

    weeks_pass(forced, 6)

    assert texts_under(forced)[1:] == ["One.", "Two."]


# -- using


def test_a_visit_with_it_puts_the_case_on_top_as_danger_now(forced: Writer, soldier: Writer, olena: Colleague) -> None:
    case = actions.take_next(by=olena.operator)
    opening.open_conversation(case, keys=olena.keys)
    actions.answer(case, "Yes.", by=olena.operator)
    actions.close(case, reason="answered", by=olena.operator)

    forced.visits()

    case = soldier.case
    assert (case.danger, case.is_open, case.clock) == ("now", True, "next_answer")
    assert case.second_used_at
    assert case.last_visit_at is None, "nobody has read our answer"
    assert case.read_at is None
    assert verbs()[-1] == "case.second_used"
    assert [row.pk for row in lookups.queue(olena.operator).danger_now.rows] == [case.pk]


def test_what_is_written_with_it_is_a_message_of_the_case(forced: Writer, soldier: Writer, olena: Colleague) -> None:
    forced.language = "en"
    letter = forced.writes("Thank you, I will collect it.", about="relative")
    forced.sends_file(letter, FilePart("picture.jpg", "image/jpeg", b"\xff\xd8"))

    assert Case.objects.count() == 1
    case = actions.take(soldier.case, by=olena.operator)
    entry = opening.open_conversation(case, keys=olena.keys).entries[-1]
    assert entry.letter is not None
    assert entry.letter.words == "Thank you, I will collect it."
    assert entry.message.thread.second == second_of(forced)
    assert entry.message.attachments.count() == 1
    assert case.second_used_at
    assert case.danger == "now"
    assert (case.language, case.about) == ("ru", "oneself")


def test_an_answer_never_goes_to_it(forced: Writer, soldier: Writer, olena: Colleague) -> None:
    forced.writes("Is anybody there?")
    before = texts_under(forced)

    actions.answer(actions.take_next(by=olena.operator), "Come to the second house.", by=olena.operator)

    assert texts_under(soldier) == ["Come to the second house."]
    assert texts_under(forced) == before


def test_with_more_peppers_an_answer_still_goes_to_the_first_code(soldier: Writer, olena: Colleague) -> None:
    soldier.opens()
    second = soldier.asks_for_second()
    for code in (soldier, second):
        code.peppers = (OTHER_PEPPER, *code.peppers)
        code.writes("Once more")

    actions.answer(actions.take_next(by=olena.operator), "Yes.", by=olena.operator)
    actions.show_under_second(soldier.case, "The pump is here.", by=olena.operator)

    assert texts_under(soldier) == ["Yes."]
    assert texts_under(second)[-1] == "The pump is here."
    assert soldier.case.threads.filter(second=None).count() == 2
    assert soldier.case.threads.exclude(second=None).count() == 2


def test_an_operator_may_put_something_harmless_under_it_and_the_clock_runs_on(
    forced: Writer, soldier: Writer, olena: Colleague
) -> None:
    forced.visits()
    case = actions.take_next(by=olena.operator)

    actions.show_under_second(case, "The pump is here.", by=olena.operator)

    assert texts_under(forced)[-1] == "The pump is here."
    assert texts_under(soldier) == []
    assert soldier.case.clock == "first_answer"
    assert verbs()[-1] == "case.second_shown"
    with pytest.raises(NothingSaid):
        actions.show_under_second(case, " ", by=olena.operator)


def test_it_goes_under_the_one_that_was_used_last(forced: Writer, soldier: Writer, olena: Colleague) -> None:
    other = soldier.asks_for_second()
    forced.visits()

    actions.show_under_second(actions.take_next(by=olena.operator), "The pump is here.", by=olena.operator)

    assert texts_under(forced)[-1] == "The pump is here."
    assert "The pump is here." not in texts_under(other)


def test_where_none_was_asked_for_nothing_can_be_put_under_it(soldier: Writer, olena: Colleague) -> None:
    soldier.opens()

    with pytest.raises(NoSecondCode):
        actions.show_under_second(actions.take_next(by=olena.operator), "Hello", by=olena.operator)


def test_a_letter_under_one_whose_first_code_is_unknown_opens_a_case_like_any_other(
    soldier: Writer, olena: Colleague
) -> None:
    second = soldier.asks_for_second()

    second.writes("May I come?")

    assert second.case.is_code_ours
    assert second.case.second_used_at is None
    assert not SecondCode.objects.exists()
    actions.answer(actions.take_next(by=olena.operator), "Yes.", by=olena.operator)
    assert texts_under(second)[-1] == "Yes."


# -- erasing


def test_a_wipe_with_it_erases_nothing_here_and_is_noted(forced: Writer, soldier: Writer) -> None:
    forced.writes("Delete everything")

    forced.wipes()

    assert soldier.case.messages.count() == 2
    assert soldier.case.second_used_at
    assert not Tombstone.objects.exists()
    assert second_of(forced).wiped_at
    assert forgotten() == [forced.threads[0].lookup], "as after any wipe, and of this code alone"


def test_after_a_wipe_with_it_nothing_stands_there_again(forced: Writer, soldier: Writer, olena: Colleague) -> None:
    forced.wipes()
    assert texts_under(forced) == [], "what had not left yet is taken back"

    forced.visits()
    weeks_pass(forced, 15)

    assert texts_under(forced) == []
    with pytest.raises(NoSecondCode):
        actions.show_under_second(actions.take_next(by=olena.operator), "Hello", by=olena.operator)


def test_a_wipe_with_the_first_code_erases_both_and_their_link(forced: Writer, soldier: Writer) -> None:
    forced.writes("Is anybody there?", at=minutes_ago(5))

    soldier.wipes(at=datetime.now(UTC) + timedelta(minutes=2))

    for kept in (Case, Message, Thread, SecondCode):
        assert not kept.objects.exists()
    assert Tombstone.objects.count() == 1
    assert sorted(forgotten()) == sorted([soldier.threads[0].lookup, forced.threads[0].lookup]), "each by itself"
    assert texts_under(forced) == []
    forced.visits()
    assert not Case.objects.exists()


def test_a_late_letter_under_either_code_is_not_kept_after_the_wipe(forced: Writer, soldier: Writer) -> None:
    late = [code.sealed_letter("Late", act="writing", at=minutes_ago(30)) for code in (soldier, forced)]
    request = soldier.sealed_request(Writer(), at=minutes_ago(30))

    soldier.wipes()
    for envelope in (*late, request):
        arrives(envelope)

    assert not Case.objects.exists()
    assert not SecondCode.objects.exists()


def test_what_was_written_since_a_wipe_that_was_held_up_stays_apart(forced: Writer, soldier: Writer) -> None:
    wiped_at = minutes_ago(30)
    soldier.writes("New", at=minutes_ago(10))
    forced.writes("Forced", at=minutes_ago(10))

    soldier.wipes(at=wiped_at)

    assert soldier.case != forced.case
    assert [case.messages.count() for case in (soldier.case, forced.case)] == [1, 1]
    assert not SecondCode.objects.exists()


def test_an_operator_who_erases_erases_both(forced: Writer, olena: Colleague) -> None:
    case = actions.take_next(by=olena.operator)
    actions.show_under_second(case, "The pump is here.", by=olena.operator)

    actions.erase(case, by=olena.operator)

    assert not SecondCode.objects.exists()
    assert not Thread.objects.exists()
    assert texts_under(forced) == []


def test_a_restore_erases_both_again(forced: Writer, soldier: Writer) -> None:
    tables: tuple[type[Model], ...] = (Case, SecondCode, Thread, Message)
    saved = {kept: list(kept._base_manager.all()) for kept in tables}
    soldier.wipes(at=datetime.now(UTC) + timedelta(minutes=2))
    (line,) = JournalLine.objects.all()
    (erasure,), unread = journal.read(bytes(line.line))
    assert unread == 0
    Tombstone.objects.all().delete()
    for kept, rows in saved.items():
        kept._base_manager.bulk_create(rows)

    assert erase_again(erasure)

    assert not any(kept._base_manager.exists() for kept in tables)


def test_one_without_a_case_is_wiped_like_a_code_that_nobody_wrote_under(soldier: Writer) -> None:
    second = soldier.asks_for_second()

    second.wipes()

    assert not SecondCode.objects.exists()
    assert not Thread.objects.exists()
    assert forgotten() == [second.threads[0].lookup]


def test_one_without_a_case_ends_by_the_term_of_a_case_that_waits(soldier: Writer, settings: Settings) -> None:
    settings.INNER_RETENTION = {"question_days": 30, "waiting_days": 90, "closed_days": 30}
    second = soldier.asks_for_second()
    retention.sweep()
    assert SecondCode.objects.exists()

    SecondCode.objects.update(made_at=timezone.now() - LONG, used_at=timezone.now() - timedelta(days=89))
    retention.sweep()
    assert SecondCode.objects.exists()
    SecondCode.objects.update(used_at=timezone.now() - LONG)
    retention.sweep()

    assert not SecondCode.objects.exists()
    assert forgotten() == [second.threads[0].lookup]


def test_the_header_of_a_request_says_what_it_is_only_inside_its_seal(soldier: Writer) -> None:
    request = soldier.sealed_request(Writer())

    header = open_header(request, intake_seed=INTAKE_KEY.seed)
    assert header.act == "second"
    visible = b"".join((request.header, request.body, request.id))
    assert b"second" not in visible
    assert all(lookup not in visible for lookup in header.first)


def _exchange_of(code: Writer) -> Exchange:
    return next(one for one in sample_exchanges()["ru"] if one.name == second_of(code).exchange)
