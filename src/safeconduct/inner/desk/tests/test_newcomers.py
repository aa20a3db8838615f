"""Who can open what is kept here is no secret among holders: each is told of each newcomer, until he has seen it."""

import dataclasses
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from safeconduct.audit.models import Line
from safeconduct.inner.desk.tests.desk import Desk
from safeconduct.inner.desk.tests.test_standing import band, front_stands
from safeconduct.inner.operators import actions
from safeconduct.inner.operators.models import Admission, Epoch, Operator
from tests.keys import STORE
from tests.people import Colleague, enrol

AtDesk = Callable[[Colleague], Desk]


def confirms(desk: Desk, up_to: int) -> None:
    desk.browser.post("/admissions/seen", {"up_to": str(up_to)}, secure=True)


def test_a_newcomer_is_told_to_every_holder_until_he_confirms(
    at_desk: AtDesk, olena: Colleague, taras: Colleague, nadia: Colleague
) -> None:
    front_stands()
    desks = at_desk(olena), at_desk(taras)
    for desk in desks:
        desk.looks_at_the_queue()
        assert "Надія може відкривати все" in band(desk)
    (shown,) = re.findall(r'name="up_to" value="(\d+)"', desks[0].screen)

    confirms(desks[0], int(shown))

    desks[0].looks_at_the_queue()
    assert band(desks[0]) == ""
    desks[1].looks_at_the_queue()
    assert "Надія" in band(desks[1])
    seen = Line.objects.get(verb="operator.seen")
    assert (seen.store, seen.actor, seen.about_id) == (STORE, olena.operator.pk, nadia.operator.pk)


def test_whoever_comes_after_the_page_was_shown_stays_unseen(
    at_desk: AtDesk, olena: Colleague, taras: Colleague, nadia: Colleague
) -> None:
    front_stands()
    desk = at_desk(olena)
    first = Admission.objects.get(operator=nadia.operator).pk
    bohdan = enrol("bohdan", "Богдан", "operator")
    actions.admit(bohdan.operator, STORE, by=(taras.keys, nadia.keys))

    confirms(desk, first)

    desk.looks_at_the_queue()
    assert "Богдан" in band(desk)
    assert "Надія" not in band(desk)


def test_who_came_last_is_told_of_nobody(at_desk: AtDesk, nadia: Colleague) -> None:
    front_stands()
    desk = at_desk(dataclasses.replace(nadia, operator=Operator.objects.get(pk=nadia.operator.pk)))

    desk.looks_at_the_queue()

    assert band(desk) == ""


def test_a_row_that_somebody_wrote_by_hand_is_told_as_what_it_is(at_desk: AtDesk, olena: Colleague) -> None:
    front_stands()
    forged = enrol("forged", "Хтось", "operator")
    Admission.objects.create(store=STORE, operator=forged.operator, admitted_at=timezone.now(), signatures=[])
    desk = at_desk(olena)

    desk.looks_at_the_queue()

    assert "Хтось має допуск, але двоє власників його не підписали" in band(desk)


@pytest.mark.parametrize(("days", "said"), [(30, False), (32, True)])
def test_after_a_month_holders_are_told_to_change_the_key(
    at_desk: AtDesk, olena: Colleague, days: int, said: bool
) -> None:
    front_stands()
    Epoch.objects.update(opened_at=timezone.now() - timedelta(days=days))
    desk = at_desk(olena)

    desk.looks_at_the_queue()

    assert ("safeconduct keys rotate" in band(desk)) == said
