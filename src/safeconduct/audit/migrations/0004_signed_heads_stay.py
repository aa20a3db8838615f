"""Signed heads are added and nothing else."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = [
    """CREATE TRIGGER audit_signed_head_no_update BEFORE UPDATE ON audit_signed_head
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER audit_signed_head_no_delete BEFORE DELETE ON audit_signed_head
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
]
SQLITE_UNDO = ["DROP TRIGGER audit_signed_head_no_update", "DROP TRIGGER audit_signed_head_no_delete"]
# A function of its own, so that this migration and 0002 can be undone without each other.
POSTGRESQL = [
    """CREATE FUNCTION audit_signed_heads_stay() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$""",
    """CREATE TRIGGER audit_signed_head_append_only BEFORE UPDATE OR DELETE ON audit_signed_head
       FOR EACH ROW EXECUTE FUNCTION audit_signed_heads_stay()""",
    """CREATE TRIGGER audit_signed_head_no_truncate BEFORE TRUNCATE ON audit_signed_head
       FOR EACH STATEMENT EXECUTE FUNCTION audit_signed_heads_stay()""",
]
POSTGRESQL_UNDO = [
    "DROP TRIGGER audit_signed_head_append_only ON audit_signed_head",
    "DROP TRIGGER audit_signed_head_no_truncate ON audit_signed_head",
    "DROP FUNCTION audit_signed_heads_stay",
]


def guard(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[editor.connection.vendor]:
        editor.execute(statement)


def unguard(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in {"sqlite": SQLITE_UNDO, "postgresql": POSTGRESQL_UNDO}[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_signed_head")]

    operations = [migrations.RunPython(guard, unguard)]
