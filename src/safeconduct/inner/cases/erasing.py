"""How is a case erased so that nothing of it is left here?"""

import hmac
import os
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from safeconduct.audit.actions import record
from safeconduct.handover.reaching.actions import send_out, withdraw
from safeconduct.handover.reaching.models import OutboxRow
from safeconduct.inner.cases import rules
from safeconduct.inner.cases.models import Attachment, Case, Message, Note, Thread, Tombstone, Wipe
from safeconduct.inner.operators.models import Operator
from safeconduct.inner.operators.secret_file import key_for


def wipe(case: Case | None, lookups: Sequence[bytes], *, at: datetime) -> None:
    """The person wiped these threads at `at`: what was sent until then goes, also where it is still on its way.

    Within the caller's transaction; `case` is locked. An unknown thread has no case, and is remembered alike.
    """
    for lookup in lookups:
        kept, _ = Wipe.objects.get_or_create(mark=_mark(lookup), defaults={"wiped_at": at})
        Wipe.objects.filter(pk=kept.pk, wiped_at__lt=at).update(wiped_at=at)
    if case is not None:
        _spare_what_is_newer(case, at)
        erase_rows(case, by=None)


def is_wiped(lookups: Sequence[bytes], *, arrived_at: datetime) -> bool:
    """Was the thread wiped after this arrived? Within the same minute nobody knows, and nothing is lost."""
    return Wipe.objects.filter(mark__in=[_mark(lookup) for lookup in lookups], wiped_at__gt=arrived_at).exists()


def erase_rows(case: Case, *, by: Operator | None, verb: str = "case.erased") -> None:
    """Delete a locked case with everything that hangs on it, here and on the front; leave a tombstone.

    Within the caller's transaction. `by` is None where the person or the term asked for it; `verb` says which.
    """
    answers = case.messages.filter(direction=Message.OUT).values_list("envelope_id", flat=True)
    withdraw(bytes(dispatch_id) for dispatch_id in answers)
    lookups = [bytes(lookup) for lookup in case.threads.order_by("pk").values_list("lookup", flat=True)]
    if lookups:
        send_out("forget_answers", {"lookups": b"".join(lookups)}, dispatch_id=os.urandom(16))
    # By filters, so that no blob is read back into memory on its way out.
    for kept in (Attachment, Message, Note, Thread):
        kept.objects.filter(case=case).delete()
    now, number = timezone.now(), case.pk
    Case.objects.filter(pk=number).delete()
    Tombstone.objects.create(
        case_number=number,
        erased_at=now,
        backups_gone_on=rules.backups_gone_on(timezone.localtime(now), term_days=settings.INNER_BACKUP_TERM_DAYS),
    )
    record(rules.STORE, verb, by=by.pk if by else None, about=("case", number))


def sweep() -> int:
    """Clear what erased rows left in the database files; how many cases that concerned.

    Outside any transaction. Where somebody is reading at this moment it is done the next time.
    """
    Wipe.objects.filter(wiped_at__lt=timezone.now() - rules.WIPES_REMEMBERED).delete()
    numbers = list(Tombstone.objects.filter(swept_at=None).values_list("pk", flat=True))
    if not numbers or not _files_cleared():
        return 0
    with transaction.atomic():
        return Tombstone.objects.filter(pk__in=numbers).update(swept_at=timezone.now())


def _spare_what_is_newer(case: Case, at: datetime) -> None:
    """The wipe was held up, and the person has written again since: those letters begin a case of their own."""
    letters = Message.objects.filter(case=case, direction=Message.IN, at__gt=at)
    files = Attachment.objects.filter(case=case, at__gt=at)
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
    Thread.objects.filter(case=case).update(case=begun, is_ours=False)
    record(rules.STORE, "case.opened", by=None, about=("case", begun.pk))


def _mark(lookup: bytes) -> bytes:
    return hmac.digest(key_for("wiped"), lookup, "sha256")


def _files_cleared() -> bool:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Deleted rows are overwritten (secure_delete); what they were still stands in the write-ahead log.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy, _, _ = cursor.fetchone()
            return not is_busy
        # The limit is meant for the desk; a table with years of files takes longer.
        cursor.execute("SET statement_timeout = 0")
        try:
            for kept in (Attachment, Message, Note, Thread, Case, OutboxRow):
                cursor.execute(f'VACUUM "{kept._meta.db_table}"')
        finally:
            cursor.execute("RESET statement_timeout")
    return True
