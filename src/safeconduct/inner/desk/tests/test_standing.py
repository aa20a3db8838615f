"""How it stands with the front is said under the bar: on every page, and on one that is open already."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from safeconduct.handover.reaching.actions import send_out
from safeconduct.handover.reaching.models import FrontStatus
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.desk.tests.test_live import looks_again, parts
from safeconduct.inner.intake.actions import take_in
from tests.people import Colleague, Writer

AtDesk = Callable[[Colleague], Desk]
Trouble = FrontStatus.Trouble


def front_stands(trouble: Trouble = Trouble.NONE, *, heard_at: datetime | None = None, **more: object) -> None:
    """As the worker wrote it down a moment ago, or at `heard_at`."""
    now = timezone.now()
    well = {"contact_at": heard_at or now, "trouble_since": now if trouble else None, "clock_seconds": 0, "stuck": 0}
    FrontStatus.objects.update_or_create(pk=1, defaults={"trouble": trouble} | well | more)


def nobody_can_open(letter_of: Writer) -> None:
    """A letter of a kind that no room takes."""
    header = letter_of.header("visit")
    take_in(letter_of.sealed(type(header)(**vars(header) | {"kind": "telegram"}), None))


def band(desk: Desk) -> str:
    found = re.search(r'id="standing"[^>]*>(.*?)</div>', desk.screen, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def clock_time(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


def test_where_all_is_well_nothing_is_said(desk: Desk) -> None:
    front_stands()

    desk.looks_at_the_queue()

    assert band(desk) == ""


@pytest.mark.parametrize(
    ("trouble", "more", "sentence"),
    [
        (Trouble.CLOCK, {"clock_seconds": -660}, "Годинники двох серверів розходяться на 11 хв"),
        (Trouble.UNREACHABLE, {}, "Зовнішній сервер недоступний."),
        (Trouble.NOT_SIGNED, {}, "це не наш сервер"),
        (Trouble.REFUSED, {}, "Зовнішній сервер відповідає, але зараз не може працювати."),
        (Trouble.NONE, {"stuck": 1}, "Не вдалося прийняти 1 лист."),
        (Trouble.NONE, {"stuck": 3}, "Не вдалося прийняти 3 листи."),
        (Trouble.NONE, {"stuck": 25}, "Не вдалося прийняти 25 листів."),
    ],
)
def test_each_trouble_with_the_front_has_its_sentence(
    desk: Desk, trouble: Trouble, more: dict[str, Any], sentence: str
) -> None:
    front_stands(trouble, **more)

    desk.looks_at_the_queue()

    assert sentence in band(desk)


def test_the_sentence_says_since_when_and_how_much_waits_to_leave(desk: Desk) -> None:
    since = timezone.now() - timedelta(minutes=7)
    front_stands(Trouble.UNREACHABLE, trouble_since=since)
    send_out("answer", {"store": "appeals"}, dispatch_id=b"1" * 16)
    send_out("answer", {"store": "appeals"}, dispatch_id=b"2" * 16)

    desk.looks_at_the_queue()

    assert f"Так з {clock_time(since)}." in band(desk)
    assert "Чекає тут на відправлення: 2." in band(desk)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("uk", "Відкладено закритими 2 листи"), ("ru", "Отложено закрытыми 2 письма"), ("en", "2 letters are kept aside")],
)
def test_letters_kept_aside_are_said_in_the_operators_language(desk: Desk, language: str, sentence: str) -> None:
    front_stands()
    for _ in range(2):
        nobody_can_open(Writer())
    desk.posts("preferences", language=language)

    desk.looks_at_the_queue()

    assert sentence in band(desk)


@pytest.mark.parametrize("trouble", [Trouble.NONE, Trouble.CLOCK, Trouble.REFUSED])
def test_a_worker_that_was_not_heard_for_over_a_minute_is_said(desk: Desk, trouble: Trouble) -> None:
    heard_at = timezone.now() - timedelta(seconds=61)
    front_stands(trouble, heard_at=heard_at)

    desk.looks_at_the_queue()

    assert f"передавання не озивається з {clock_time(heard_at)}." in band(desk)


def test_a_worker_that_was_heard_within_the_minute_is_not(desk: Desk) -> None:
    front_stands(heard_at=timezone.now() - timedelta(seconds=55))

    desk.looks_at_the_queue()

    assert band(desk) == ""


def test_a_worker_that_never_ran_is_said(desk: Desk) -> None:
    FrontStatus.objects.all().delete()

    desk.looks_at_the_queue()

    assert "передавання ще не озивалася." in band(desk)


@pytest.mark.parametrize("trouble", [Trouble.UNREACHABLE, Trouble.NOT_SIGNED])
def test_without_contact_to_the_front_the_worker_is_not_blamed(desk: Desk, trouble: Trouble) -> None:
    front_stands(trouble, heard_at=timezone.now() - timedelta(hours=1))

    desk.looks_at_the_queue()

    assert "не озивається" not in band(desk)
    assert "ервер" in band(desk)


def test_trouble_reaches_a_screen_that_is_open_and_leaves_it_again(desk: Desk) -> None:
    front_stands()
    desk.looks_at_the_queue()

    front_stands(Trouble.UNREACHABLE)
    assert looks_again(desk) == 200
    assert "standing" in parts(desk)
    assert "Зовнішній сервер недоступний." in desk.words
    on_the_screen = desk.page
    assert looks_again(desk) == 204

    desk.page = on_the_screen
    front_stands()
    assert looks_again(desk) == 200
    assert "standing" in parts(desk)
    assert "Зовнішній сервер" not in desk.words


def test_a_band_that_says_the_same_is_not_read_out_again_with_each_arrival(desk: Desk, soldier: Writer) -> None:
    front_stands(Trouble.UNREACHABLE)
    desk.looks_at_the_queue()

    soldier.opens()

    assert looks_again(desk) == 200
    assert "rows" in parts(desk)
    assert "standing" not in parts(desk)


def test_a_look_costs_the_same_few_questions_however_much_there_is(desk: Desk) -> None:
    def questions_of_a_look() -> int:
        desk.looks_at_the_queue()
        with CaptureQueriesContext(connection) as asked:
            assert looks_again(desk) == 204
        return len(asked)

    front_stands()
    without = questions_of_a_look()
    front_stands(Trouble.UNREACHABLE)
    assert questions_of_a_look() == without + 1

    for number in range(20):
        Writer().opens()
        nobody_can_open(Writer())
        send_out("answer", {"store": "appeals"}, dispatch_id=bytes([number]) * 16)
    assert questions_of_a_look() == without + 1
