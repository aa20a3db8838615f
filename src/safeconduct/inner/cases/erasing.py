"""How is a case erased so that nothing of it is left here?"""

import os

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from safeconduct.audit.actions import record
from safeconduct.handover.reaching.actions import send_out, withdraw
from safeconduct.handover.reaching.models import OutboxRow
from safeconduct.inner.cases import rules
from safeconduct.inner.cases.models import Attachment, Case, Message, Note, Thread, Tombstone
from safeconduct.inner.operators.models import Operator


def erase_rows(case: Case, *, by: Operator | None) -> None:
    """Delete a locked case with everything that hangs on it, here and on the front; leave a tombstone.

    Within the caller's transaction. `by` is None where the person asked for it.
    """
    answers = case.messages.filter(direction=Message.OUT).values_list("envelope_id", flat=True)
    withdraw(bytes(dispatch_id) for dispatch_id in answers)
    lookups = [bytes(lookup) for lookup in case.threads.order_by("pk").values_list("lookup", flat=True)]
    send_out("forget_answers", {"lookups": b"".join(lookups)}, dispatch_id=os.urandom(16))
    # By filters, so that no blob is read back into memory on its way out.
    for kept in (Attachment, Message, Note, Thread):
        kept.objects.filter(case=case).delete()
    now, number = timezone.now(), case.pk
    Case.objects.filter(pk=number).delete()
    Tombstone.objects.create(
        case_number=number,
        erased_at=now,
        backups_gone_on=rules.backups_gone_on(now, term_days=settings.INNER_BACKUP_TERM_DAYS),
    )
    record(rules.STORE, "case.erased", by=by.pk if by else None, about=("case", number))


def sweep() -> int:
    """Clear what erased rows left in the database files; how many cases that concerned.

    Outside any transaction. Where somebody is reading at this moment it is done the next time.
    """
    numbers = list(Tombstone.objects.filter(swept_at=None).values_list("pk", flat=True))
    if not numbers or not _files_cleared():
        return 0
    with transaction.atomic():
        return Tombstone.objects.filter(pk__in=numbers).update(swept_at=timezone.now())


def _files_cleared() -> bool:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Deleted rows are overwritten (secure_delete); what they were still stands in the write-ahead log.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy, _, _ = cursor.fetchone()
            return not is_busy
        for kept in (Attachment, Message, Note, Thread, Case, OutboxRow):
            cursor.execute(f'VACUUM "{kept._meta.db_table}"')
    return True
