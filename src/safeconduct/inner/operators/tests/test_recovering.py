"""Both holders lost their passphrases. Two papers open the store for two others, and for nobody else."""

import pytest
from pytest_django import Settings

from safeconduct.audit.lookups import last_time
from safeconduct.inner.operators import actions, lookups
from safeconduct.inner.operators.errors import NotAdmitted, NotTheRecoveryKey, RoleMissing, UnknownStore
from safeconduct.inner.operators.models import EpochWrap
from safeconduct.inner.operators.recovering import recover, rehearse
from safeconduct.sealing.stores import join_recovery, split_recovery
from tests.keys import RECOVERY_KEY, STORE
from tests.people import Colleague, Headquarters, enrol

SHARES = split_recovery(RECOVERY_KEY.seed)


@pytest.fixture
def newcomers(headquarters: Headquarters) -> tuple[Colleague, Colleague]:
    return enrol("nadia", "Надія", "operator"), enrol("bohdan", "Богдан", "senior")


@pytest.mark.parametrize("papers", [(0, 1), (0, 2), (2, 1)])
def test_two_papers_open_every_epoch_for_two_others(
    olena: Colleague, taras: Colleague, newcomers: tuple[Colleague, Colleague], papers: tuple[int, int]
) -> None:
    actions.open_epoch(STORE, by=(olena.keys, taras.keys))
    seeds = {number: olena.keys.epoch_seed(STORE, number) for number in (1, 2)}
    nadia, bohdan = newcomers

    epoch = recover(STORE, seed=join_recovery([SHARES[paper] for paper in papers]), by=(nadia.keys, bohdan.keys))

    assert epoch.number == 3
    assert {number: nadia.keys.epoch_seed(STORE, number) for number in (1, 2)} == seeds
    assert {number: bohdan.keys.epoch_seed(STORE, number) for number in (1, 2)} == seeds
    assert lookups.current_epoch(STORE) == epoch
    assert EpochWrap.objects.filter(operator=None).count() == 3, "recovery opens the new one, too"


def test_whoever_held_it_before_holds_it_no_more_until_the_two_admit_him(
    olena: Colleague, taras: Colleague, newcomers: tuple[Colleague, Colleague]
) -> None:
    nadia, bohdan = newcomers
    recover(STORE, seed=RECOVERY_KEY.seed, by=(nadia.keys, bohdan.keys))

    for number in (1, 2):
        with pytest.raises(NotAdmitted):
            olena.keys.epoch_seed(STORE, number)
    with pytest.raises(NotAdmitted):
        actions.open_epoch(STORE, by=(olena.keys, taras.keys))
    actions.admit(taras.operator, STORE, by=(nadia.keys, bohdan.keys))

    assert taras.keys.epoch_seed(STORE, 1) == nadia.keys.epoch_seed(STORE, 1)


def test_papers_of_another_site_open_nothing(olena: Colleague, newcomers: tuple[Colleague, Colleague]) -> None:
    others = join_recovery(split_recovery(b"\x44" * 32)[:2])
    nadia, bohdan = newcomers

    with pytest.raises(NotTheRecoveryKey):
        recover(STORE, seed=others, by=(nadia.keys, bohdan.keys))
    with pytest.raises(NotTheRecoveryKey):
        rehearse(others)

    assert olena.keys.epoch_seed(STORE, 1)
    assert last_time(actions.SITE, "recovery.rehearsed") is None


def test_recovery_gives_a_store_to_two_whose_role_goes_with_it(
    olena: Colleague, marta: Colleague, newcomers: tuple[Colleague, Colleague]
) -> None:
    nadia, _ = newcomers

    for by, store, refusal in (
        ((nadia.keys, marta.keys), STORE, RoleMissing),
        ((nadia.keys, nadia.keys), STORE, NotAdmitted),
        ((nadia.keys, newcomers[1].keys), "bureau", UnknownStore),
    ):
        with pytest.raises(refusal):
            recover(store, seed=RECOVERY_KEY.seed, by=by)

    assert olena.keys.epoch_seed(STORE, 1)


def test_a_rehearsal_changes_nothing_and_tells_which_epoch_would_stay_closed(
    olena: Colleague, taras: Colleague, settings: Settings
) -> None:
    actions.open_epoch(STORE, by=(olena.keys, taras.keys))
    before = list(EpochWrap.objects.order_by("pk").values())

    good = rehearse(RECOVERY_KEY.seed)

    assert (good.opened, good.closed) == (2, ())
    assert list(EpochWrap.objects.order_by("pk").values()) == before
    assert last_time(actions.SITE, "recovery.rehearsed") is not None
    EpochWrap.objects.filter(epoch__number=1, operator=None).update(blob=b"spoiled")
    EpochWrap.objects.filter(epoch__number=2, operator=None).delete()
    assert rehearse(RECOVERY_KEY.seed).closed == ("epoch 1 of appeals", "epoch 2 of appeals")
