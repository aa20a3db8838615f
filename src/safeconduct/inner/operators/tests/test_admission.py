"""Two holders sign, or nobody comes in: not an administrator, not a row, not a holder twice."""

import dataclasses
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from safeconduct.audit.models import Line
from safeconduct.inner.operators import actions, lookups
from safeconduct.inner.operators.errors import (
    AlreadyFounded,
    LogInRefused,
    NameTaken,
    NoEpoch,
    NotAdmitted,
    RoleMissing,
    TooFewHolders,
    UnknownRole,
)
from safeconduct.inner.operators.keys import OpenedKeys
from safeconduct.inner.operators.models import Admission, Epoch, EpochWrap, Founding, Operator, RoleHeld, as_kept
from safeconduct.sealing.admission import admission_statement
from safeconduct.sealing.envelopes import key_pair_of, new_key_pair
from safeconduct.sealing.signing import epoch_statement, new_signing_seed, verifying_key_of
from safeconduct.sealing.stores import unwrap_epoch, wrap_epoch
from tests.keys import RECOVERY_KEY, STORE
from tests.people import Colleague, enrol


def two(first: Colleague, second: Colleague) -> tuple[OpenedKeys, OpenedKeys]:
    return first.keys, second.keys


def fresh(colleague: Colleague) -> Colleague:
    """As the next request would load the operator."""
    return dataclasses.replace(colleague, operator=Operator.objects.get(pk=colleague.operator.pk))


def signed_by(*signers: Colleague, for_whom: Colleague) -> list[list[str]]:
    operator = for_whom.operator
    statement = admission_statement(STORE, bytes(operator.public_key), bytes(operator.verifying_key))
    return as_kept(signer.keys.sign(statement) for signer in signers)


def test_the_first_two_open_the_same_store(olena: Colleague, taras: Colleague) -> None:
    seed = olena.keys.epoch_seed(STORE, 1)

    assert seed == taras.keys.epoch_seed(STORE, 1)
    assert key_pair_of(seed).public_key == bytes(lookups.current_epoch(STORE).public_key)


def test_recovery_opens_every_epoch(olena: Colleague, taras: Colleague) -> None:
    actions.open_epoch(STORE, by=two(olena, taras))

    for wrap in EpochWrap.objects.filter(operator=None).select_related("epoch"):
        seed = unwrap_epoch(bytes(wrap.blob), store=STORE, epoch=wrap.epoch.number, seed=RECOVERY_KEY.seed)
        assert key_pair_of(seed).public_key == bytes(wrap.epoch.public_key)
    assert EpochWrap.objects.filter(operator=None).count() == 2


def test_whom_two_admit_opens_what_was_sealed_before_and_what_comes_after(olena: Colleague, taras: Colleague) -> None:
    nadia = enrol("nadia", "Надія", "operator")
    with pytest.raises(NotAdmitted):
        nadia.keys.epoch_seed(STORE, 1)

    actions.admit(nadia.operator, STORE, by=two(olena, taras))
    actions.open_epoch(STORE, by=two(taras, nadia))

    assert nadia.keys.epoch_seed(STORE, 1) == olena.keys.epoch_seed(STORE, 1)
    assert nadia.keys.epoch_seed(STORE, 2) == olena.keys.epoch_seed(STORE, 2)
    assert [one.username for one in lookups.admitted_operators(STORE)] == ["olena", "taras", "nadia"]
    admitted = Line.objects.filter(store=STORE, verb="operator.admitted", about_id=nadia.operator.pk)
    assert admitted.count() == 1


def test_whom_two_admit_may_admit_others_with_another(olena: Colleague, taras: Colleague) -> None:
    nadia, bohdan = enrol("nadia", "Надія", "operator"), enrol("bohdan", "Богдан", "operator")
    actions.admit(nadia.operator, STORE, by=two(olena, taras))

    actions.admit(bohdan.operator, STORE, by=two(nadia, taras))

    assert lookups.is_admitted(bohdan.operator, STORE)


def test_one_holder_twice_is_one_holder(olena: Colleague) -> None:
    nadia = enrol("nadia", "Надія", "operator")

    with pytest.raises(NotAdmitted):
        actions.admit(nadia.operator, STORE, by=two(olena, olena))
    with pytest.raises(NotAdmitted):
        actions.open_epoch(STORE, by=two(olena, olena))

    assert not Admission.objects.filter(operator=nadia.operator).exists()


def test_a_holder_and_a_stranger_admit_nobody(olena: Colleague) -> None:
    nadia, stranger = enrol("nadia", "Надія", "operator"), enrol("stranger", "Хтось", "operator")

    with pytest.raises(NotAdmitted):
        actions.admit(nadia.operator, STORE, by=two(olena, stranger))
    with pytest.raises(NotAdmitted):
        actions.admit(stranger.operator, STORE, by=two(olena, stranger))


def test_an_auditor_is_never_admitted(olena: Colleague, taras: Colleague, marta: Colleague) -> None:
    with pytest.raises(RoleMissing):
        actions.admit(marta.operator, STORE, by=two(olena, taras))


@pytest.mark.parametrize("signers", ["nobody", "marta twice", "olena twice", "olena and marta", "marta and stranger"])
def test_a_row_written_by_hand_admits_nobody(
    olena: Colleague, taras: Colleague, marta: Colleague, signers: str
) -> None:
    # Marta can write to the database: a role, an admission, and a copy of what was wrapped for Olena.
    stranger = enrol("stranger", "Хтось", "operator")
    RoleHeld.objects.create(operator=marta.operator, role="operator")
    marta = fresh(marta)
    signatures = {
        "nobody": [],
        "marta twice": signed_by(marta, marta, for_whom=marta),
        "olena twice": signed_by(olena, olena, for_whom=marta),
        "olena and marta": signed_by(olena, marta, for_whom=marta),
        "marta and stranger": signed_by(marta, stranger, for_whom=marta),
    }[signers]
    Admission.objects.create(store=STORE, operator=marta.operator, admitted_at=timezone.now(), signatures=signatures)
    epoch = Epoch.objects.get(number=1)
    # As if the seed had leaked to her: even a wrap that would open is not opened by us.
    blob = wrap_epoch(olena.keys.epoch_seed(STORE, 1), store=STORE, epoch=1, to=bytes(marta.operator.public_key))
    EpochWrap.objects.create(epoch=epoch, operator=marta.operator, blob=blob)

    with pytest.raises(NotAdmitted):
        marta.keys.epoch_seed(STORE, 1)
    second = actions.open_epoch(STORE, by=two(olena, taras))
    assert not lookups.is_admitted(marta.operator, STORE)
    assert set(second.wraps.values_list("operator", flat=True)) == {olena.operator.pk, taras.operator.pk, None}


def test_signatures_for_one_operator_admit_no_other(olena: Colleague, taras: Colleague) -> None:
    nadia, bohdan = enrol("nadia", "Надія", "operator"), enrol("bohdan", "Богдан", "operator")
    actions.admit(nadia.operator, STORE, by=two(olena, taras))
    copied = Admission.objects.get(operator=nadia.operator).signatures

    Admission.objects.create(store=STORE, operator=bohdan.operator, admitted_at=timezone.now(), signatures=copied)

    assert not lookups.is_admitted(bohdan.operator, STORE)


def test_a_founders_key_that_was_exchanged_in_the_database_gets_no_new_epoch(
    olena: Colleague, taras: Colleague
) -> None:
    nadia = enrol("nadia", "Надія", "operator")
    actions.admit(nadia.operator, STORE, by=two(olena, taras))
    Operator.objects.filter(pk=olena.operator.pk).update(public_key=new_key_pair().public_key)

    epoch = actions.open_epoch(STORE, by=two(taras, nadia))

    assert set(epoch.wraps.values_list("operator", flat=True)) == {taras.operator.pk, nadia.operator.pk, None}
    with pytest.raises(NotAdmitted):
        fresh(olena).keys.epoch_seed(STORE, 1)


def test_a_founding_written_by_hand_founds_nothing(marta: Colleague) -> None:
    stranger = enrol("stranger", "Хтось", "operator")
    Founding.objects.filter(store=STORE).update(first=marta.keys.verifying_key, second=stranger.keys.verifying_key)

    assert lookups.founders_of(STORE) == ()
    with pytest.raises(NoEpoch):
        lookups.current_epoch(STORE)


def test_an_epoch_written_by_hand_is_never_sealed_to(olena: Colleague, taras: Colleague) -> None:
    right, wrong = lookups.current_epoch(STORE), new_key_pair()
    forger = new_signing_seed()
    statement = epoch_statement(STORE, 2, wrong.public_key)
    Epoch.objects.create(
        store=STORE,
        number=2,
        public_key=wrong.public_key,
        opened_at=timezone.now(),
        signatures=as_kept([olena.keys.sign(statement), (verifying_key_of(forger), b"\x00" * 64)]),
    )

    assert lookups.current_epoch(STORE) == right


def test_a_store_is_founded_once(olena: Colleague, taras: Colleague) -> None:
    with pytest.raises(AlreadyFounded):
        actions.found(STORE, by=two(taras, olena))


def test_one_person_alone_founds_no_store(olena: Colleague, monkeypatch: pytest.MonkeyPatch) -> None:
    Founding.objects.all().delete()

    with pytest.raises(NotAdmitted):
        actions.found(STORE, by=two(olena, olena))

    assert not Founding.objects.exists()


def test_who_is_suspended_opens_nothing_and_gets_nothing_new(
    olena: Colleague, taras: Colleague, nadia: Colleague
) -> None:
    opened = olena.keys

    actions.suspend(olena.operator, by=None)
    epoch = actions.open_epoch(STORE, by=two(taras, nadia))

    with pytest.raises(LogInRefused):
        actions.keys_with_passphrase(fresh(olena).operator, olena.passphrase)
    with pytest.raises(NotAdmitted):
        opened.epoch_seed(STORE, 1)
    assert set(epoch.wraps.values_list("operator", flat=True)) == {taras.operator.pk, nadia.operator.pk, None}
    assert lookups.is_admitted(nadia.operator, STORE), "whom Olena admitted stays"


def test_two_holders_always_stay(olena: Colleague, taras: Colleague, marta: Colleague, nadia: Colleague) -> None:
    """With one, nobody could be admitted and no epoch opened, ever."""
    actions.suspend(marta.operator, by=None)  # holds nothing, so the store loses nobody
    actions.suspend(nadia.operator, by=None)

    for last in (olena, taras):
        with pytest.raises(TooFewHolders):
            actions.suspend(last.operator, by=None)

    assert lookups.admitted_operators(STORE) == [olena.operator, taras.operator]
    assert olena.keys.epoch_seed(STORE, 1) == taras.keys.epoch_seed(STORE, 1)
    actions.open_epoch(STORE, by=two(olena, taras))


def test_who_was_suspended_signs_nothing_even_with_keys_that_were_opened_before(
    olena: Colleague, taras: Colleague, nadia: Colleague
) -> None:
    opened_before = two(olena, taras)
    actions.suspend(fresh(olena).operator, by=None)
    bohdan = enrol("bohdan", "Богдан", "operator")

    with pytest.raises(NotAdmitted):
        actions.open_epoch(STORE, by=opened_before)
    with pytest.raises(NotAdmitted):
        actions.admit(bohdan.operator, STORE, by=opened_before)

    assert lookups.current_epoch(STORE).number == 1


def test_a_broken_ceremony_leaves_nothing(olena: Colleague, taras: Colleague, monkeypatch: pytest.MonkeyPatch) -> None:
    nadia = enrol("nadia", "Надія", "operator")

    def power_fails(*_args: object, **_how: object) -> None:
        raise OSError

    monkeypatch.setattr(actions, "wrap_epoch", power_fails)
    with pytest.raises(OSError), transaction.atomic():  # noqa: PT011 - any
        actions.admit(nadia.operator, STORE, by=two(olena, taras))

    assert not Admission.objects.filter(operator=nadia.operator).exists()
    assert not Line.objects.filter(verb="operator.admitted", about_id=nadia.operator.pk).exists()


def test_roles_are_a_closed_list_and_names_are_given_once(olena: Colleague) -> None:
    with pytest.raises(UnknownRole):
        actions.enrol("x", "X", roles={"general"})
    with pytest.raises(UnknownRole):
        actions.enrol("x", "X", roles=set())
    with pytest.raises(NameTaken):
        actions.enrol(" OLENA ", "Інша", roles={"operator"})

    assert not Operator.objects.filter(username="x").exists()


def test_the_database_itself_refuses_what_must_never_be(olena: Colleague, taras: Colleague) -> None:
    epoch = Epoch.objects.get()
    wrong_rows: list[Callable[[], object]] = [
        lambda: RoleHeld.objects.create(operator=olena.operator, role="general"),
        lambda: RoleHeld.objects.create(operator=olena.operator, role="operator"),
        lambda: EpochWrap.objects.create(epoch=epoch, operator=None, blob=b"a second recovery"),
        lambda: EpochWrap.objects.create(epoch=epoch, operator=olena.operator, blob=b"a second wrap"),
        lambda: Epoch.objects.create(store=STORE, number=1, public_key=b"", opened_at=timezone.now(), signatures=[]),
        lambda: Epoch.objects.create(store=STORE, number=0, public_key=b"", opened_at=timezone.now(), signatures=[]),
        lambda: Operator.objects.filter(pk=olena.operator.pk).update(language="xx"),
        lambda: Operator.objects.filter(pk=olena.operator.pk).update(username="taras"),
        lambda: Operator.objects.filter(pk=olena.operator.pk).update(verifying_key=taras.operator.verifying_key),
    ]

    for write in wrong_rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_the_real_cost_of_a_passphrase_opens_the_same_keys(olena: Colleague, settings: Settings) -> None:
    settings.INNER_PASSPHRASE_MEMORY_KIB = 65536

    real = enrol("real", "Справжня", "operator")

    assert real.keys.public_key == bytes(real.operator.public_key)
