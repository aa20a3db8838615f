"""How is a case erased so that nothing of it is left here?"""

import hmac
import os
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from safeconduct.audit.actions import record
from safeconduct.audit.models import Line
from safeconduct.handover.letters import ID_BYTES
from safeconduct.handover.reaching.actions import never_take_again, send_out, withdraw
from safeconduct.handover.reaching.models import OutboxRow
from safeconduct.inner.cases import journal, rules, second_codes
from safeconduct.inner.cases.journal import Erasure
from safeconduct.inner.cases.models import (
    Attachment,
    Case,
    Draft,
    JournalLine,
    Message,
    Note,
    SecondCode,
    Thread,
    Tombstone,
    Wipe,
)
from safeconduct.inner.operators.clearing import clear_files
from safeconduct.inner.operators.models import Operator
from safeconduct.inner.operators.secret_file import key_for

_CLEARED = (Attachment, Draft, Message, Note, Thread, SecondCode, Case, OutboxRow, JournalLine)


def wipe(case: Case | None, lookups: Sequence[bytes], *, at: datetime) -> None:
    """The person wiped these threads at `at`: what was sent until then goes, also where it is still on its way.

    Within the caller's transaction; `case` is locked. An unknown thread has no case, and is remembered alike.
    """
    marks = [_mark(lookup) for lookup in lookups]
    if case is None:
        _remember(marks, at)
        journal.note(Erasure(0, _hexes(marks), wiped_at=at.isoformat()))
        return
    # Before its threads are moved: they name the case in the journal. Those of second codes are wiped with it.
    marks = list(dict.fromkeys([*marks, *_marks_of(case)]))
    _remember(marks, at)
    _spare_what_is_newer(case, at)
    _erase(case, by=None, verb="case.erased", marks=marks, wiped_at=at.isoformat())


def is_wiped(lookups: Sequence[bytes], *, arrived_at: datetime) -> bool:
    """Was the thread wiped after this arrived? Within the same minute nobody knows, and nothing is lost."""
    return Wipe.objects.filter(mark__in=[_mark(lookup) for lookup in lookups], wiped_at__gt=arrived_at).exists()


def erase_rows(case: Case, *, by: Operator | None, verb: str = "case.erased") -> Tombstone:
    """Delete a locked case with everything that hangs on it, here and on the front; leave a tombstone.

    Within the caller's transaction. `by` is None where the term asked for it; `verb` says which.
    """
    return _erase(case, by=by, verb=verb, marks=_marks_of(case))


@transaction.atomic
def erase_again(erased: Erasure) -> bool:
    """After a restore: what was erased once is erased once more, and is not taken in again; was it back?

    Number and thread must both be those of then: a number alone could be another person's.
    """
    marks = [bytes.fromhex(mark) for mark in erased.marks]
    if erased.wiped_at:
        _remember(marks, datetime.fromisoformat(erased.wiped_at))
    never_take_again(map(bytes.fromhex, erased.envelopes))
    if not erased.case or Tombstone.objects.filter(pk=erased.case).exists():
        return False
    case = Case.objects.select_for_update().filter(pk=erased.case).first()
    if case is None:
        _leave_tombstone(erased, verb="case.erased_again", by=None)
        return False
    if not set(marks) & set(_marks_of(case)):
        return False
    if erased.wiped_at:
        _spare_what_is_newer(case, datetime.fromisoformat(erased.wiped_at))
    _erase(case, by=None, verb="case.erased_again", marks=marks, then=erased)
    return True


def _erase(
    case: Case,
    *,
    by: Operator | None,
    verb: str,
    marks: Sequence[bytes],
    wiped_at: str = "",
    then: Erasure | None = None,
) -> Tombstone:
    """`then`: how it was erased the first time, where this is a repetition."""
    erased = then or _described(case, marks, wiped_at)
    answers = case.messages.filter(direction=Message.OUT).values_list("envelope_id", flat=True)
    withdraw(bytes(dispatch_id) for dispatch_id in answers)
    for second in case.second_codes.select_for_update():
        second_codes.drop(second)
    lookups = [bytes(lookup) for lookup in case.threads.order_by("pk").values_list("lookup", flat=True)]
    if lookups:
        # The same dispatch once more changes nothing: answers that the person got since stay.
        send_out("forget_answers", {"lookups": b"".join(lookups)}, dispatch_id=bytes.fromhex(erased.forgetting))
    # By filters, so that no blob is read back into memory on its way out.
    for kept in (Attachment, Draft, Message, Note, Thread):
        kept.objects.filter(case=case).delete()
    Case.objects.filter(pk=case.pk).delete()
    if then is None:
        journal.note(erased)
    return _leave_tombstone(erased, verb=verb, by=by)


def _described(case: Case, marks: Sequence[bytes], wiped_at: str) -> Erasure:
    now = timezone.now()
    letters = case.messages.filter(direction=Message.IN)
    ids = [*letters.values_list("envelope_id", flat=True), *case.attachments.values_list("envelope_id", flat=True)]
    return Erasure(
        case=case.pk,
        marks=_hexes(marks),
        wiped_at=wiped_at,
        erased_at=now.isoformat(),
        backups_gone_on=rules.backups_gone_on(
            timezone.localtime(now), term_days=settings.INNER_BACKUP_TERM_DAYS
        ).isoformat(),
        forgetting=os.urandom(ID_BYTES).hex(),
        envelopes=_hexes(ids),
        letters=letters.count(),
        answers=case.messages.filter(direction=Message.OUT).count(),
        files=case.attachments.count(),
        notes=case.notes_kept.count(),
    )


def _leave_tombstone(erased: Erasure, *, verb: str, by: Operator | None) -> Tombstone:
    record(rules.STORE, verb, by=by.pk if by else None, about=("case", erased.case))
    return Tombstone.objects.create(
        case_number=erased.case,
        erased_at=datetime.fromisoformat(erased.erased_at),
        backups_gone_on=date.fromisoformat(erased.backups_gone_on),
        letters=erased.letters,
        answers=erased.answers,
        files=erased.files,
        notes=erased.notes,
        # The chain is held until this transaction ends, so the last line is ours.
        audit_seq=Line.objects.filter(store=rules.STORE).aggregate(last=Max("seq"))["last"],
    )


def sweep() -> int:
    """Clear what erased rows left in the database files; how many cases that concerned.

    Outside any transaction. Where somebody is reading at this moment it is done the next time.
    """
    Wipe.objects.filter(wiped_at__lt=timezone.now() - rules.WIPES_REMEMBERED).delete()
    numbers = list(Tombstone.objects.filter(swept_at=None).values_list("pk", flat=True))
    if not numbers or not clear_files(*_CLEARED):
        return 0
    with transaction.atomic():
        return Tombstone.objects.filter(pk__in=numbers).update(swept_at=timezone.now())


def _spare_what_is_newer(case: Case, at: datetime) -> None:
    """The wipe was held up, and the person has written again since: those letters begin a case of their own."""
    for second in (None, *case.second_codes.all()):
        _spare_under(case.threads.filter(second=second), case, at)


def _spare_under(threads: QuerySet[Thread], case: Case, at: datetime) -> None:
    """Of one code each: the link between two codes was wiped with the rest."""
    letters = Message.objects.filter(case=case, thread__in=threads, direction=Message.IN, at__gt=at)
    files = Attachment.objects.filter(case=case, thread__in=threads, at__gt=at)
    since = min((one.at for one in (letters.first(), files.first()) if one), default=None)
    if since is None:
        return
    begun = Case.objects.create(
        opened_at=since,
        channel=case.channel,
        language=case.language,
        window=case.window,
        about=case.about,
        danger=case.danger,
        clock=rules.FIRST_ANSWER,
        clock_since=since,
        last_word_at=case.last_word_at,
    )
    for moved in (letters, files):
        moved.update(case=begun)
    # As if the code had never been ours: so it looks where the wipe comes in time.
    threads.update(case=begun, second=None, is_ours=False)
    record(rules.STORE, "case.opened", by=None, about=("case", begun.pk))


def _remember(marks: Sequence[bytes], at: datetime) -> None:
    for mark in marks:
        kept, _ = Wipe.objects.get_or_create(mark=mark, defaults={"wiped_at": at})
        Wipe.objects.filter(pk=kept.pk, wiped_at__lt=at).update(wiped_at=at)


def _marks_of(case: Case) -> list[bytes]:
    return [_mark(bytes(lookup)) for lookup in case.threads.order_by("pk").values_list("lookup", flat=True)]


def _hexes(values: Iterable[bytes | memoryview]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(bytes(value).hex() for value in values))


def _mark(lookup: bytes) -> bytes:
    return hmac.digest(key_for("wiped"), lookup, "sha256")
