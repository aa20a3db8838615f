"""A draft at the desk: kept with each press, shown again after everything, and by the next who owns the case."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from safeconduct.audit.models import Line
from safeconduct.inner.cases.models import Draft
from safeconduct.inner.desk.confirmed import library
from safeconduct.inner.desk.tests.conftest import Confirm
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.duty import actions as duty
from safeconduct.inner.operators import rules
from safeconduct.inner.operators.models import Operator
from tests.people import Colleague, Writer, minutes_ago

AtDesk = Callable[[Colleague], Desk]
WORDS = "недописане речення"


def saves(desk: Desk, soldier: Writer, text: str, *, kind: str = "answer", **more: object) -> int:
    """As the page does by itself, a moment after the last key."""
    return desk.posts("draft", soldier.case.number, kind=kind, text=text, **more)


def in_the_composer(desk: Desk) -> str:
    found = re.search(r'<textarea name="text" id="answer".*?>\n(.*?)</textarea>', desk.screen, re.DOTALL)
    return found[1] if found else "no composer"


def without_moments(desk: Desk) -> str:
    return re.sub(r"\d\d:\d\d(:\d\d)?", "", desk.words)


@pytest.fixture
def at_work(desk: Desk, soldier: Writer) -> Desk:
    soldier.opens("letter")
    desk.takes(soldier.case)
    return desk


def test_what_was_typed_stands_in_its_fields_again(at_work: Desk, soldier: Writer) -> None:
    assert saves(at_work, soldier, WORDS) == 204
    assert saves(at_work, soldier, "for the shift", kind="note") == 204
    assert at_work.screen == ""

    at_work.opens(soldier.case)

    assert in_the_composer(at_work) == WORDS
    assert "\nfor the shift</textarea>" in at_work.screen
    assert "Чернетку збережено" in at_work.words


def test_it_outlives_log_out_and_the_idle_lock(
    at_work: Desk, at_desk: AtDesk, olena: Colleague, soldier: Writer
) -> None:
    saves(at_work, soldier, WORDS)

    at_work.log_out()
    at_work = at_desk(olena)
    at_work.opens(soldier.case)
    assert "Вашу чернетку збережено." in at_work.words
    assert WORDS not in at_work.screen
    at_work.takes(soldier.case)
    assert in_the_composer(at_work) == WORDS

    Operator.objects.update(seen_at=minutes_ago(11))
    duty.sweep()
    assert soldier.case.owner is None
    at_desk(olena).takes(soldier.case)
    at_work.opens(soldier.case)
    assert in_the_composer(at_work) == WORDS


def test_it_outlives_the_session_that_has_lasted_longest(
    at_work: Desk, olena: Colleague, soldier: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves(at_work, soldier, WORDS)

    with monkeypatch.context() as twelve_hours_later:
        twelve_hours_later.setattr(rules, "SESSION_AT_MOST", timedelta(0))
        assert at_work.opens(soldier.case) == 302
        assert at_work.page["Location"].startswith(reverse("desk:log_in"))

    at_work.log_in(olena)
    at_work.opens(soldier.case)
    assert in_the_composer(at_work) == WORDS


def test_without_a_script_each_press_of_a_button_keeps_it(at_work: Desk, soldier: Writer, confirmed: Confirm) -> None:
    statement = next(one for one in library().statements.values() if one.is_available and one.has_terms({}))
    key = f"{statement.id}@{statement.version}"

    at_work.posts("answer", soldier.case.number, text=WORDS, insert=key, once="0" * 32, seen=1)
    at_work.opens(soldier.case)

    assert in_the_composer(at_work) == WORDS
    assert f'name="statement" value="{key}"' in at_work.screen
    at_work.posts("answer", soldier.case.number, text="", statement=key, leave_out=key, once="0" * 32, seen=1)
    assert not Draft.objects.exists()


def test_a_statement_that_lost_its_confirmation_is_not_brought_back(
    at_work: Desk, soldier: Writer, confirmed: Confirm
) -> None:
    saves(at_work, soldier, WORDS, statement=["no-such-statement@1", "quiet"])

    at_work.opens(soldier.case)

    assert in_the_composer(at_work) == WORDS
    assert 'name="statement"' not in at_work.screen
    assert "Ми його прибрали." in at_work.words


def test_sent_it_is_gone_and_what_the_page_saves_after_that_changes_nothing(at_work: Desk, soldier: Writer) -> None:
    once = re.search(r'name="once" value="([0-9a-f]+)"', at_work.screen)
    assert once
    saves(at_work, soldier, WORDS, once=once[1])

    assert at_work.sends(soldier.case, WORDS, once=once[1], seen="1") == 200
    assert saves(at_work, soldier, WORDS, once=once[1]) == 204

    assert not Draft.objects.exists()
    assert [answer.text for answer in soldier.answers_received()] == [WORDS]


def test_the_next_owner_sees_who_wrote_what_and_goes_on_with_it(
    at_work: Desk, at_desk: AtDesk, taras: Colleague, soldier: Writer
) -> None:
    saves(at_work, soldier, WORDS)
    at_work.posts("release", soldier.case.number)
    assert WORDS not in at_work.screen
    of_taras = at_desk(taras)
    of_taras.opens(soldier.case)
    assert WORDS not in of_taras.screen

    of_taras.takes(soldier.case)

    assert "Чернетка відповіді, автор: Олена" in of_taras.words
    assert WORDS in of_taras.words
    assert in_the_composer(of_taras) == ""
    draft = bytes(Draft.objects.get().draft_id).hex()
    of_taras.posts("colleagues_draft", soldier.case.number, draft=draft, act="take")
    assert in_the_composer(of_taras) == WORDS
    assert "автор: Олена" not in of_taras.words


def test_the_next_owner_drops_it(at_work: Desk, at_desk: AtDesk, taras: Colleague, soldier: Writer) -> None:
    saves(at_work, soldier, WORDS, kind="note")
    at_work.posts("release", soldier.case.number)
    of_taras = at_desk(taras)
    of_taras.takes(soldier.case)
    assert "Чернетка нотатки, автор: Олена" in of_taras.words
    draft = bytes(Draft.objects.get().draft_id).hex()

    of_taras.posts("colleagues_draft", soldier.case.number, draft=draft, act="drop")
    assert WORDS not in of_taras.screen

    assert of_taras.posts("colleagues_draft", soldier.case.number, draft=draft, act="take") == 409
    assert "немає" in of_taras.words
    assert of_taras.posts("colleagues_draft", soldier.case.number, draft="x", act="take") == 404


def test_who_does_not_own_the_case_can_do_nothing_with_its_drafts(
    at_work: Desk, at_desk: AtDesk, taras: Colleague, marta: Colleague, soldier: Writer
) -> None:
    saves(at_work, soldier, WORDS)
    draft = bytes(Draft.objects.get().draft_id).hex()

    for stranger in (at_desk(taras), at_desk(marta)):
        missing = stranger.posts("draft", 4711, kind="answer", text="x"), without_moments(stranger)
        assert (saves(stranger, soldier, "x"), without_moments(stranger)) == missing
        assert missing[0] == 404
        for act in ("take", "drop"):
            assert stranger.posts("colleagues_draft", soldier.case.number, draft=draft, act=act) == 404
        stranger.opens(soldier.case)
        assert WORDS not in stranger.screen
        assert "чернетку" not in stranger.words

    assert Draft.objects.get().by.username == "olena"


def test_what_is_too_long_or_malformed_is_refused_without_a_word(at_work: Desk, soldier: Writer) -> None:
    assert saves(at_work, soldier, "x" * 20_001) == 422
    assert saves(at_work, soldier, "x", kind="letter") == 422
    assert saves(at_work, soldier, "x", once="y") == 422
    assert at_work.screen == ""
    assert at_work.gets("draft", soldier.case.number) == 302
    assert not Draft.objects.exists()


def test_before_a_case_is_closed_with_a_draft_the_page_says_what_goes(at_work: Desk, soldier: Writer) -> None:
    at_work.gets("close", soldier.case.number)
    assert "data-ask" not in at_work.screen
    saves(at_work, soldier, WORDS)

    at_work.gets("close", soldier.case.number)
    assert "data-ask" in at_work.screen
    at_work.closes(soldier.case, "silent")

    assert not Draft.objects.exists()


def test_saving_is_a_deed_that_keeps_the_session_awake_and_a_page_that_tries_again_is_none(
    at_work: Desk, olena: Colleague, soldier: Writer
) -> None:
    long_ago = minutes_ago(5)
    for headers, moves in (({"Live": "1"}, False), ({}, True)):
        Operator.objects.filter(pk=olena.operator.pk).update(seen_at=long_ago)
        session = at_work.browser.session
        session["seen_at"] = long_ago.timestamp()
        session.save()

        address = reverse("desk:draft", args=[soldier.case.number])
        answer = at_work.browser.post(address, {"kind": "answer", "text": WORDS}, secure=True, headers=headers)

        assert answer.status_code == 204
        assert (Operator.objects.get(pk=olena.operator.pk).seen_at != long_ago) == moves


def test_a_draft_that_comes_after_the_session_is_not_kept_and_says_so(at_work: Desk, soldier: Writer) -> None:
    at_work.browser.cookies.clear()
    cache.clear()

    address = reverse("desk:draft", args=[soldier.case.number])
    answer = at_work.browser.post(address, {"kind": "answer", "text": WORDS}, secure=True)

    assert answer.status_code == 302
    assert answer["Location"] == f"/log-in?next=%2Fcases%2F{soldier.case.number}%2Fdraft"
    assert not Draft.objects.exists()


def test_after_log_in_the_way_leads_back_to_the_case_from_every_deed(
    at_work: Desk, olena: Colleague, soldier: Writer
) -> None:
    number = soldier.case.number
    for name in ("answer", "draft", "note", "take"):
        again = Desk()
        again.log_in(olena, next=f"/cases/{number}/{name}")
        assert again.page.redirect_chain[-1][0] == f"/cases/{number}"


def test_a_page_whose_session_ended_comes_back_to_the_case(at_work: Desk, soldier: Writer) -> None:
    at_work.browser.cookies.clear()

    current = f"https://testserver/cases/{soldier.case.number}"
    answer = at_work.browser.get(
        reverse("desk:live"), secure=True, headers={"HX-Request": "true", "HX-Current-URL": current}
    )

    assert answer["HX-Redirect"] == f"/log-in?ended=1&next=%2Fcases%2F{soldier.case.number}"


def test_opening_a_case_with_drafts_is_one_line_and_saving_them_is_none(at_work: Desk, soldier: Writer) -> None:
    before = Line.objects.filter(store="appeals").count()
    for length in range(1, 6):
        saves(at_work, soldier, WORDS[:length])
    assert Line.objects.filter(store="appeals").count() == before

    at_work.opens(soldier.case)

    assert Line.objects.filter(store="appeals").count() == before + 1
