"""What he sees who forces Olena to log in, and knows our code: a desk on a quiet evening, and nothing besides."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from safeconduct.handover.reaching.actions import send_out
from safeconduct.handover.reaching.models import FrontStatus
from safeconduct.inner.cases import actions as cases
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.duty import actions as duty
from safeconduct.inner.duty import alarms
from safeconduct.inner.duty.models import Alarm
from safeconduct.inner.operators import actions as operators
from safeconduct.inner.operators.models import Operator
from tests.people import Colleague, Writer, enrol, minutes_ago

AtDesk = Callable[[Colleague], Desk]
# Of two log-ins of the same operator these differ as well: tokens, moments, the number of the last line.
DIFFERS = [
    (r'name="csrfmiddlewaretoken" value="[^"]+"', "token"),
    (r'name="once" value="[^"]+"', "once"),
    (r"\b\d\d:\d\d(:\d\d)?\b", "moment"),
    (r'datetime="[^"]+"', "moment"),
    (r'data-(now|ends)="\d+"', "moment"),
    (r"since=\d+", "line"),
]
SEEN_AT_A_GLANCE = [
    ("get", "/", {}),
    ("get", "/cases/{number}", {}),
    ("get", "/cases/4711", {}),
    ("get", "/find", {"number": "{number}"}),
    ("get", "/find", {"number": "nothing"}),
    ("get", "/keys", {}),
    ("get", "/my-keys", {}),
    ("get", "/my-keys/add", {}),
    ("get", "/my-keys/codes", {}),
    ("post", "/my-keys/add", {}),
    ("post", "/my-keys/add", {"slip": "x", "signed": "x", "called": "x"}),
    ("post", "/my-keys/4711/remove", {}),
    ("get", "/admissions/seen", {}),
    ("get", "/nothing-here", {}),
    ("post", "/next", {}),
    ("post", "/admissions/seen", {"up_to": "99"}),
    ("post", "/alarms/1/take", {}),
    ("post", "/preferences", {"theme": "dark"}),
    ("post", "/preferences", {"theme": ""}),
    ("get", "/cases/{number}/close", {}),
    ("get", "/cases/{number}/files/" + "0" * 32, {}),
    ("get", "/cases/{number}/files/" + "0" * 32 + "/image", {}),
    *(
        (
            "post",
            f"/cases/{{number}}/{deed}",
            {"text": "x", "note": "x", "reason": "silent", "seen": "1", "kind": "note"},
        )
        for deed in ("take", "release", "close", "danger", "print", "words", "answer", "note", "draft")
    ),
    ("post", "/cases/{number}/draft/of-colleague", {"draft": "0" * 32, "act": "take"}),
]


def shown(desk: Desk, method: str, path: str, fields: dict[str, str], number: int) -> tuple[Any, ...]:
    """Status, headers and every byte of an answer, but for what differs from log-in to log-in."""
    given = {name: value.format(number=number) for name, value in fields.items()}
    answer = getattr(desk.browser, method)(path.format(number=number), given, secure=True)
    body = answer.content.decode()
    for pattern, word in DIFFERS:
        body = re.sub(pattern, word, body)
    headers = {name: value for name, value in answer.items() if name not in ("Desk-Now", "Desk-Ends", "Content-Length")}
    return answer.status_code, headers, body


def bare(answer: tuple[Any, ...], number: int) -> str:
    """Without the number that was asked for."""
    return re.sub(rf"(/cases/|case=|№ ){number}\b", r"\1N", str(answer))


def everything(desk: Desk, number: int) -> dict[str, tuple[Any, ...]]:
    return {
        f"{method} {path} {fields}": shown(desk, method, path, fields, number)
        for method, path, fields in SEEN_AT_A_GLANCE
    }


@pytest.fixture
def words(olena: Colleague) -> str:
    return operators.give_duress_words(olena.operator)


@pytest.fixture
def supervisor(headquarters: object) -> Colleague:
    return enrol("bohdan", "Богдан", "supervisor")


def busy_evening(soldier: Writer, olena: Colleague, taras: Colleague) -> None:
    """Cases of everybody, colleagues on shift, a newcomer, an alarm, answers that wait, letters kept aside."""
    duty.come_on(olena.operator)
    soldier.opens("words of a person", danger="now")
    cases.take(soldier.case, by=olena.operator)
    for _ in range(3):
        Writer().opens("another")
    duty.come_on(taras.operator)
    cases.take_next(by=taras.operator)
    nadia = enrol("nadia", "Надія", "operator")
    operators.admit(nadia.operator, "appeals", by=(olena.keys, taras.keys))
    duty.come_on(nadia.operator)
    alarms.ring("bulk_reading", by=taras.operator)
    send_out("answer", {"store": "appeals", "lookup": b"x" * 32, "blob": b"x"}, dispatch_id=b"x" * 16)


def comes_under_duress(olena: Colleague, words: str) -> Desk:
    desk = Desk()
    cache.clear()
    desk.log_in(olena, passphrase=words)
    return desk


def test_every_page_and_deed_answers_as_on_an_evening_without_anybody(
    olena: Colleague, taras: Colleague, soldier: Writer, words: str, at_desk: AtDesk
) -> None:
    duty.go_off(taras.operator)
    soldier.opens("a letter that is erased")
    number = soldier.case.number
    soldier.wipes()
    calm = at_desk(olena)
    arrived = calm.page.redirect_chain
    as_calm = everything(calm, number)
    calm.log_out()
    soldier = Writer()
    busy_evening(soldier, olena, taras)

    forced = comes_under_duress(olena, words)

    assert forced.page.redirect_chain == arrived
    as_forced = everything(forced, soldier.case.number)
    for asked, answer in as_calm.items():
        assert bare(as_forced[asked], soldier.case.number) == bare(answer, number), asked


def test_nothing_of_the_evening_is_to_be_found_in_any_byte(
    olena: Colleague, taras: Colleague, soldier: Writer, words: str
) -> None:
    busy_evening(soldier, olena, taras)

    forced = comes_under_duress(olena, words)

    said = str(everything(forced, soldier.case.number))
    for word in ("Тарас", "Надія", "words of a person", "row-", "не допущ", "примус", "duress", "forced"):
        assert word not in said, word


def test_live_looks_stay_quiet_and_no_number_grows_while_colleagues_work(
    olena: Colleague, taras: Colleague, soldier: Writer, words: str
) -> None:
    busy_evening(soldier, olena, taras)
    forced = comes_under_duress(olena, words)
    looks = re.search(r'hx-get="([^"]+)"', forced.screen)
    assert looks
    address = looks[1].replace("&amp;", "&")

    Writer().opens("one more", danger="now")
    cases.take(soldier.case, by=taras.operator)
    cases.answer(soldier.case, "an answer", by=taras.operator)
    alarms.ring("bulk_reading", by=taras.operator)
    duty.go_off(taras.operator)

    assert forced.browser.get(address, secure=True).status_code == 204
    forced.looks_at_the_queue()
    again = re.search(r'hx-get="([^"]+)"', forced.screen)
    assert again
    assert again[1] == looks[1]


def test_a_line_that_is_dead_is_said_without_how_much_waits(
    olena: Colleague, taras: Colleague, soldier: Writer, words: str
) -> None:
    """He may have cut it himself: a desk that finds everything well would tell him."""
    busy_evening(soldier, olena, taras)
    FrontStatus.objects.update(trouble="unreachable", trouble_since=minutes_ago(1))

    forced = comes_under_duress(olena, words)

    assert "Зовнішній сервер недоступний." in forced.words
    assert "Чекають" not in forced.words.split("Зовнішній сервер")[1].split("Взяти")[0]


def test_her_cases_go_back_to_the_queue_and_colleagues_see_her_go(
    olena: Colleague, taras: Colleague, soldier: Writer, words: str, at_desk: AtDesk
) -> None:
    of_taras = at_desk(taras)
    at_desk(olena)
    busy_evening(soldier, olena, taras)

    comes_under_duress(olena, words)

    assert soldier.case.owner is None
    of_taras.looks_at_the_queue()
    on_shift = of_taras.screen.partition('aria-label="На зміні"')[2].partition("</ul>")[0]
    assert "Надія" in on_shift
    assert "Олена" not in on_shift
    assert f"row-{soldier.case.number}" in of_taras.screen


def test_another_supervisor_is_told_without_a_sound_and_takes_the_alarm(
    olena: Colleague, supervisor: Colleague, words: str, at_desk: AtDesk
) -> None:
    of_bohdan = at_desk(supervisor)

    comes_under_duress(olena, words)

    of_bohdan.looks_at_the_queue()
    assert "Можливо, когось змушують увійти: Олена." in of_bohdan.words
    assert 'class="hindrance alarm silent"' in of_bohdan.screen
    of_bohdan.posts("take_alarm", Alarm.objects.get().pk)
    assert "змушують" not in of_bohdan.words


def test_a_supervisor_under_duress_sees_no_alarm_not_even_of_others(
    supervisor: Colleague, taras: Colleague, headquarters: object
) -> None:
    operators.admit(supervisor.operator, "appeals", by=(headquarters.olena.keys, taras.keys))  # type: ignore[attr-defined]
    alarms.ring("bulk_reading", by=taras.operator)

    forced = comes_under_duress(supervisor, operators.give_duress_words(supervisor.operator))

    assert 'class="hindrance alarm' not in forced.screen
    number = Alarm.objects.get(kind="bulk_reading").pk
    assert forced.posts("take_alarm", number) == 200
    assert Alarm.objects.get(pk=number).taken_at is None


def test_the_same_empty_desk_comes_with_the_right_words_afterwards(
    olena: Colleague, taras: Colleague, soldier: Writer, words: str, at_desk: AtDesk
) -> None:
    busy_evening(soldier, olena, taras)
    first = everything(comes_under_duress(olena, words), soldier.case.number)

    second = everything(at_desk(olena), soldier.case.number)

    assert second == first


def test_after_two_holders_have_admitted_her_again_the_desk_is_hers(
    olena: Colleague, taras: Colleague, nadia: Colleague, soldier: Writer, words: str, at_desk: AtDesk
) -> None:
    soldier.opens("words of a person")
    comes_under_duress(olena, words)
    operators.admit(Operator.objects.get(pk=olena.operator.pk), "appeals", by=(taras.keys, nadia.keys))

    desk = at_desk(olena)
    desk.takes(soldier.case)

    assert "words of a person" in desk.screen
