"""A case that is another's: what is said of it, how it is opened with a reason, and that nothing else is learned."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from safeconduct.audit.models import Line
from safeconduct.inner.cases import actions, rules
from safeconduct.inner.cases.models import BrokenGlass, Case
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.duty.models import Alarm, Attendance
from safeconduct.inner.operators import actions as operators
from tests.people import Colleague, Headquarters, Writer, enrol

AtDesk = Callable[[Colleague], Desk]
SECRET = "My brother is with me"


@pytest.fixture
def oksana(headquarters: Headquarters) -> Colleague:
    """A supervisor who was admitted."""
    supervisor = enrol("oksana", "Оксана", "supervisor")
    operators.admit(supervisor.operator, "appeals", by=(headquarters.olena.keys, headquarters.taras.keys))
    return supervisor


@pytest.fixture
def closed(taras: Colleague) -> Case:
    """By Taras, and by mistake."""
    person = Writer()
    person.opens(SECRET)
    actions.close(actions.take(person.case, by=taras.operator), reason="silent", by=taras.operator)
    return person.case


def erased() -> int:
    """The number of a case that was."""
    person = Writer()
    person.opens(SECRET)
    number = person.case.number
    person.wipes()
    return number


def without_values(sql: str) -> str:
    """What the database is asked, whatever the number and the moment."""
    return re.sub(r"'[^']*'|\ws?\d+_x\d+|\d+", "?", sql)


def breaks(desk: Desk, number: int, reason: str = "closed_by_mistake") -> int:
    return desk.posts("break_glass", number, reason=reason)


def test_a_case_closed_by_mistake_is_found_opened_with_a_reason_reopened_and_answered(
    at_desk: AtDesk, desk: Desk, oksana: Colleague, olena: Colleague, closed: Case
) -> None:
    assert desk.gets("find", number=str(closed.number)) == 404
    assert "Відкрити № 1, назвавши причину" in desk.words.replace(f"№ {closed.number}", "№ 1")
    desk.gets("break_glass", closed.number)
    assert SECRET not in desk.screen

    assert breaks(desk, closed.number) == 200

    assert SECRET in desk.screen
    assert "Ви читаєте чужу справу" in desk.words
    assert "Справу закрито помилково" in desk.words
    assert 'id="write"' not in desk.screen
    assert 'name="note"' not in desk.screen
    supervisor = at_desk(oksana)
    supervisor.looks_at_the_queue()
    said = f"Олена: відкрито чужу справу № {closed.number}. Названа причина: Справу закрито помилково."
    assert said in supervisor.words

    assert desk.posts("take_over", closed.number) == 200
    desk.answers(closed, "Так, можна.")
    closed.refresh_from_db()
    assert (closed.is_open, closed.owner) == (True, olena.operator)
    assert closed.messages.count() == 2


def test_a_colleagues_case_is_opened_from_its_row_and_its_draft_field_is_not_there(
    desk: Desk, taras: Colleague, soldier: Writer
) -> None:
    soldier.opens(SECRET)
    actions.take(soldier.case, by=taras.operator)
    desk.opens(soldier.case)
    assert SECRET not in desk.screen
    assert 'id="break-glass"' in desk.screen

    breaks(desk, soldier.case.number, "colleague_gone")

    assert SECRET in desk.screen
    assert "Перебрати справу: її веде Тарас" in desk.words
    desk.posts("take_over", soldier.case.number)
    assert 'id="write"' in desk.screen


def test_without_a_reason_nothing_opens_and_nothing_rings(desk: Desk, closed: Case) -> None:
    for reason in ("", "curious"):
        assert breaks(desk, closed.number, reason) == 422
        assert "Оберіть, будь ласка, одну з причин." in desk.words

    assert not BrokenGlass.objects.exists()
    assert not Alarm.objects.exists()


def test_missing_closed_and_erased_are_one_answer_to_the_byte_and_the_same_work(desk: Desk, closed: Case) -> None:
    """And so is what follows when the glass is broken, up to the moment when the words would be shown."""
    numbers = (closed.number, erased(), closed.number + 1000)
    ways: tuple[Callable[[int], int], ...] = (
        lambda number: desk.gets("case", number),
        lambda number: desk.gets("find", number=str(number)),
        lambda number: desk.gets("close", number),
        lambda number: desk.gets("file", number, "00" * 16),
        lambda number: desk.gets("image", number, "00" * 16),
        lambda number: desk.posts("take", number),
        lambda number: desk.posts("release", number),
        lambda number: desk.posts("take_over", number),
        lambda number: desk.posts("print", number),
        lambda number: desk.gets_part("live", case=str(number), since="0"),
        lambda number: desk.gets_part("live", case=str(number), since="0", open=""),
    )
    for way in ways:
        answers, works = set(), []
        for number in numbers:
            with CaptureQueriesContext(connection) as asked:
                status = way(number)
            answers.add((status, desk.page_of_any_number()))
            works.append([without_values(query["sql"]) for query in asked])
        assert len(answers) == 1
        assert works[0] == works[1] == works[2]


def test_the_form_and_its_answer_are_the_same_until_it_is_granted(desk: Desk, closed: Case) -> None:
    shown, answered = set(), set()
    for number in (closed.number, erased(), closed.number + 5):
        desk.gets("break_glass", number)
        form = desk.page_of_any_number().replace(f"/cases/{number}/", "/cases/N/").replace(f">№ {number}<", ">№ N<")
        shown.add(form)
        page = desk.browser.post(f"/cases/{number}/glass", {"reason": "danger"}, secure=True)
        answered.add((page.status_code, page["Location"] == f"/cases/{number}", page.content))

    assert len(shown) == 1
    assert len(answered) == 1
    assert Alarm.objects.count() == BrokenGlass.objects.count() == 3


def test_a_number_that_leads_nowhere_rings_too_and_then_there_is_nothing_to_read(desk: Desk, closed: Case) -> None:
    number = closed.number + 1000

    assert breaks(desk, number, "danger") == 404

    assert "читати нічого" in desk.words
    assert 'id="break-glass"' not in desk.screen
    assert Alarm.objects.get().glass == BrokenGlass.objects.get(case_number=number)


@pytest.mark.parametrize("asks", ["finds", "types the address"])
def test_who_asks_for_a_number_stands_in_the_audit_whatever_comes_of_it(
    desk: Desk, olena: Colleague, soldier: Writer, closed: Case, asks: str
) -> None:
    soldier.opens()
    before = Line.objects.filter(verb="case.sought").count()
    numbers = [closed.number, closed.number + 1000]
    if asks == "finds":
        numbers = [soldier.case.number, *numbers]

    for number in numbers:
        if asks == "finds":
            desk.gets("find", number=str(number))
        else:
            desk.gets("case", number)

    sought = Line.objects.filter(verb="case.sought").order_by("seq")[before:]
    assert [(line.actor, line.about_id) for line in sought] == [(olena.operator.pk, number) for number in numbers]


def test_when_the_time_is_over_the_words_leave_the_screen(desk: Desk, taras: Colleague, closed: Case) -> None:
    soldier = Writer()
    soldier.opens(SECRET)
    actions.take(soldier.case, by=taras.operator)
    for case, then in ((closed, "Час на читання цієї справи минув."), (soldier.case, "Цю справу веде Тарас.")):
        breaks(desk, case.number)
        (asks,) = [line for line in desk.screen.split('"') if "/live?" in line]
        address = asks.replace("&amp;", "&")
        assert desk.browser.get(address, secure=True).status_code == 204

        BrokenGlass.objects.update(until=BrokenGlass.objects.get(case_number=case.number).at)

        page = desk.browser.get(address, secure=True)
        assert page.status_code == 200
        assert SECRET not in page.content.decode()
        assert 'hx-swap-oob="innerHTML:#talk"' in page.content.decode()
        assert then in page.content.decode()


def test_who_is_sent_off_while_logged_in_is_told_and_sees_no_queue(desk: Desk, soldier: Writer) -> None:
    soldier.opens()
    Attendance.objects.all().delete()

    desk.looks_at_the_queue()

    assert "Ви не на зміні." in desk.words
    assert f'id="row-{soldier.case.number}"' not in desk.screen
    assert desk.opens(soldier.case) == 404


def test_every_reason_has_its_words_in_every_language() -> None:
    from safeconduct.inner.desk import words

    assert list(words.BROKEN) == list(rules.WHY_BROKEN)
