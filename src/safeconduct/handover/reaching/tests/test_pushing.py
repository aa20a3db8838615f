"""Answers go out as soon as the front takes them, once, and none is lost while it does not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from safeconduct.handover.reaching.actions import LEASE, push_once, send_out, withdraw
from safeconduct.handover.reaching.client import FrontClient
from safeconduct.handover.reaching.errors import FrontUnreachable
from safeconduct.handover.reaching.lookups import dispatches_waiting
from safeconduct.handover.reaching.models import OutboxRow
from safeconduct.handover.reaching.tests.front import Front

pytestmark = pytest.mark.django_db

ANSWER = {"lookup": b"l" * 32, "store": "appeals", "blob": b"sealed", "days": 30}


def a_dispatch(letter: bytes = b"d") -> bytes:
    send_out("answer", ANSWER, dispatch_id=letter * 16)
    return letter * 16


def due_now(**changes: object) -> None:
    OutboxRow.objects.update(next_attempt_at=datetime.now(UTC) - timedelta(seconds=1), **changes)


def test_an_answer_comes_to_the_front_as_it_was_sent_out(front: Front, client: FrontClient) -> None:
    dispatch_id = a_dispatch()

    assert push_once(client) == 1
    assert front.delivered == [(dispatch_id, "answer", ANSWER)]


def test_what_the_front_has_is_not_sent_again_and_its_content_is_gone_here(front: Front, client: FrontClient) -> None:
    a_dispatch()
    push_once(client)

    assert push_once(client) == 0
    row = OutboxRow.objects.get()
    assert bytes(row.payload) == b""
    assert row.pushed_at
    assert dispatches_waiting() == 0


def test_the_same_dispatch_sent_out_twice_goes_once(front: Front, client: FrontClient) -> None:
    a_dispatch()
    a_dispatch()

    assert push_once(client) == 1
    a_dispatch()
    assert push_once(client) == 0


def test_a_deed_that_is_undone_sends_nothing(front: Front, client: FrontClient) -> None:
    with transaction.atomic():
        a_dispatch()
        transaction.set_rollback(True)

    assert push_once(client) == 0


def test_while_the_front_is_away_answers_wait_and_go_at_once_when_it_is_back(front: Front, client: FrontClient) -> None:
    dispatch_id = a_dispatch()
    front.breaks_off = 1
    with pytest.raises(FrontUnreachable):
        push_once(client)
    assert dispatches_waiting() == 1

    assert push_once(client) == 1
    assert [one[0] for one in front.delivered] == [dispatch_id]


def test_one_that_the_front_refuses_holds_up_no_other_and_is_tried_later(front: Front, client: FrontClient) -> None:
    first, odd, last = (a_dispatch(letter) for letter in (b"a", b"b", b"c"))
    front.refuses = {odd}

    assert push_once(client) == 2
    assert [one[0] for one in front.delivered] == [first, last]
    assert push_once(client) == 0
    row = OutboxRow.objects.get(dispatch_id=odd)
    assert row.attempts == 1
    assert row.next_attempt_at > datetime.now(UTC)

    front.refuses = set()
    due_now()
    assert push_once(client) == 1


def test_what_another_worker_is_pushing_is_left_to_it_until_it_has_had_its_time(
    front: Front, client: FrontClient
) -> None:
    a_dispatch()
    now = datetime.now(UTC)
    due_now(leased_until=now + LEASE)
    assert push_once(client) == 0

    due_now(leased_until=now - timedelta(seconds=1))
    assert push_once(client) == 1


def test_a_batch_is_bounded_by_its_bytes(front: Front, client: FrontClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safeconduct.handover.reaching.actions.PUSHED_BYTES", 1)
    for letter in (b"a", b"b"):
        a_dispatch(letter)

    assert [push_once(client), push_once(client), push_once(client)] == [1, 1, 0]


def test_what_the_front_has_not_got_yet_can_be_taken_back(front: Front, client: FrontClient) -> None:
    gone = a_dispatch(b"a")
    a_dispatch(b"b")

    withdraw([gone])

    assert push_once(client) == 1
    assert [one[0] for one in front.delivered] == [b"b" * 16]


def test_what_is_taken_back_while_it_is_on_its_way_does_not_come_back(
    front: Front, client: FrontClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatch_id = a_dispatch()
    deliver = FrontClient.deliver

    def wiped_meanwhile(client: FrontClient, rows: object) -> object:
        taken = deliver(client, rows)  # type: ignore[arg-type]
        withdraw([dispatch_id])
        return taken

    monkeypatch.setattr(FrontClient, "deliver", wiped_meanwhile)
    push_once(client)

    assert not OutboxRow.objects.exists()


def test_an_id_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        send_out("answer", {}, dispatch_id=b"short")
