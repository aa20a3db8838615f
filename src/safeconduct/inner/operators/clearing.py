"""What becomes of deleted rows in the database's own files?"""

from django.db import connection
from django.db.models import Model


def clear_files(*tables: type[Model]) -> bool:
    """Overwrite what was deleted from `tables`; False where somebody is reading at this moment, and it is to be tried
    again. Outside any transaction.

    How far that goes: docs/threat-model.md.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Deleted rows are overwritten (secure_delete); what they were still stands in the write-ahead log.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy, _, _ = cursor.fetchone()
            return not is_busy
        # The limit is meant for the desk; a table with years of files takes longer.
        cursor.execute("SET statement_timeout = 0")
        try:
            for table in tables:
                cursor.execute(f'VACUUM "{table._meta.db_table}"')
        finally:
            cursor.execute("RESET statement_timeout")
    return True
