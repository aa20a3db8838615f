"""Lines are added and nothing else; a head moves on by one line at a time."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = [
    """CREATE TRIGGER audit_line_no_update BEFORE UPDATE ON audit_line
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER audit_line_no_delete BEFORE DELETE ON audit_line
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
    """CREATE TRIGGER audit_head_one_step BEFORE UPDATE ON audit_head
       WHEN NEW.store <> OLD.store OR NEW.seq <> OLD.seq + 1
       BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END""",
]
SQLITE_UNDO = [
    "DROP TRIGGER audit_line_no_update",
    "DROP TRIGGER audit_line_no_delete",
    "DROP TRIGGER audit_head_no_delete",
    "DROP TRIGGER audit_head_one_step",
]
POSTGRESQL = [
    """CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$""",
    """CREATE TRIGGER audit_line_append_only BEFORE UPDATE OR DELETE ON audit_line
       FOR EACH ROW EXECUTE FUNCTION audit_append_only()""",
    """CREATE TRIGGER audit_line_no_truncate BEFORE TRUNCATE ON audit_line
       FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()""",
    """CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
       FOR EACH ROW EXECUTE FUNCTION audit_append_only()""",
    """CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head
       FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()""",
    """CREATE TRIGGER audit_head_one_step BEFORE UPDATE ON audit_head
       FOR EACH ROW WHEN (NEW.store <> OLD.store OR NEW.seq <> OLD.seq + 1)
       EXECUTE FUNCTION audit_append_only()""",
]
POSTGRESQL_UNDO = [
    "DROP TRIGGER audit_line_append_only ON audit_line",
    "DROP TRIGGER audit_line_no_truncate ON audit_line",
    "DROP TRIGGER audit_head_no_delete ON audit_head",
    "DROP TRIGGER audit_head_no_truncate ON audit_head",
    "DROP TRIGGER audit_head_one_step ON audit_head",
    "DROP FUNCTION audit_append_only",
]


def guard(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[editor.connection.vendor]:
        editor.execute(statement)


def unguard(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in {"sqlite": SQLITE_UNDO, "postgresql": POSTGRESQL_UNDO}[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_line_and_head")]

    operations = [migrations.RunPython(guard, unguard)]
