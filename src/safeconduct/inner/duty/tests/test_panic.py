"""Two people lock, one alone does not, and two holders bring it back."""

import errno
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.utils import timezone

from safeconduct.audit.models import Line
from safeconduct.inner.duty import actions as duty
from safeconduct.inner.duty import panic
from safeconduct.inner.duty.lookups import on_shift
from safeconduct.inner.duty.models import Alarm, LockAsked, SiteLock
from safeconduct.inner.operators import lock_file
from safeconduct.inner.operators.errors import NotAdmitted
from safeconduct.inner.operators.models import Operator
from tests.people import Colleague, Headquarters

SINCE = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Inner's configuration lies in a folder of its own, so that no lock outlives its test."""
    monkeypatch.setenv("INNER_CONFIG", str(tmp_path / "inner.json"))
    yield tmp_path
    (tmp_path / "locked").unlink(missing_ok=True)


def verbs() -> list[str]:
    return list(Line.objects.filter(store="site").order_by("seq").values_list("verb", flat=True))


def test_the_second_of_two_locks(olena: Colleague, taras: Colleague) -> None:
    assert panic.press(by=olena.operator) is False
    assert not lock_file.is_locked()

    assert panic.press(by=taras.operator) is True

    assert lock_file.is_locked()
    assert verbs()[-3:] == ["site.lock_asked", "site.lock_confirmed", "alarm.site_locked"]


def test_one_alone_locks_nobody_out_however_often_pressed(olena: Colleague) -> None:
    for _ in range(3):
        assert panic.press(by=olena.operator) is False

    assert not lock_file.is_locked()
    assert verbs().count("site.lock_asked") == 1


def test_after_two_minutes_the_second_is_a_first(olena: Colleague, taras: Colleague) -> None:
    panic.press(by=olena.operator)
    LockAsked.objects.update(asked_at=timezone.now() - timedelta(minutes=2, seconds=1))

    assert panic.asked(timezone.now()) is None
    assert panic.press(by=taras.operator) is False
    assert not lock_file.is_locked()
    assert panic.press(by=olena.operator) is True


def test_no_row_says_that_somebody_confirmed_himself(olena: Colleague) -> None:
    panic.press(by=olena.operator)

    with pytest.raises(IntegrityError), transaction.atomic():
        LockAsked.objects.update(confirmed_by=olena.operator)


def test_every_session_ends_and_the_shift_owns_nothing(olena: Colleague, taras: Colleague) -> None:
    for colleague in (olena, taras):
        duty.come_on(colleague.operator)
    Session.objects.create(session_key="a" * 32, session_data="x", expire_date=timezone.now() + timedelta(hours=1))
    rounds = {one.pk: one.session_round for one in Operator.objects.all()}

    lock_file.lock(SINCE)
    panic.keep_up()

    assert not Session.objects.exists()
    assert {one.pk: one.session_round - 1 for one in Operator.objects.all()} == rounds
    assert on_shift() == []


def test_what_a_lock_means_is_carried_out_once(olena: Colleague) -> None:
    lock_file.lock(SINCE)
    for _ in range(3):
        panic.keep_up()

    assert Alarm.objects.filter(kind=panic.ALARM).count() == 1
    assert Operator.objects.get(pk=olena.operator.pk).session_round == 1


def test_two_holders_bring_it_back_and_the_lines_name_both(headquarters: Headquarters) -> None:
    lock_file.lock()
    panic.keep_up()

    panic.resume(by=(headquarters.olena.keys, headquarters.taras.keys))

    assert not lock_file.is_locked()
    panic.keep_up()
    assert not lock_file.is_locked()
    signed = Line.objects.filter(verb="site.resumed").values_list("actor", flat=True)
    assert set(signed) == {headquarters.olena.operator.pk, headquarters.taras.operator.pk}
    assert not Alarm.objects.filter(taken_at=None).exists()
    assert Operator.objects.get(pk=headquarters.olena.operator.pk).session_round == 2, "a log-in was under way"


def test_one_twice_or_somebody_who_holds_nothing_does_not(headquarters: Headquarters) -> None:
    lock_file.lock()
    olena, marta = headquarters.olena.keys, headquarters.marta.keys

    for pair in ((olena, olena), (olena, marta)):
        with pytest.raises(NotAdmitted):
            panic.resume(by=pair)

    assert lock_file.is_locked()


def test_a_file_that_was_taken_away_comes_back_with_the_same_moment(headquarters: Headquarters) -> None:
    since = lock_file.lock()
    panic.keep_up()
    lock_file.unlock()

    panic.keep_up()

    assert lock_file.locked_since() == since


def test_a_row_says_nothing_without_the_file(folder: Path, headquarters: Headquarters) -> None:
    lock_file.lock()
    panic.keep_up()

    SiteLock.objects.update(resumed_at=timezone.now())

    panic.keep_up()
    assert lock_file.is_locked()


@pytest.mark.parametrize("content", [b"", b"tomorrow", b"2026-11-22T18:00:00", b"\xff\xfe"])
def test_a_file_that_says_nothing_locks_as_well(folder: Path, content: bytes) -> None:
    (folder / "locked").write_bytes(content)

    assert lock_file.locked_since() == lock_file.UNKNOWN


def test_two_locks_of_which_nobody_knows_since_when_are_two(folder: Path, headquarters: Headquarters) -> None:
    for _ in range(2):
        (folder / "locked").touch()
        panic.keep_up()
        panic.resume(by=(headquarters.olena.keys, headquarters.taras.keys))

    assert SiteLock.objects.count() == Alarm.objects.filter(kind=panic.ALARM).count() == 2
    assert SiteLock.objects.latest("pk").since > SINCE


def test_a_full_disk_is_locked_all_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", is_full)
    with suppress(OSError):  # the folder cannot be made safe either
        lock_file.lock()

    assert lock_file.locked_since() == lock_file.UNKNOWN
    assert [file.name for file in folder.iterdir()] == ["locked"]


def test_a_lock_that_stands_is_not_made_younger() -> None:
    assert lock_file.lock(SINCE) == lock_file.lock() == SINCE
