"""Who has the front sees lookup ids of people with answers there. What can he do in their names? Nothing."""

import os
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db.models import Model

from safeconduct.handover.errors import NotProved
from safeconduct.handover.letters import Envelope, Letter, ThreadName
from safeconduct.inner.cases import actions
from safeconduct.inner.cases.models import Case, Message, SecondCode, Thread, Tombstone, Wipe
from tests.people import Colleague, Writer, arrives

STRANGERS_WORDS = Letter("Forget it.", {}, "waiting", 1, "", "")


def in_the_name_of(soldier: Writer, act: str, stranger: Writer, *, body: Letter | None = STRANGERS_WORDS) -> Envelope:
    """Made by a stranger who knows the soldier's lookup ids, and brings along a thread of his own as the newest."""
    names = [ThreadName(thread.lookup, thread.public_key) for thread in (*stranger.threads, *soldier.threads)]
    return stranger.sealed(replace(stranger.header(act), threads=tuple(names)), body)


def everything_kept() -> list[list[object]]:
    kept: list[type[Model]] = [Case, Message, SecondCode, Thread, Tombstone, Wipe]
    return [list(one._default_manager.order_by("pk").values_list()) for one in kept]


@pytest.mark.parametrize("act", ["opening", "writing", "file", "visit", "erasure"])
def test_nothing_is_taken_in_a_persons_name_that_the_code_did_not_sign(soldier: Writer, act: str) -> None:
    soldier.opens()
    before = everything_kept()

    with pytest.raises(NotProved):
        arrives(in_the_name_of(soldier, act, Writer()))

    assert everything_kept() == before


def test_answers_go_to_the_person_also_after_a_stranger_has_tried(olena: Colleague, soldier: Writer) -> None:
    soldier.opens()
    stranger = Writer()
    with pytest.raises(NotProved):
        arrives(in_the_name_of(soldier, "writing", stranger))

    actions.answer(actions.take_next(by=olena.operator), "Yes.", by=olena.operator)

    assert [answer.text for answer in soldier.answers_received()] == ["Yes."]
    assert stranger.answers_received() == []


def first_is_not_his(soldier: Writer, stranger: Writer) -> Envelope:
    header = replace(stranger.header("second"), first=tuple(thread.lookup for thread in soldier.threads))
    return stranger.sealed(header, STRANGERS_WORDS, signed_by=(stranger, Writer()))


def second_is_not_his(soldier: Writer, stranger: Writer) -> Envelope:
    header = replace(soldier.header("second"), first=tuple(thread.lookup for thread in stranger.threads))
    return stranger.sealed(header, STRANGERS_WORDS, signed_by=(Writer(), stranger))


@pytest.mark.parametrize("request_of", [first_is_not_his, second_is_not_his])
def test_nobody_asks_for_a_second_code_with_a_code_that_he_has_not(
    soldier: Writer, request_of: Callable[[Writer, Writer], Envelope]
) -> None:
    soldier.opens()
    before = everything_kept()

    with pytest.raises(NotProved):
        arrives(request_of(soldier, Writer()))

    assert everything_kept() == before


def test_a_second_code_proves_itself_as_the_first_does(soldier: Writer) -> None:
    soldier.opens()
    forced = soldier.asks_for_second()
    before = everything_kept()

    for act in ("writing", "visit", "erasure"):
        with pytest.raises(NotProved):
            arrives(in_the_name_of(forced, act, Writer()))

    assert everything_kept() == before
    forced.visits()
    assert soldier.case.second_used_at is not None


def test_a_thread_from_before_this_release_takes_the_key_of_the_next_letter(soldier: Writer) -> None:
    soldier.opens()
    Thread.objects.update(verifying_key=b"")

    soldier.visits()
    soldier.writes()

    with pytest.raises(NotProved):
        arrives(in_the_name_of(soldier, "writing", Writer(root=os.urandom(32))))
