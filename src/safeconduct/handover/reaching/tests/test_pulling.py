"""What the front keeps is taken in once, and one letter that cannot be taken holds up no other."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from django.utils.translation import override

from safeconduct.handover.letters import Envelope
from safeconduct.handover.reaching import actions
from safeconduct.handover.reaching.actions import after_restore, forget_once, mark_backed_up, pull_once
from safeconduct.handover.reaching.client import FrontClient
from safeconduct.handover.reaching.errors import ClocksDiffer, FrontError, FrontUnreachable, Trouble
from safeconduct.handover.reaching.lookups import front_status, sentence_about
from safeconduct.handover.reaching.models import OutboxRow, ReceivedEnvelope
from safeconduct.handover.reaching.tests.front import Front
from tests.envelopes import an_envelope

pytestmark = pytest.mark.django_db


class Intake:
    """Takes envelopes as a room would: with rows of its own."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.fails_at: dict[bytes, Exception] = {}

    def take(self, envelope: Envelope) -> None:
        OutboxRow.objects.create(  # stands for a case and its messages
            dispatch_id=envelope.id, kind="case", payload=b"", next_attempt_at=datetime.now(UTC)
        )
        if envelope.id in self.fails_at:
            raise self.fails_at[envelope.id]
        self.taken.append(envelope.id)


@pytest.fixture
def intake() -> Intake:
    return Intake()


def received() -> set[bytes]:
    return {bytes(id) for id in ReceivedEnvelope.objects.values_list("envelope_id", flat=True)}


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = time.monotonic()
    monkeypatch.setattr("time.monotonic", lambda: now + seconds)


def test_letters_are_taken_in_noted_and_acknowledged(front: Front, client: FrontClient, intake: Intake) -> None:
    front.waiting = letters = [an_envelope() for _ in range(3)]
    ids = [letter.id for letter in letters]

    assert pull_once(client, intake.take, 0) == 3

    assert intake.taken == ids
    assert received() == set(ids)
    assert front.acknowledged == ids


def test_a_letter_that_comes_again_is_taken_once_and_acknowledged_again(
    front: Front, client: FrontClient, intake: Intake
) -> None:
    """The acknowledgement was lost, or the worker was killed before it."""
    letter = an_envelope()
    for _ in range(2):
        front.waiting = [letter]
        pull_once(client, intake.take, 0)

    assert intake.taken == [letter.id]
    assert front.acknowledged == [letter.id, letter.id]


def test_the_front_is_lost_before_the_acknowledgement_and_nothing_is_lost_with_it(
    front: Front, client: FrontClient, intake: Intake
) -> None:
    letter = an_envelope()
    front.waiting = [letter]

    def take_and_lose_the_line(envelope: Envelope) -> None:
        intake.take(envelope)
        front.breaks_off = 2

    with pytest.raises(FrontUnreachable):
        pull_once(client, take_and_lose_the_line, 0)
    assert front.waiting == [letter]
    pull_once(client, intake.take, 0)

    assert intake.taken == [letter.id]
    assert front.waiting == []


def test_a_letter_that_cannot_be_taken_leaves_no_trace_and_holds_up_no_other(
    front: Front, client: FrontClient, intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    front.waiting = first, odd, last = [an_envelope() for _ in range(3)]
    intake.fails_at = {odd.id: RuntimeError("words of a person")}

    with caplog.at_level(logging.DEBUG):
        assert pull_once(client, intake.take, 0) == 2

    assert received() == {first.id, last.id}
    assert not OutboxRow.objects.filter(dispatch_id=odd.id).exists()
    assert front.waiting == [odd]
    assert "words of a person" not in caplog.text


def test_it_is_tried_again_later_and_later_and_taken_when_it_can_be(
    front: Front, client: FrontClient, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    front.waiting = [odd] = [an_envelope()]
    intake.fails_at = {odd.id: RuntimeError()}
    pull_once(client, intake.take, 0)

    assert client.held.not_due() == [odd.id]
    assert client.held.wait_at_most(25) <= 1
    later(monkeypatch, 1.1)
    assert client.held.not_due() == []
    pull_once(client, intake.take, 0)
    assert 1 < client.held.wait_at_most(25) <= 2

    intake.fails_at = {}
    later(monkeypatch, 2.1)
    pull_once(client, intake.take, 0)

    assert intake.taken == [odd.id]
    assert front.waiting == []
    assert len(client.held) == 0


def test_how_many_are_held_is_shown_at_the_desk(front: Front, client: FrontClient, intake: Intake) -> None:
    front.waiting = [odd] = [an_envelope()]
    intake.fails_at = {odd.id: RuntimeError()}

    pull_once(client, intake.take, 0)

    assert front_status().stuck == 1
    with override("en"):
        assert "1 letter could not be taken in. It waits safely" in sentence_about(front_status())


def test_our_own_database_is_away_and_the_others_do_not_wait_for_it_one_by_one(
    front: Front, client: FrontClient, intake: Intake
) -> None:
    front.waiting = letters = [an_envelope() for _ in range(5)]
    tried = []

    def take(envelope: Envelope) -> None:
        tried.append(envelope.id)
        raise OperationalError

    pull_once(client, take, 0)

    assert tried == [letters[0].id]
    assert len(front.waiting) == 5


# --- how it stands with the front


def test_all_is_well_and_nothing_is_said(front: Front, client: FrontClient, intake: Intake) -> None:
    pull_once(client, intake.take, 0)

    status = front_status()
    assert status.trouble == Trouble.NONE
    assert status.contact_at
    assert datetime.now(UTC) - status.contact_at < timedelta(seconds=5)
    assert sentence_about(status) == ""


def test_clocks_eleven_minutes_apart_are_said_in_the_log_once_and_at_the_desk(
    front: Front, client: FrontClient, intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    front.waiting = [an_envelope()]
    front.clock_off = timedelta(minutes=11)
    front.answers_with = 401, b"clock"

    for _ in range(3):
        with pytest.raises(ClocksDiffer):
            pull_once(client, intake.take, 0)

    sentence = "The clocks of the two wings differ by 11 minutes; at most 10 are allowed."
    assert caplog.text.count(sentence) == 1
    with override("en"):
        assert sentence_about(front_status()).startswith(sentence)
    assert len(front.waiting) == 1


def test_when_the_clocks_are_set_right_letters_come_and_it_is_said(
    front: Front, client: FrontClient, intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    front.waiting = [an_envelope()]
    front.answers_with = 401, b"clock"
    with pytest.raises(ClocksDiffer):
        pull_once(client, intake.take, 0)

    front.answers_with = None
    assert pull_once(client, intake.take, 0) == 1

    assert front_status().trouble == Trouble.NONE
    assert "All is well between the wings." in caplog.text


@pytest.mark.parametrize(
    ("spoil", "trouble", "sentence"),
    [
        (lambda front: setattr(front, "breaks_off", 9), Trouble.UNREACHABLE, "cannot be reached"),
        (lambda front: setattr(front, "seed", b"\x66" * 32), Trouble.NOT_SIGNED, "is not our front"),
        (lambda front: setattr(front, "answers_with", (503, b"")), Trouble.REFUSED, "cannot work just now"),
    ],
)
def test_each_trouble_has_its_sentence_and_keeps_the_time_since_when(
    front: Front, client: FrontClient, intake: Intake, spoil: Callable[[Front], None], trouble: str, sentence: str
) -> None:
    pull_once(client, intake.take, 0)
    contact_at = front_status().contact_at
    spoil(front)

    with pytest.raises(FrontError):
        pull_once(client, intake.take, 0)
    since = front_status().trouble_since
    with pytest.raises(FrontError):
        pull_once(client, intake.take, 0)

    status = front_status()
    assert (status.trouble, status.trouble_since) == (trouble, since)
    assert (status.contact_at == contact_at) == (trouble != Trouble.REFUSED)
    with override("en"):
        assert sentence in sentence_about(status)


def test_ending_the_worker_is_no_trouble_of_the_front(front: Front, client: FrontClient, intake: Intake) -> None:
    pull_once(client, intake.take, 0)
    client.break_off()

    with pytest.raises(FrontError):
        pull_once(client, intake.take, 0)

    assert front_status().trouble == Trouble.NONE


# --- forgetting


def test_the_front_forgets_what_a_backup_holds_and_is_told_once(
    front: Front, client: FrontClient, intake: Intake
) -> None:
    front.waiting = [backed_up, newer] = [an_envelope() for _ in range(2)]
    pull_once(client, intake.take, 0)

    mark_backed_up([backed_up.id], now=datetime.now(UTC))

    assert forget_once(client) == 1
    assert front.forgotten == [backed_up.id]
    assert forget_once(client) == 0
    assert newer.id not in front.forgotten


def test_ids_that_cannot_come_again_are_swept() -> None:
    now = datetime.now(UTC)
    ReceivedEnvelope.objects.create(envelope_id=b"o" * 16, received_at=now - timedelta(days=61))
    ReceivedEnvelope.objects.create(envelope_id=b"y" * 16, received_at=now - timedelta(days=59))

    actions.sweep(now=now)

    assert received() == {b"y" * 16}


def test_a_front_that_is_back_is_known_to_be_back_at_once(front: Front, client: FrontClient, intake: Intake) -> None:
    """Not at the end of a long wait for a letter: until then the desk would go on saying that nobody can be reached."""
    front.breaks_off = 1
    with pytest.raises(FrontUnreachable):
        pull_once(client, intake.take, 25)

    pull_once(client, intake.take, 25)
    assert (front.asked_to_wait, front_status().trouble) == (0, Trouble.NONE)

    pull_once(client, intake.take, 25)
    assert front.asked_to_wait == 25


def test_after_a_restore_the_front_is_asked_once_for_what_came_after_the_backup(
    front: Front, client: FrontClient, intake: Intake
) -> None:
    pull_once(client, intake.take, 0)
    assert front.asked_again == 0

    after_restore()
    for _ in range(2):
        pull_once(client, intake.take, 0)

    assert front.asked_again == 1


def test_after_a_restore_the_front_is_asked_when_it_can_be_reached_and_until_then_the_desk_is_told(
    front: Front, client: FrontClient, intake: Intake
) -> None:
    after_restore()
    front.breaks_off = 1
    with pytest.raises(FrontUnreachable):
        pull_once(client, intake.take, 0)
    assert front_status().trouble == Trouble.UNREACHABLE

    pull_once(client, intake.take, 0)

    assert front.asked_again == 1
