"""A new epoch goes to the front once a backup holds it; whoever leaves gets none; its key is destroyed at the end."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from safeconduct.audit.actions import record
from safeconduct.audit.models import Line
from safeconduct.handover.reaching.models import OutboxRow
from safeconduct.handover.wire import fields_of
from safeconduct.inner.operators import actions, epochs, lookups, rules
from safeconduct.inner.operators.errors import NotAdmitted, NotForThisRole, RoleMissing, TooFewHolders, UnknownStore
from safeconduct.inner.operators.models import Admission, Epoch, EpochWrap, RoleHeld
from safeconduct.sealing.admission import Candidate, admitted
from safeconduct.sealing.signing import epoch_statement, has_two_signatures
from tests.keys import STORE
from tests.people import Colleague, Headquarters, enrol


def two(first: Colleague, second: Colleague) -> actions.TWO_HOLDERS:
    return first.keys, second.keys


def is_backed_up() -> None:
    with transaction.atomic():
        epochs.mark_backed_up(epochs.not_in_a_backup(), now=timezone.now())


def sent() -> list[Mapping[str, Any]]:
    return [fields_of(bytes(row.payload)) for row in OutboxRow.objects.filter(kind="epoch").order_by("pk")]


def is_taken(**ago: float) -> None:
    """The front has taken what was sent, so long ago."""
    OutboxRow.objects.filter(kind="epoch").update(pushed_at=timezone.now() - timedelta(**ago))
    epochs.note_what_front_has()


# --- to the front


def test_an_epoch_goes_to_the_front_only_when_a_backup_holds_it(olena: Colleague, taras: Colleague) -> None:
    actions.open_epoch(STORE, by=two(olena, taras))
    assert lookups.epoch_for_front(STORE).number == 1
    assert sent() == []

    is_backed_up()

    assert lookups.epoch_for_front(STORE).number == 2
    assert [one["epoch"] for one in sent()] == [2]


def test_the_next_backup_sends_nothing_twice(olena: Colleague, taras: Colleague) -> None:
    actions.open_epoch(STORE, by=two(olena, taras))
    is_backed_up()

    is_backed_up()

    assert len(sent()) == 1


def test_the_front_is_told_all_it_needs_to_follow_who_may_sign(
    headquarters: Headquarters, olena: Colleague, taras: Colleague, nadia: Colleague
) -> None:
    bohdan = enrol("bohdan", "Богдан", "operator")
    actions.admit(bohdan.operator, STORE, by=two(taras, nadia))
    epoch = actions.open_epoch(STORE, by=two(nadia, bohdan))

    is_backed_up()

    (payload,) = sent()
    since = [
        Candidate(bytes.fromhex(one["public_key"]), bytes.fromhex(one["verifying_key"]), pairs(one))
        for one in payload["admissions"]
    ]
    holders = {one.verifying_key for one in admitted(STORE, founders=lookups.founders_of(STORE), candidates=since)}
    statement = epoch_statement(STORE, 2, bytes(epoch.public_key))
    assert has_two_signatures(statement, pairs(payload), holders=holders)
    assert nadia.operator.username not in str(payload)


def pairs(of: Mapping[str, Any]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((bytes.fromhex(one["by"]), bytes.fromhex(one["signature"])) for one in of["signatures"])


def test_a_front_that_came_back_from_an_old_copy_is_told_again(olena: Colleague, taras: Colleague) -> None:
    actions.open_epoch(STORE, by=two(olena, taras))
    is_backed_up()
    epochs.remind_front()
    assert len(sent()) == 1, "it was not taken yet, so there is nothing to remind of"
    is_taken(days=2)

    epochs.remind_front()

    assert [one["epoch"] for one in sent()] == [2, 2]


def test_after_a_restore_no_number_is_given_that_the_front_may_know(olena: Colleague, taras: Colleague) -> None:
    """Epoch 2 was opened after the backup from which inner came back; the front knows it, and inner does not."""
    with transaction.atomic():
        record(actions.SITE, "site.restored", by=None)

    assert actions.open_epoch(STORE, by=two(olena, taras)).number == 1 + 1 + rules.LEFT_OUT_AFTER_RESTORE
    assert actions.open_epoch(STORE, by=two(olena, taras)).number == 1 + 1 + rules.LEFT_OUT_AFTER_RESTORE + 1


# --- each month


@pytest.mark.parametrize(("days", "due"), [(0, []), (30, []), (32, [STORE])])
def test_a_roll_is_due_after_a_month(olena: Colleague, days: int, due: list[str]) -> None:
    assert lookups.rolls_due(timezone.now() + timedelta(days=days)) == due


# --- who goes


def test_who_leaves_opens_nothing_that_comes_from_then_on(olena: Colleague, taras: Colleague, nadia: Colleague) -> None:
    opened = nadia.keys

    (epoch,) = actions.leave(nadia.operator, by=two(olena, taras))

    assert set(epoch.wraps.values_list("operator", flat=True)) == {olena.operator.pk, taras.operator.pk, None}
    assert not EpochWrap.objects.filter(operator=nadia.operator).exists()
    for number in (1, 2):
        with pytest.raises(NotAdmitted):
            opened.epoch_seed(STORE, number)


def test_who_was_suspended_on_suspicion_leaves_afterwards(olena: Colleague, taras: Colleague, nadia: Colleague) -> None:
    actions.suspend(nadia.operator, by=enrol("admin", "Адмін", "administrator").operator)
    assert lookups.current_epoch(STORE).number == 1
    suspended_at = nadia.operator.suspended_at

    actions.leave(nadia.operator, by=two(olena, taras))

    assert lookups.current_epoch(STORE).number == 2
    nadia.operator.refresh_from_db()
    assert nadia.operator.suspended_at == suspended_at


def test_a_broken_leaving_leaves_nothing_half_done(olena: Colleague, marta: Colleague, nadia: Colleague) -> None:
    with pytest.raises(NotAdmitted):
        actions.leave(nadia.operator, by=two(olena, marta))

    nadia.operator.refresh_from_db()
    assert nadia.operator.is_active
    assert nadia.keys.epoch_seed(STORE, 1)


def test_two_holders_stay_when_somebody_leaves_and_who_held_nothing_needs_no_epoch(
    olena: Colleague, taras: Colleague, marta: Colleague
) -> None:
    with pytest.raises(TooFewHolders):
        actions.leave(olena.operator, by=two(olena, taras))
    with pytest.raises(UnknownStore):
        actions.leave(marta.operator, by=two(olena, taras))

    assert lookups.current_epoch(STORE).number == 1


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("administrator", True),
        ("supervisor", True),
        ("bureau-supervisor", False),
        ("senior", False),
        ("auditor", False),
    ],
)
def test_one_alone_suspends_only_as_administrator_or_supervisor_of_the_group(
    nadia: Colleague, role: str, may: bool
) -> None:
    one = enrol("one", "Хтось", role).operator

    if may:
        actions.suspend(nadia.operator, by=one)
    else:
        with pytest.raises(NotForThisRole):
            actions.suspend(nadia.operator, by=one)

    nadia.operator.refresh_from_db()
    assert nadia.operator.is_active != may


# --- further stores


def test_a_further_store_is_opened_by_two_of_its_own(olena: Colleague, taras: Colleague) -> None:
    ihor, lesia = enrol("ihor", "Ігор", "bureau"), enrol("lesia", "Леся", "bureau-supervisor")

    actions.found("bureau", by=two(ihor, lesia))

    assert lookups.stores() == [STORE, "bureau"]
    assert ihor.keys.epoch_seed("bureau", 1) == lesia.keys.epoch_seed("bureau", 1)
    for nobody in (olena, ihor):
        other = STORE if nobody is ihor else "bureau"
        with pytest.raises(NotAdmitted):
            nobody.keys.epoch_seed(other, 1)
    is_backed_up()
    assert {one["store"] for one in sent()} == {STORE}, "the front seals to appeals alone"


@pytest.mark.parametrize("store", ["bureau", "tracing", "records", "complaints", "no-such-store"])
def test_holders_of_appeals_open_no_other_store(olena: Colleague, taras: Colleague, store: str) -> None:
    with pytest.raises((RoleMissing, UnknownStore)):
        actions.found(store, by=two(olena, taras))

    assert lookups.stores() == [STORE]


def test_a_role_of_the_other_side_that_was_written_by_hand_takes_both_away(olena: Colleague) -> None:
    RoleHeld.objects.create(operator=olena.operator, role="bureau")
    both = type(olena.operator).objects.get(pk=olena.operator.pk)

    assert not both.may_hold(STORE)
    assert not both.may_hold("bureau")
    assert not lookups.is_admitted(both, STORE)


# --- the end of a key


def test_a_key_is_destroyed_for_everybody_and_recovery(olena: Colleague, taras: Colleague) -> None:
    actions.open_epoch(STORE, by=two(olena, taras))
    first = Epoch.objects.get(number=1)

    epochs.destroy(first, now=timezone.now())

    assert not EpochWrap.objects.filter(epoch=first).exists()
    with pytest.raises(NotAdmitted):
        olena.keys.epoch_seed(STORE, 1)
    assert Line.objects.filter(store=STORE, verb="epoch.destroyed", about_id=1).count() == 1
    assert actions.open_epoch(STORE, by=two(olena, taras)).number == 3, "a number is never given twice"


def test_a_key_stays_as_long_as_the_front_may_have_sealed_to_it(olena: Colleague, taras: Colleague) -> None:
    first = Epoch.objects.get(number=1)

    def may() -> bool:
        return epochs.may_be_destroyed(first, now=timezone.now())

    assert not may(), "it is the only one"
    actions.open_epoch(STORE, by=two(olena, taras))
    assert not may(), "no backup holds the next one, so the front does not know it"
    is_backed_up()
    assert not may(), "the next one is on its way to the front"
    is_taken(days=59)
    assert not may(), "letters may wait there, and another front may not know it yet"
    Epoch.objects.filter(number=2).update(front_has_at=timezone.now() - timedelta(days=61))
    assert may()
    assert not epochs.may_be_destroyed(Epoch.objects.get(number=2), now=timezone.now()), "the newest never goes"


# --- rows by hand


def test_a_row_that_nobody_signed_is_shown_as_what_it_is(olena: Colleague, taras: Colleague) -> None:
    nadia, forged = enrol("nadia", "Надія", "operator"), enrol("forged", "Хтось", "operator")
    actions.admit(nadia.operator, STORE, by=two(olena, taras))
    copied = Admission.objects.get(operator=nadia.operator).signatures
    by_hand = Admission.objects.create(
        store=STORE, operator=forged.operator, admitted_at=timezone.now(), signatures=copied
    )

    assert lookups.admissions_by_hand() == [by_hand]


def test_whose_rows_were_written_by_hand_can_still_be_admitted(olena: Colleague, taras: Colleague) -> None:
    forged = enrol("forged", "Хтось", "operator")
    Admission.objects.create(store=STORE, operator=forged.operator, admitted_at=timezone.now(), signatures=[])
    EpochWrap.objects.create(epoch=Epoch.objects.get(), operator=forged.operator, blob=b"by hand")

    actions.admit(forged.operator, STORE, by=two(olena, taras))

    assert lookups.admissions_by_hand() == []
    assert forged.keys.epoch_seed(STORE, 1) == olena.keys.epoch_seed(STORE, 1)
