"""Letters, files, visits and erasures come in any order, and some come twice."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from safeconduct.audit.models import Line
from safeconduct.handover.kinds import taker_of
from safeconduct.handover.letters import FilePart
from safeconduct.inner.cases import actions, arriving, lookups, opening
from safeconduct.inner.cases.models import Attachment, Case, Message, Thread, Tombstone
from tests.people import Colleague, Headquarters, Writer, arrives, minutes_ago

PICTURE = FilePart("picture.jpg", "image/jpeg", b"\xff\xd8 not really")


def verbs() -> list[str]:
    return list(Line.objects.filter(store="appeals", about_kind="case").order_by("seq").values_list("verb", flat=True))


def test_cases_take_the_envelopes_of_the_kind_appeal(headquarters: Headquarters) -> None:
    assert taker_of("appeal") is arriving.take_in


def test_a_first_letter_opens_a_case_and_the_clock_of_the_first_answer_runs(soldier: Writer) -> None:
    at = minutes_ago(5).replace(second=0, microsecond=0)

    soldier.opens("May I come?", at=at, danger="soon", about="group")

    case = soldier.case
    assert (case.is_open, case.owner, case.is_code_ours) == (True, None, True)
    assert (case.channel, case.language, case.window) == ("web", "ru", "never")
    assert (case.danger, case.about) == ("soon", "group")
    assert (case.opened_at, case.clock, case.clock_since, case.last_word_at) == (at, "first_answer", at, at)
    assert verbs() == ["case.opened"]


def test_the_same_envelope_again_changes_nothing(soldier: Writer) -> None:
    letter = soldier.opens("May I come?")
    picture = soldier.sends_file(letter, PICTURE)
    before = (list(Case.objects.values()), Message.objects.count(), Attachment.objects.count(), verbs())

    arrives(letter)
    arrives(picture)

    assert (list(Case.objects.values()), Message.objects.count(), Attachment.objects.count(), verbs()) == before


def test_a_second_letter_goes_into_the_same_case(soldier: Writer) -> None:
    soldier.opens("May I come?", at=minutes_ago(30))

    soldier.writes("I am still here.", at=minutes_ago(10), danger="now")

    assert Case.objects.count() == 1
    case = soldier.case
    assert (case.danger, case.clock) == ("now", "first_answer")
    assert case.clock_since is not None
    assert case.clock_since < minutes_ago(29), "the wait began with the first letter"
    assert case.last_word_at > minutes_ago(11)
    assert verbs() == ["case.opened", "case.written"]


def test_a_quiet_letter_after_an_alarming_one_leaves_the_danger_as_it_was(soldier: Writer) -> None:
    soldier.opens(danger="now", about="group")

    soldier.writes(danger="none", about="unsaid")

    assert (soldier.case.danger, soldier.case.about) == ("now", "group")


def test_the_language_of_the_answer_is_that_of_the_newest_letter(soldier: Writer) -> None:
    soldier.opens()
    soldier.language = "uk"

    soldier.writes()

    assert soldier.case.language == "uk"


def test_two_people_have_two_cases(headquarters: Headquarters) -> None:
    one, other = Writer(), Writer()

    one.opens()
    other.opens()

    assert one.case != other.case


def test_a_letter_under_a_code_that_we_never_gave_out_is_a_case_marked_so(soldier: Writer) -> None:
    soldier.writes("Somebody gave me these digits.")

    assert soldier.case.is_open
    assert not soldier.case.is_code_ours


def test_an_opening_that_comes_after_its_second_letter_heals_the_mark(soldier: Writer) -> None:
    first = soldier.sealed_letter("The first.", act="opening", at=minutes_ago(20))
    soldier.writes("The second.", at=minutes_ago(10))
    assert not soldier.case.is_code_ours

    arrives(first)

    assert Case.objects.count() == 1
    assert soldier.case.is_code_ours
    assert soldier.case.clock_since == first.arrived_at


def test_looking_at_an_unknown_code_makes_no_case(soldier: Writer) -> None:
    soldier.visits()

    assert not Case.objects.exists()
    assert not Thread.objects.exists()
    assert verbs() == []


def test_a_visit_is_noted_and_starts_no_clock(olena: Colleague, soldier: Writer) -> None:
    soldier.opens()
    actions.answer(actions.take_next(by=olena.operator), "Yes.", by=olena.operator)
    at = minutes_ago(0).replace(second=0, microsecond=0)

    soldier.visits(at=at + timedelta(minutes=2))
    soldier.visits(at=at)

    case = soldier.case
    assert case.last_visit_at == at + timedelta(minutes=2), "the later one, in whatever order they come"
    assert (case.clock, case.is_open) == ("none", True)


def test_a_file_may_come_before_its_letter(olena: Colleague, soldier: Writer) -> None:
    letter = soldier.sealed_letter("With a picture.", act="opening")
    picture = soldier.sends_file(letter, PICTURE)
    assert not soldier.case.is_code_ours
    assert soldier.case.clock == "first_answer", "a case of which only a file is there is waited for, too"

    arrives(letter)

    case = actions.take_next(by=olena.operator)
    attachment = lookups.attachment_for(case, picture.id.hex())
    assert attachment.message is not None
    assert bytes(attachment.message.envelope_id) == letter.id
    assert opening.open_attachment(attachment, keys=olena.keys) == PICTURE
    assert soldier.case.is_code_ours


def test_a_file_that_comes_after_our_answer_asks_for_another(olena: Colleague, soldier: Writer) -> None:
    letter = soldier.opens()
    actions.answer(actions.take_next(by=olena.operator), "Yes.", by=olena.operator)

    soldier.sends_file(letter, PICTURE)

    assert soldier.case.clock == "next_answer"


def test_a_letter_to_a_closed_case_brings_it_back_to_the_queue(olena: Colleague, soldier: Writer) -> None:
    soldier.opens(danger="now")
    case = actions.take_next(by=olena.operator)
    actions.answer(case, "Yes.", by=olena.operator)
    actions.close(case, reason="silent", by=olena.operator)

    soldier.writes("One more question.", danger="none")

    again = soldier.case
    assert (again.is_open, again.owner, again.clock) == (True, None, "next_answer")
    assert again.danger == "none", "the danger of then is over"
    assert again.number == case.number
    assert verbs()[-1] == "case.reopened"


def test_a_letter_to_a_taken_case_stays_with_its_owner(olena: Colleague, soldier: Writer) -> None:
    soldier.opens()
    actions.take_next(by=olena.operator)

    soldier.writes()

    assert soldier.case.owner == olena.operator


def test_a_code_under_a_new_pepper_leads_to_the_same_case_and_answers_go_to_the_newest_thread(
    olena: Colleague, soldier: Writer
) -> None:
    soldier.opens()
    soldier.peppers = (b"\x0c" * 32, *soldier.peppers)

    soldier.writes("After the peppers were changed.")

    assert Case.objects.count() == 1
    assert soldier.case.threads.count() == 2
    assert soldier.case.is_code_ours
    actions.answer(actions.take_next(by=olena.operator), "Yes.", by=olena.operator)
    assert [answer.text for answer in soldier.answers_received()] == ["Yes."], "one answer, not one a thread"
    # Once the old pepper is dropped, the front still finds it.
    soldier.peppers = soldier.peppers[:1]
    assert [answer.text for answer in soldier.answers_received()] == ["Yes."]


def test_a_case_opened_under_two_peppers_answers_under_the_newer(olena: Colleague, soldier: Writer) -> None:
    soldier.peppers = (b"\x0c" * 32, *soldier.peppers)
    soldier.opens()

    actions.answer(actions.take_next(by=olena.operator), "Yes.", by=olena.operator)

    soldier.peppers = soldier.peppers[:1]
    assert [answer.text for answer in soldier.answers_received()] == ["Yes."]


def test_in_whatever_order_the_acts_come_the_case_ends_the_same(soldier: Writer) -> None:
    first = soldier.sealed_letter("First.", act="opening", at=minutes_ago(40), danger="soon")
    acts = [
        first,
        soldier.sealed_letter("Second.", act="writing", at=minutes_ago(30)),
        soldier.sealed_file(first.id, PICTURE),
        replace(soldier.sealed(soldier.header("visit"), None), arrived_at=minutes_ago(5)),
    ]

    def outcome(order: tuple[int, ...]) -> tuple[object, ...]:
        with transaction.atomic():
            for place in order:
                arrives(acts[place])
            case = soldier.case
            attachment = Attachment.objects.get()
            seen = (
                (case.is_open, case.danger, case.about, case.clock, case.clock_since, case.last_word_at),
                case.is_code_ours,
                [bytes(message.envelope_id) for message in case.messages.all()],
                attachment.message is not None and bytes(attachment.message.envelope_id),
                # A visit that comes before any letter is not remembered: until then there is nothing to note it on.
                case.last_visit_at if order[0] != 3 else acts[3].arrived_at,
            )
            transaction.set_rollback(True)
        return seen

    outcomes = [outcome(order) for order in itertools.permutations(range(4))]

    assert all(seen == outcomes[0] for seen in outcomes)


@pytest.mark.parametrize("act", ["opening", "writing", "file", "visit", "erasure"])
def test_an_act_that_breaks_off_has_not_happened(soldier: Writer, act: str, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = soldier.opens()
    envelope = {
        "opening": lambda: soldier.sealed_letter("Again.", act="opening"),
        "writing": lambda: soldier.sealed_letter("Again.", act="writing"),
        "file": lambda: soldier.sealed_file(letter.id, PICTURE),
        "visit": lambda: soldier.sealed(soldier.header("visit"), None),
        "erasure": lambda: soldier.sealed(soldier.header("erasure"), None),
    }[act]()
    kept = (Case, Message, Attachment, Thread, Tombstone)
    before = [list(model._default_manager.values()) for model in kept], verbs()
    power_fails_at(monkeypatch, act)

    with pytest.raises(PowerFails):
        arrives(envelope)

    assert ([list(model._default_manager.values()) for model in kept], verbs()) == before


class PowerFails(Exception):
    pass


def power_fails_at(monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    """At the last write of the act."""

    def fails(*_args: object, **_how: object) -> None:
        raise PowerFails

    last_write: dict[str, Callable[[], None]] = {
        "opening": lambda: monkeypatch.setattr(Message.objects.__class__, "create", fails),
        "writing": lambda: monkeypatch.setattr(Message.objects.__class__, "create", fails),
        "file": lambda: monkeypatch.setattr(Attachment.objects.__class__, "create", fails),
        "visit": lambda: monkeypatch.setattr(arriving, "record", fails),
        "erasure": lambda: monkeypatch.setattr("safeconduct.inner.cases.erasing.record", fails),
    }
    last_write[act]()


def test_two_cases_never_share_a_thread(soldier: Writer) -> None:
    soldier.opens()
    thread = Thread.objects.get()
    other = Writer()
    other.opens()

    with pytest.raises(IntegrityError), transaction.atomic():
        Thread.objects.create(case=other.case, lookup=thread.lookup, public_key=thread.public_key, is_ours=True)
