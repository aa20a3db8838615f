"""Everything is locked: by one person at the machine, or by two at their desks; two holders bring it back.

The file (`operators/lock_file.py`) locks; what follows in the database is carried out by whoever comes to it first, the
one who locked or the worker.
"""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from safeconduct.audit.actions import record
from safeconduct.inner.duty import rules
from safeconduct.inner.duty.actions import SITE, sweep
from safeconduct.inner.duty.alarms import ring
from safeconduct.inner.duty.models import Alarm, LockAsked, SiteLock
from safeconduct.inner.operators import lock_file
from safeconduct.inner.operators.actions import TWO_HOLDERS
from safeconduct.inner.operators.clearing import clear_files
from safeconduct.inner.operators.errors import NotAdmitted
from safeconduct.inner.operators.lookups import check_admitted
from safeconduct.inner.operators.models import Operator
from safeconduct.inner.operators.rules import APPEALS

ALARM = "site_locked"


def asked(now: datetime, *, seen_by: Operator | None = None) -> LockAsked | None:
    """Who has asked for the lock within the last two minutes? Who is under duress hears of nobody but himself."""
    open_ones = LockAsked.objects.filter(asked_at__gt=now - rules.LOCK_ASKED_FOR, confirmed_by=None)
    if seen_by is not None and seen_by.is_under_duress:
        open_ones = open_ones.filter(by=seen_by)
    return open_ones.select_related("by").order_by("pk").first()


def press(*, by: Operator) -> bool:
    """`by` wants everything locked. The first who says so asks; the second, another one within two minutes, locks.

    Whether it is locked now. Again by the same operator changes nothing. Who is under duress asks as everybody does,
    and others may confirm it; he confirms nobody, since on an empty shift there is nobody who could have asked.
    """
    if not _is_agreed(by):
        return False
    lock_file.lock()
    keep_up()
    return True


@transaction.atomic
def _is_agreed(by: Operator) -> bool:
    # Held, so that two who press at the same moment are a first and a second.
    list(Operator.objects.select_for_update(no_key=True).filter(suspended_at=None).order_by("pk"))
    now = timezone.now()
    open_one = asked(now, seen_by=by)
    if open_one is None:
        LockAsked.objects.create(by=by, asked_at=now)
        record(SITE, "site.lock_asked", by=by.pk, about=("operator", by.pk))
        return False
    if open_one.by_id == by.pk:
        return False
    LockAsked.objects.filter(pk=open_one.pk).update(confirmed_by=by)
    record(SITE, "site.lock_confirmed", by=by.pk, about=("operator", open_one.by_id))
    return True


def keep_up() -> None:
    """File and database agree afterwards, and where they did not, the lock stands. The worker asks again and again."""
    with lock_file.one_at_a_time():
        since = lock_file.locked_since()
        if since is not None:
            _carry_out(since)
        elif not_resumed := SiteLock.objects.filter(resumed_at=None).first():
            # Somebody took the file away, or a database came back that was saved under a lock: two holders are to look.
            lock_file.lock(not_resumed.since)


@transaction.atomic
def _carry_out(since: datetime) -> None:
    """What the lock means in the database: every session ends, and it rings. Once, however often called."""
    known = timezone.now() if since == lock_file.UNKNOWN else since
    _, is_new = SiteLock.objects.get_or_create(resumed_at=None, defaults={"since": known})
    if is_new:
        end_sessions()
        ring(ALARM)  # with its line in the audit
        transaction.on_commit(lambda: clear_files(Session))


def resume(*, by: TWO_HOLDERS) -> None:
    """Two holders of the appeals unlock. Raises `NotAdmitted` where they are not two who hold it; locked it stays."""
    if by[0].verifying_key == by[1].verifying_key:
        raise NotAdmitted(by[0].operator.pk)
    for keys in by:
        check_admitted(Operator.objects.get(pk=keys.operator.pk), APPEALS)
    with lock_file.one_at_a_time():
        _note_resumed(by)
        # Last: where anything before fails, everything stays locked.
        lock_file.unlock()


@transaction.atomic
def _note_resumed(by: TWO_HOLDERS) -> None:
    now = timezone.now()
    SiteLock.objects.filter(resumed_at=None).update(resumed_at=now)
    # Once more: a log-in may have been under way when everything was locked.
    end_sessions()
    Alarm.objects.filter(kind=ALARM, taken_at=None).update(taken_at=now, taken_by=by[0].operator)
    for keys in by:
        record(SITE, "site.resumed", by=keys.operator.pk, about=("operator", keys.operator.pk))


def end_sessions() -> None:
    """Every session of everybody, with the keys that are locked in it; the shift is over and owns no case."""
    Session.objects.all().delete()
    Operator.objects.update(session_round=F("session_round") + 1, seen_at=None)
    sweep()
