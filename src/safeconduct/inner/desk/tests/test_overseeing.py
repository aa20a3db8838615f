"""Those who open no store have pages of their own: the auditor the log and no case, the administrator people."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from safeconduct.audit.actions import record, sign_heads
from safeconduct.audit.models import Line
from safeconduct.audit.verbs import KINDS, VERBS
from safeconduct.inner.cases import actions
from safeconduct.inner.desk import logged, words
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.desk.views import overseeing
from safeconduct.inner.duty import alarms
from safeconduct.inner.duty.alarms import break_glass
from safeconduct.inner.operators import actions as operators
from safeconduct.inner.operators import rules
from safeconduct.inner.operators.models import RoleHeld
from tests.keys import AUDIT_KEY
from tests.people import Colleague, Headquarters, Writer, enrol

AtDesk = Callable[[Colleague], Desk]
SECRET = "My brother is with me"
# Every address of the desk that is about a case.
OF_A_CASE = ("case", "close", "break_glass")
DEEDS = ("take", "release", "take_over", "danger", "print", "words", "answer", "note")


@pytest.fixture
def bohdan(headquarters: Headquarters) -> Colleague:
    """The administrator."""
    return enrol("bohdan", "Богдан", "administrator")


@pytest.fixture
def case_number(olena: Colleague, taras: Colleague) -> int:
    """Taken by Olena, and read by Taras with a reason."""
    person = Writer()
    person.opens(SECRET)
    number = actions.take(person.case, by=olena.operator).number
    break_glass(number, reason="checked", by=taras.operator)
    return number


def rows(desk: Desk) -> list[str]:
    """What each line of the table says."""
    body = desk.screen.split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>") if "<th" in row]


# --- the auditor


def test_the_auditor_starts_with_the_log_and_that_is_itself_a_line(at_desk: AtDesk, marta: Colleague) -> None:
    desk = at_desk(marta)

    assert desk.page.redirect_chain[-1][0] == "/log"
    assert "Журнал дій" in desk.words
    assert Line.objects.get(verb="audit.read").actor == marta.operator.pk
    assert "Марта журнал прочитано" in rows(desk)[0]


def test_the_log_says_who_did_what_with_which_record_and_leads_to_no_case(
    at_desk: AtDesk, marta: Colleague, case_number: int
) -> None:
    desk = at_desk(marta)

    desk.gets("log", chain="appeals")

    assert any(f"Олена справу взято справа {case_number}" in row for row in rows(desk))
    assert any(f"Тарас відкрито чужу справу: перевірка роботи справа {case_number}" in row for row in rows(desk))
    assert any(f"програма справу відкрив лист справа {case_number}" in row for row in rows(desk))
    assert "/cases/" not in desk.screen
    assert SECRET not in desk.screen


def test_lines_are_chosen_by_who_what_and_day(
    at_desk: AtDesk, marta: Colleague, taras: Colleague, case_number: int
) -> None:
    desk = at_desk(marta)
    today = timezone.localdate()
    for asked, count in (
        ({"by": str(taras.operator.pk)}, 1),
        ({"verb": "case.taken"}, 1),
        ({"on": today.isoformat(), "verb": "case.taken"}, 1),
        ({"on": "2020-01-01"}, 0),
        ({"by": str(taras.operator.pk), "verb": "case.taken"}, 0),
        ({"verb": "no such verb", "by": "nobody", "on": "yesterday"}, Line.objects.filter(store="appeals").count()),
    ):
        desk.gets("log", chain="appeals", **asked)
        assert len(rows(desk)) == count, asked
    desk.gets("log", chain="nothing")
    assert "журнал прочитано" in rows(desk)[0], "the chain of the site"


def test_a_long_chain_is_turned_over_page_by_page_and_no_line_is_lost(
    at_desk: AtDesk, marta: Colleague, case_number: int, olena: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overseeing, "LINES_ON_A_PAGE", 3)
    for _ in range(5):
        actions.seek(case_number, by=olena.operator)
    desk = at_desk(marta)

    desk.gets("log", chain="appeals")
    seen = rows(desk)
    while older := re.search(r'id="older" href="\?([^"]+)"', desk.screen):
        asked = dict(part.split("=") for part in older[1].replace("&amp;", "&").split("&"))
        desk.gets("log", **asked)
        assert 'id="newest"' in desk.screen
        seen += rows(desk)

    numbers = [int(row.split()[0]) for row in seen]
    assert numbers == list(range(Line.objects.filter(store="appeals").count(), 0, -1))


def test_it_says_up_to_where_the_chains_are_signed_and_reads_them_when_asked(
    at_desk: AtDesk, marta: Colleague, case_number: int
) -> None:
    sign_heads(timezone.localdate(), key=AUDIT_KEY)
    desk = at_desk(marta)
    assert re.search(r"звернення : підписано до рядка \d+", desk.words)

    desk.posts("log")

    assert "Усі ланцюги й усі підписані кінці цілі" in desk.words


def test_a_line_that_somebody_changed_is_told(at_desk: AtDesk, marta: Colleague, case_number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_line'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')  # undone with the test
        cursor.execute("UPDATE audit_line SET actor = 4000 WHERE store = 'appeals' AND verb = 'glass.checked'")
    desk = at_desk(marta)

    desk.posts("log")

    assert "Журнал дій не цілий." in desk.words
    assert "звернення, рядок" in desk.words
    assert "рядок змінено" in desk.words


def numbers(desk: Desk) -> list[int]:
    return [int(row.split()[0]) for row in rows(desk)]


def test_a_forced_auditor_sees_what_stood_there_before_and_himself_without_a_gap(
    at_desk: AtDesk, marta: Colleague, taras: Colleague, case_number: int
) -> None:
    """Neither the alarm that he is forced nor that anybody is at work."""
    yesterday = timezone.localdate() - timedelta(days=1)
    sign_heads(yesterday, key=AUDIT_KEY)
    last = {store: Line.objects.filter(store=store).count() for store in ("site", "appeals")}
    desk = Desk()
    desk.log_in(marta, passphrase=operators.give_duress_words(marta.operator))
    actions.seek(case_number, by=taras.operator)
    alarms.ring("bulk_reading", by=taras.operator)
    sign_heads(timezone.localdate(), key=AUDIT_KEY)

    desk.gets("log")

    assert numbers(desk) == list(range(last["site"] + 3, 0, -1))
    own = rows(desk)[:3]
    assert ["Марта" in row for row in own] == [True] * 3
    assert "вхід" in own[2]
    assert re.search(rf"звернення : підписано до рядка {last['appeals']}, {yesterday.day} ", desk.words)
    desk.gets("log", chain="appeals")
    assert numbers(desk) == list(range(last["appeals"], 0, -1))
    for verb in ("alarm.duress", "alarm.bulk_reading"):
        desk.gets("log", verb=verb)
        assert rows(desk) == []


def test_a_forced_auditor_turns_the_pages_of_his_own_lines_too(
    at_desk: AtDesk, marta: Colleague, taras: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overseeing, "LINES_ON_A_PAGE", 3)
    desk = Desk()
    desk.log_in(marta, passphrase=operators.give_duress_words(marta.operator))
    for _ in range(4):
        alarms.ring("bulk_reading", by=taras.operator)
        desk.gets("log")

    seen = numbers(desk)
    while older := re.search(r'id="older" href="\?([^"]+)"', desk.screen):
        desk.gets("log", **dict(part.split("=") for part in older[1].replace("&amp;", "&").split("&")))
        seen += numbers(desk)[: 3 if seen[-1] > 3 else seen[-1]]

    assert sorted(set(seen)) == list(range(1, max(seen) + 1))


# --- the administrator


def test_the_administrator_starts_with_the_people_and_sees_no_case(
    at_desk: AtDesk, bohdan: Colleague, olena: Colleague, nadia: Colleague, case_number: int
) -> None:
    operators.suspend(nadia.operator, by=bohdan.operator)
    desk = at_desk(bohdan)

    assert desk.page.redirect_chain[-1][0] == "/people"
    by_name = {row.split()[0]: row for row in rows(desk)}
    assert list(by_name) == ["Богдан", "Марта", "Олена", "Тарас", "Надія"]
    assert "оператор звернення" in by_name["Олена"]
    assert "старший зміни звернення" in by_name["Тарас"]
    assert "адміністратор –" in by_name["Богдан"]
    assert "оператор – ніколи відсторонено" in by_name["Надія"]
    assert "/cases/" not in desk.screen


def test_that_olena_is_held_to_be_forced_is_not_read_at_the_administrators_seat(
    at_desk: AtDesk, bohdan: Colleague, olena: Colleague
) -> None:
    """Who forces both must not find there which of her words were real."""
    desk = at_desk(bohdan)
    (before,) = [row for row in rows(desk) if row.startswith("Олена")]
    Desk().log_in(olena, passphrase=operators.give_duress_words(olena.operator))

    desk.gets("people")

    (after,) = [row for row in rows(desk) if row.startswith("Олена")]
    assert "звернення" in before
    assert re.sub(r"\d\d:\d\d|ніколи", "", after) == re.sub(r"\d\d:\d\d|ніколи", "", before)


def test_who_stands_on_both_sides_by_hand_is_admitted_nowhere(
    at_desk: AtDesk, bohdan: Colleague, olena: Colleague
) -> None:
    RoleHeld.objects.create(operator=olena.operator, role="records")
    desk = at_desk(bohdan)

    (row,) = [row for row in rows(desk) if row.startswith("Олена")]
    assert "облік, оператор –" in row or "оператор, облік –" in row


# --- whose page is whose


def test_who_opens_no_store_comes_to_no_case_whether_there_is_one_or_not(
    at_desk: AtDesk, bohdan: Colleague, marta: Colleague, case_number: int
) -> None:
    for nobody in (bohdan, marta):
        desk = at_desk(nobody)
        answers = set()
        for number in (case_number, case_number + 1000):
            for name in OF_A_CASE:
                answers.add((desk.gets(name, number), desk.page_of_any_number()))
            for name in DEEDS:
                answers.add((desk.posts(name, number), desk.page_of_any_number()))
        answers.add((desk.gets("find", number=str(case_number)), desk.page_of_any_number()))
        answers.add((desk.posts("next"), desk.page_of_any_number()))
        answers.add((desk.gets("live"), desk.page_of_any_number()))
        assert {status for status, _page in answers} == {404}
        assert len({page for _status, page in answers}) == 1
        assert SECRET not in desk.screen
    assert Line.objects.filter(verb="case.sought", actor=bohdan.operator.pk).exists()


def test_the_log_and_the_people_are_nobody_elses(
    at_desk: AtDesk, olena: Colleague, marta: Colleague, bohdan: Colleague
) -> None:
    read = Line.objects.filter(verb="audit.read")
    for colleague, names in ((olena, ("log", "people")), (marta, ("people",)), (bohdan, ("log",))):
        desk = at_desk(colleague)
        before = read.count()
        for name in names:
            assert desk.gets(name) == 404
            assert desk.posts(name) in (404, 405)
        assert read.count() == before


def test_a_role_whose_room_is_not_built_yet_is_told_so(at_desk: AtDesk, headquarters: Headquarters) -> None:
    desk = at_desk(enrol("ivan", "Іван", "bureau"))

    desk.gets("queue")

    assert desk.page.status_code == 403
    assert "Для вашої ролі немає сторінки" in desk.words


def test_an_auditor_who_works_on_cases_by_a_row_written_by_hand_has_neither(
    at_desk: AtDesk, olena: Colleague, case_number: int
) -> None:
    RoleHeld.objects.create(operator=olena.operator, role="auditor")
    desk = at_desk(olena)

    assert desk.gets("log") == desk.gets("case", case_number) == 404
    assert desk.gets("queue") == 403


def test_whatever_can_stand_in_the_audit_has_its_words() -> None:
    assert list(logged.VERB) == list(VERBS)
    assert set(logged.KIND) == KINDS
    assert set(words.ROLE) == rules.ROLES
    assert set(words.STORE) == {*rules.STORES, "site"}


def test_a_line_about_a_whole_kind_or_by_somebody_unknown_is_still_said(headquarters: Headquarters) -> None:
    record("site", "site.backed_up", by=4000, about=None)

    (shown,) = logged.lines_shown(Line.objects.filter(verb="site.backed_up"), {})

    assert (shown.who, shown.about) == ("4\u202f000", "")
