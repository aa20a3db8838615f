"""An alarm rings for those whom it concerns, and outside, until somebody takes it; and the program that carries it out
can neither hold anybody up nor learn anything."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from safeconduct.audit.models import Line
from safeconduct.inner.duty.actions import come_on
from safeconduct.inner.duty.alarms import (
    REPEATED_EVERY,
    alarm_for,
    break_glass,
    call_what_rings,
    ring,
    ringing,
    take,
)
from safeconduct.inner.duty.command import AlarmCommand
from safeconduct.inner.duty.errors import NoSuchAlarm
from safeconduct.inner.duty.models import Alarm
from safeconduct.inner.operators import actions as operators
from safeconduct.inner.operators.models import Operator, RoleHeld
from tests.people import Colleague, Headquarters, Writer, enrol


@pytest.fixture
def oksana(headquarters: Headquarters) -> Operator:
    """A supervisor."""
    return enrol("oksana", "Оксана", "supervisor").operator


@pytest.fixture
def petro(headquarters: Headquarters) -> Operator:
    """Another one."""
    return enrol("petro", "Петро", "supervisor").operator


def lines_of(alarm: Alarm, verb: str) -> list[tuple[int | None, str, int | None]]:
    lines = Line.objects.filter(store="site", verb=verb).order_by("seq")
    return [(line.actor, line.about_kind, line.about_id) for line in lines if line.moment >= alarm.rung_at]


# --- at the desk


def test_an_alarm_rings_for_supervisors_and_for_nobody_else(
    olena: Colleague, taras: Colleague, marta: Colleague, oksana: Operator
) -> None:
    alarm = ring("bulk_reading", by=olena.operator)

    assert ringing(oksana) == (alarm,)
    for other in (olena, taras, marta):
        assert ringing(other.operator) == ()
    assert lines_of(alarm, "alarm.bulk_reading") == [(None, "operator", olena.operator.pk)]


def test_it_rings_no_more_once_somebody_has_taken_it(olena: Colleague, oksana: Operator, petro: Operator) -> None:
    alarm = ring("bulk_reading", by=olena.operator)

    take(alarm_for(petro, alarm.pk), by=petro)

    assert ringing(oksana) == ringing(petro) == ()
    assert lines_of(alarm, "alarm.taken") == [(petro.pk, "alarm", alarm.pk)]


def test_of_two_who_take_it_at_once_one_has_it(olena: Colleague, oksana: Operator, petro: Operator) -> None:
    alarm = ring("bulk_reading", by=olena.operator)
    seen_by_both = alarm_for(oksana, alarm.pk)
    take(seen_by_both, by=petro)

    with pytest.raises(NoSuchAlarm):
        take(seen_by_both, by=oksana)

    assert lines_of(alarm, "alarm.taken") == [(petro.pk, "alarm", alarm.pk)]


def test_a_supervisor_does_not_silence_the_alarm_about_himself(oksana: Operator, petro: Operator) -> None:
    alarm = ring("bulk_reading", by=petro)

    assert ringing(petro) == ()
    with pytest.raises(NoSuchAlarm):
        take(alarm, by=petro)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alarm.objects.update(taken_at=timezone.now(), taken_by=petro)
    assert ringing(oksana) == (alarm,)


def test_who_is_the_only_supervisor_is_told_of_to_seniors_and_without_any_to_operators(
    olena: Colleague, taras: Colleague, oksana: Operator
) -> None:
    ring("break_glass", by=oksana)
    ring("break_glass", by=taras.operator)

    assert [alarm.because_of for alarm in ringing(taras.operator)] == [oksana]
    assert [alarm.because_of for alarm in ringing(oksana)] == [taras.operator]
    assert ringing(olena.operator) == ()

    RoleHeld.objects.filter(operator=taras.operator).update(role="operator")
    assert [alarm.because_of for alarm in ringing(olena.operator)] == [oksana]


def test_who_stands_on_both_sides_by_hand_is_rung_for_nothing(olena: Colleague, oksana: Operator) -> None:
    RoleHeld.objects.create(operator=oksana, role="auditor")

    ring("break_glass", by=olena.operator)

    assert ringing(oksana) == ()


def test_broken_glass_rings_in_the_same_transaction_and_says_who_which_and_why(
    olena: Colleague, oksana: Operator, soldier: Writer
) -> None:
    come_on(olena.operator)
    soldier.opens()

    glass = break_glass(soldier.case.number, reason="danger", by=olena.operator)

    (alarm,) = ringing(oksana)
    assert (alarm.because_of, alarm.glass) == (olena.operator, glass)
    assert lines_of(alarm, "alarm.break_glass") == [(None, "case", soldier.case.number)]
    assert break_glass(soldier.case.number, reason="danger", by=olena.operator) == glass
    assert ringing(oksana) == (alarm,)


def test_missing_taken_and_not_for_him_are_the_same_answer(olena: Colleague, oksana: Operator, petro: Operator) -> None:
    alarm, taken = ring("break_glass", by=olena.operator), ring("bulk_reading", by=olena.operator)
    take(taken, by=petro)

    for who, number in ((olena.operator, alarm.pk), (oksana, taken.pk), (oksana, taken.pk + 1000)):
        with pytest.raises(NoSuchAlarm) as refusal:
            alarm_for(who, number)
        assert refusal.value.args == (number,)


def test_who_was_suspended_is_rung_for_no_more(olena: Colleague, oksana: Operator) -> None:
    ring("bulk_reading", by=olena.operator)

    operators.suspend(oksana, by=None)

    assert ringing(oksana) == ()


def test_the_line_in_the_audit_can_be_about_a_case(olena: Colleague) -> None:
    alarm = ring("break_glass", about=("case", 7), by=olena.operator)

    assert lines_of(alarm, "alarm.break_glass") == [(None, "case", 7)]


def test_an_alarm_falls_with_the_deed_that_rang_it(olena: Colleague, oksana: Operator) -> None:
    with transaction.atomic():
        ring("break_glass", by=olena.operator)
        transaction.set_rollback(True)

    assert ringing(oksana) == ()


# --- outside


def test_it_is_called_at_once_and_every_five_minutes_until_it_is_taken(olena: Colleague, oksana: Operator) -> None:
    called: list[int] = []
    now = timezone.now()
    alarm = ring("bulk_reading", by=olena.operator)

    for after in (timedelta(), timedelta(minutes=4), REPEATED_EVERY, REPEATED_EVERY * 1.5, REPEATED_EVERY * 2):
        call_what_rings(called.append, now=now + after)
    take(alarm, by=oksana)
    call_what_rings(called.append, now=now + REPEATED_EVERY * 3)

    assert called == [1, 1, 1]


def test_each_kind_is_called_once_however_many_ring_and_a_new_one_at_once(olena: Colleague, taras: Colleague) -> None:
    called: list[int] = []
    now = timezone.now()
    for who in (olena, taras):
        ring("bulk_reading", by=who.operator)
    ring("break_glass", by=olena.operator)

    call_what_rings(called.append, now=now)
    ring("bulk_reading", by=olena.operator)
    call_what_rings(called.append, now=now + timedelta(minutes=1))

    assert called == [2, 1, 1]


def test_a_command_that_raises_is_called_again_in_its_turn_only(olena: Colleague) -> None:
    def fails(_number: int) -> None:
        raise RuntimeError

    now = timezone.now()
    ring("bulk_reading", by=olena.operator)
    with pytest.raises(RuntimeError):
        call_what_rings(fails, now=now)

    assert call_what_rings(fails, now=now + timedelta(minutes=1)) == 0


Program = Callable[[str], Path]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A program of the site, in the words of a shell."""

    def written(script: str) -> Path:
        file = tmp_path / "alarm"
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o700)
        return file

    return written


def test_the_program_gets_one_number_and_nothing_else_of_ours(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INNER_SECRETS_DIR", "/a/secret/place")
    seen = tmp_path / "seen"
    with (tmp_path / "open-here").open("w"):
        script = f'{{ echo "$#:$*"; pwd; env; ls -l /proc/$$/fd; }} > {seen}'

        assert AlarmCommand(program(script))(2) is True

    said = seen.read_text()
    assert said.startswith("1:2\n/\n")
    assert "secret" not in said
    assert "DJANGO" not in said
    assert "open-here" not in said
    assert "sqlite" not in said


@pytest.mark.parametrize(("script", "said"), [("exit 3", "with status 3"), ("echo words >&2; exit 1", "status 1")])
def test_a_program_that_fails_is_told_in_the_log_without_its_words(
    program: Program, caplog: pytest.LogCaptureFixture, script: str, said: str
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert AlarmCommand(program(script))(1) is False

    assert said in caplog.text
    assert "words" not in caplog.text


def test_a_program_that_is_not_there_or_may_not_run_stops_nothing(
    program: Program, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plain = program("exit 0")
    plain.chmod(0o600)

    assert AlarmCommand(plain)(1) is False
    assert AlarmCommand(tmp_path / "nowhere")(1) is False

    assert caplog.text.count("cannot be started") == 2


def test_a_program_that_hangs_is_ended_with_all_that_it_started(program: Program, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = f"sleep 1000 & echo $! $$ > {pids}; wait"
    began = time.monotonic()

    assert AlarmCommand(program(script), ended_after=timedelta(seconds=1))(1) is False

    assert time.monotonic() - began < 30
    for pid in map(int, pids.read_text().split()):
        assert has_ended(pid)


def has_ended(pid: int) -> bool:
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_the_end_of_the_worker_ends_the_program(program: Program, tmp_path: Path) -> None:
    import threading

    pids = tmp_path / "pids"
    command = AlarmCommand(program(f"echo $$ > {pids}; exec sleep 1000"))
    calling = threading.Thread(target=command, args=(1,))
    calling.start()
    while not (pids.exists() and pids.read_text().endswith("\n")):
        time.sleep(0.02)

    command.break_off()
    calling.join(timeout=30)

    assert not calling.is_alive()
    assert has_ended(int(pids.read_text()))
