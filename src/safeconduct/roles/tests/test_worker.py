"""The worker goes on whatever happens to one of its steps, and ends when it is told to."""

import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from safeconduct.handover.reaching.errors import FrontUnreachable
from safeconduct.inner.cases import retention
from safeconduct.inner.operators import duress
from safeconduct.inner.operators.models import EpochWrap
from safeconduct.roles.worker import Emptied, Sweep, do_what_is_due, end_what_is_over, go_on, sweeps_under_lock
from tests.people import new_headquarters

pytestmark = pytest.mark.django_db  # between its steps the worker looks after its connections

AT_ONCE = timedelta(milliseconds=1)
GO_ON = threading.Event()


@pytest.fixture(autouse=True)
def quick_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safeconduct.roles.worker.LONGEST_PAUSE", AT_ONCE)


@pytest.mark.parametrize("trouble", [RuntimeError("words of a person"), FrontUnreachable()])
def test_a_step_that_fails_is_taken_again_and_its_words_stay_out_of_the_log(
    trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    stop, taken = threading.Event(), []

    def step() -> timedelta:
        taken.append(1)
        if len(taken) < 4:
            raise trouble
        stop.set()
        return AT_ONCE

    with caplog.at_level(logging.DEBUG):
        go_on(step, stop)

    assert len(taken) == 4
    assert "words" not in caplog.text


def test_a_long_pause_ends_when_the_worker_is_told_to_end() -> None:
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    began = time.monotonic()

    go_on(lambda: timedelta(hours=1), stop)

    assert time.monotonic() - began < 2


def test_a_sweep_that_fails_does_not_keep_the_others_from_being_done() -> None:
    done = []

    def fails() -> None:
        raise RuntimeError

    do_what_is_due([Sweep("first", AT_ONCE, fails), Sweep("second", AT_ONCE, lambda: done.append("second"))], GO_ON)

    assert done == ["second"]


def test_a_sweep_is_done_again_when_it_is_due_and_not_before() -> None:
    done: list[str] = []
    often = Sweep("often", timedelta(), lambda: done.append("often"))
    seldom = Sweep("seldom", timedelta(hours=1), lambda: done.append("seldom"))

    for _ in range(3):
        do_what_is_due([often, seldom], GO_ON)

    assert sorted(done) == ["often", "often", "often", "seldom"]


def test_nothing_ends_by_its_term_before_all_that_waited_on_the_front_has_come_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After a month in the dark a visit lies on the front that puts off an end."""
    monkeypatch.setattr(retention, "sweep", lambda: 1)
    front = Emptied()
    assert end_what_is_over(front) == 0

    front.note(3, held=0)
    assert end_what_is_over(front) == 0, "there may be more"
    front.note(0, held=1)
    assert end_what_is_over(front) == 0, "one of them could not be taken"
    front.note(0, held=0)
    assert end_what_is_over(front) == 1

    front.at = datetime.now(UTC) - timedelta(minutes=3)
    assert end_what_is_over(front) == 0, "the front has not been heard since"


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_from_a_forced_operator_leaves_the_files_of_the_database() -> None:
    """Who forces the words out of him and takes the disk as well must not find his wraps there."""
    olena = new_headquarters().olena.operator
    blob = bytes(EpochWrap.objects.get(operator=olena).blob)
    duress.begin(olena)

    do_what_is_due(sweeps_under_lock(), GO_ON)

    if connection.vendor == "sqlite":
        files = list(Path(connection.settings_dict["NAME"]).parent.glob("test.sqlite3*"))
        assert len(files) >= 2
        assert not [file.name for file in files if blob in file.read_bytes()]
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = %s", [EpochWrap._meta.db_table])
            assert cursor.fetchone() == (0,)
