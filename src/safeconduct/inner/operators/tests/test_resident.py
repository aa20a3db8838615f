"""A resident key is made by two, handed on with its store, used by rows, and goes with the last of them."""

import struct
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from safeconduct.inner.operators import actions, handing, lock_file, recovering, resident, resident_keys
from safeconduct.inner.operators.errors import KeyMissing, NobodyListens, NotAdmitted
from safeconduct.inner.operators.keys import OpenedKeys
from safeconduct.inner.operators.models import ResidentKey, ResidentWrap
from safeconduct.inner.operators.resident_memory import KeyMemory, memory
from safeconduct.sealing.envelopes import CannotOpen
from tests.keys import RECOVERY_KEY
from tests.people import Colleague, enrol

Pair = tuple[OpenedKeys, OpenedKeys]


@pytest.fixture(autouse=True)
def empty_memory() -> Iterator[None]:
    memory.forget()
    yield
    memory.forget()


@pytest.fixture
def ihor(db: None) -> Colleague:
    return enrol("ihor", "Ігор", "bureau")


@pytest.fixture
def bureau(ihor: Colleague) -> Pair:
    """The bureau is open, and its two first holders are at the terminal."""
    lesia = enrol("lesia", "Леся", "bureau-supervisor")
    pair = ihor.keys, lesia.keys
    actions.found("bureau", by=pair)
    return pair


def newest() -> ResidentKey:
    found = ResidentKey.objects.order_by("-number").first()
    assert found is not None
    return found


def unlocked(by: OpenedKeys) -> list[bool]:
    return [resident_keys.take(one.pk, by.resident_key(one)) for one in ResidentKey.objects.order_by("pk")]


# --- made, wrapped, signed


def test_it_is_made_with_its_store_for_both_and_for_recovery(bureau: Pair) -> None:
    (one,) = ResidentKey.objects.all()

    keys = {keys.resident_key(one) for keys in bureau}

    assert keys == {resident_keys.unwrapped(one, wrapped_for=None, seed=RECOVERY_KEY.seed)}
    assert len(*keys) == 32
    assert one.missing_since == one.made_at


def test_a_store_that_needs_none_has_none(olena: Colleague) -> None:
    assert not ResidentKey.objects.exists()


def test_who_is_admitted_gets_it_and_who_is_not_does_not(bureau: Pair, olena: Colleague) -> None:
    roman = enrol("roman", "Роман", "bureau")
    for nobody in (roman, olena):
        with pytest.raises(NotAdmitted):
            nobody.keys.resident_key(newest())

    actions.admit(roman.operator, "bureau", by=bureau)

    assert roman.keys.resident_key(newest()) == bureau[0].resident_key(newest())


def test_who_leaves_knows_a_key_that_is_used_no_more(bureau: Pair) -> None:
    roman = enrol("roman", "Роман", "bureau")
    actions.admit(roman.operator, "bureau", by=bureau)
    known, opened = roman.keys.resident_key(newest()), roman.keys

    actions.leave(roman.operator, by=bureau)

    assert newest().number == 2
    assert bureau[0].resident_key(newest()) != known
    assert not ResidentWrap.objects.filter(operator=roman.operator).exists()
    roman.operator.refresh_from_db()
    with pytest.raises(NotAdmitted):
        OpenedKeys(roman.operator, opened._keys).resident_key(newest())


def test_after_a_recovery_the_two_new_ones_have_the_old_key_and_a_new_one(bureau: Pair) -> None:
    old = bureau[0].resident_key(newest())
    two = enrol("nina", "Ніна", "bureau").keys, enrol("borys", "Борис", "bureau").keys

    recovering.recover("bureau", seed=RECOVERY_KEY.seed, by=two)

    first, second = ResidentKey.objects.order_by("number")
    assert two[1].resident_key(first) == old
    assert two[0].resident_key(second) != old
    assert unlocked(two[0]) == [True, True]
    with pytest.raises(NotAdmitted):
        bureau[0].resident_key(first)


def test_a_row_that_no_two_holders_signed_is_used_by_nobody(bureau: Pair) -> None:
    mine = b"\x07" * 32
    ResidentKey.objects.update(fingerprint=resident_keys.fingerprint_of(mine))

    assert resident_keys.take(newest().pk, mine) is False
    with pytest.raises(KeyMissing):
        resident.key("clocks")


def test_a_recovery_signs_for_no_key_that_a_thief_put_there(bureau: Pair) -> None:
    thiefs, row = b"\x07" * 32, newest()
    row.fingerprint = resident_keys.fingerprint_of(thiefs)
    row.save()
    resident_keys.wrap(row, thiefs, for_whom=None)
    two = enrol("nina", "Ніна", "bureau").keys, enrol("borys", "Борис", "bureau").keys

    recovering.recover("bureau", seed=RECOVERY_KEY.seed, by=two)

    assert resident_keys.take(row.pk, thiefs) is False
    with pytest.raises(NotAdmitted):
        two[0].resident_key(row)


def test_a_wrong_key_is_not_taken(bureau: Pair) -> None:
    assert resident_keys.take(newest().pk, bytes(32)) is False
    assert resident_keys.take(newest().pk + 1, bytes(32)) is False


def test_a_rehearsal_of_recovery_finds_one_that_would_stay_closed(bureau: Pair) -> None:
    assert recovering.rehearse(RECOVERY_KEY.seed).closed == ()

    ResidentWrap.objects.filter(operator=None).delete()

    assert recovering.rehearse(RECOVERY_KEY.seed).closed == ("key clocks 1",)


# --- in use


def test_rows_are_locked_and_opened_while_the_worker_has_it(bureau: Pair) -> None:
    with pytest.raises(KeyMissing):
        resident.lock_row(b"due", name="clocks", table="duties", row=4)

    unlocked(bureau[0])
    locked = resident.lock_row(b"due", name="clocks", table="duties", row=4)

    assert resident.open_row(locked.blob, key=locked.key, table="duties", row=4) == b"due"
    for table, row in (("duties", 5), ("others", 4)):
        with pytest.raises(CannotOpen):
            resident.open_row(locked.blob, key=locked.key, table=table, row=row)
    memory.forget()
    with pytest.raises(KeyMissing):
        resident.open_row(locked.blob, key=locked.key, table="duties", row=4)


def test_the_old_one_alone_is_not_enough_to_go_on_with(bureau: Pair) -> None:
    unlocked(bureau[0])
    locked = resident.lock_row(b"due", name="clocks", table="duties", row=4)

    actions.open_epoch("bureau", by=bureau)

    with pytest.raises(KeyMissing):
        resident.key("clocks")
    assert resident.open_row(locked.blob, key=locked.key, table="duties", row=4) == b"due"
    assert resident_keys.standing(timezone.now())[0].missing_since is not None
    unlocked(bureau[0])
    assert resident_keys.standing(timezone.now())[0].missing_since is None


def test_an_old_one_stays_as_long_as_a_row_lies_under_it(bureau: Pair) -> None:
    class Duty(models.Model):
        key = models.ForeignKey(ResidentKey, on_delete=models.PROTECT, related_name="+")

        class Meta:
            app_label = "operators"
            managed = False
            db_table = "a_room_to_come"

    try:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE a_room_to_come (id bigint PRIMARY KEY, key_id bigint NOT NULL)")
        Duty._base_manager.create(pk=1, key=newest())
        actions.open_epoch("bureau", by=bureau)

        assert resident_keys.destroy_what_is_over() == 0
        Duty._base_manager.all().delete()
        assert resident_keys.destroy_what_is_over() == 1
    finally:
        del apps.all_models["operators"]["duty"]
        apps.clear_cache()

    assert [one.number for one in ResidentKey.objects.all()] == [2]
    assert resident_keys.destroy_what_is_over() == 0


def test_what_was_destroyed_leaves_the_memory_of_the_worker(bureau: Pair) -> None:
    unlocked(bureau[0])
    old = newest().pk
    actions.open_epoch("bureau", by=bureau)
    resident_keys.destroy_what_is_over()

    resident_keys.tell()

    assert old not in memory.numbers()


def test_a_worker_that_is_silent_has_lost_it_since_it_was_last_heard(bureau: Pair) -> None:
    unlocked(bureau[0])
    now = timezone.now()
    assert resident_keys.standing(now)[0].missing_since is None

    heard_at = newest().held_at

    assert resident_keys.standing(now + timedelta(seconds=30))[0].missing_since == heard_at
    memory.forget()  # as at its next start
    resident_keys.tell()
    assert resident_keys.standing(now)[0].missing_since == heard_at


def test_two_rooms_cannot_mean_the_same_name() -> None:
    (clocks,) = resident.residents("bureau")
    resident.register(clocks.name, store=clocks.store, waits=clocks.waits)

    with pytest.raises(ValueError, match="two rooms"):
        resident.register("clocks", store="tracing", waits="")


# --- in memory


def test_what_is_forgotten_is_overwritten() -> None:
    kept = KeyMemory()
    for number in range(3):
        kept.put(number, bytes([number + 1]) * 32)
    kept.forget(1)
    kept.put(7, b"\x09" * 32)
    assert [kept.get(number) for number in (0, 1, 2, 7)] == [b"\x01" * 32, None, b"\x03" * 32, b"\x09" * 32]

    kept.forget()

    assert kept._page is not None
    assert not any(kept._page[:])
    assert kept.numbers() == set()


def test_a_page_takes_so_many_and_no_more() -> None:
    kept = KeyMemory()
    for number in range(128):
        kept.put(number, bytes([number + 1]) * 32)

    with pytest.raises(ValueError, match="no more"):
        kept.put(128, bytes(32))
    with pytest.raises(ValueError, match="32 bytes"):
        kept.put(0, b"short")

    assert kept.get(0) == b"\x01" * 32


# --- handed over


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[int, bytes]]]:
    """What a worker beside this test was given."""
    monkeypatch.setenv("INNER_CONFIG", str(tmp_path / "inner.json"))
    given: list[tuple[int, bytes]] = []
    stop, is_open = threading.Event(), tmp_path / "run" / "worker.sock"
    worker = threading.Thread(target=handing.serve, args=(lambda *one: given.append(one), stop))
    worker.start()
    while not is_open.exists():
        worker.join(0.01)
    yield given
    stop.set()
    worker.join(5)
    assert not worker.is_alive()


def test_it_is_handed_over(heard: list[tuple[int, bytes]]) -> None:
    handing.hand_over(4, b"\x05" * 32)

    assert heard == [(4, b"\x05" * 32)]


def test_another_account_is_not_heard(heard: list[tuple[int, bytes]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing, "_PEER", _Other())

    with pytest.raises(NobodyListens):
        handing.hand_over(4, b"\x05" * 32)

    assert heard == []


class _Other:
    """The kernel says that the other end is somebody else."""

    size = struct.calcsize("3i")

    def unpack(self, given: bytes) -> tuple[int, int, int]:
        pid, uid, gid = struct.unpack("3i", given)
        return pid, uid + 1, gid


def test_while_everything_is_locked_nothing_is_taken(heard: list[tuple[int, bytes]]) -> None:
    lock_file.lock()

    handing.hand_over(4, b"\x05" * 32)

    assert heard == []
    lock_file.unlock()


def test_without_a_worker_nobody_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INNER_CONFIG", str(tmp_path / "inner.json"))

    with pytest.raises(NobodyListens):
        handing.hand_over(4, b"\x05" * 32)
