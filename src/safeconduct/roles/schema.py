"""Is the database of this wing from the version that runs? `python -m safeconduct.roles.schema [--migrate]`.

A process of its own, so that the supervisor loads no framework. The settings module is the caller's.
"""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress

import django
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

AWAY = 3  # the status of this process where a database does not answer


class SchemaDiffers(Exception):
    """A database cannot be used as it is. The message is one sentence that says what to do."""


class SchemaIsOlder(SchemaDiffers):
    """Its migrations can be run."""


class DatabaseAway(SchemaDiffers):
    """It may well be of this version; nobody can see now."""


def check(aliases: Iterable[str] = ()) -> None:
    """Raises `SchemaDiffers` for the first of `aliases`, or of all, that is not from this version."""
    for alias in aliases or connections:
        try:
            executor = MigrationExecutor(connections[alias])
        except DatabaseError:
            raise DatabaseAway(f"The database “{alias}” does not answer: start it or mend its address.") from None
        known = set(executor.loader.disk_migrations)
        known |= {old for migration in executor.loader.disk_migrations.values() for old in migration.replaces}
        if set(executor.loader.applied_migrations) - known:
            raise SchemaDiffers(f"The database “{alias}” is from a newer version of Safeconduct: install that version.")
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise SchemaIsOlder(f"The database “{alias}” is new or from an older version: run it with --migrate first.")


def migrate() -> None:
    """Bring every database of this wing to this version; one from a newer version is left alone."""
    with suppress(SchemaIsOlder):
        check()
    for alias in connections:
        if connections[alias].vendor == "postgresql":
            # The limit is meant for who waits for an answer; a table of years is changed in one statement.
            with connections[alias].cursor() as cursor:
                cursor.execute("SET statement_timeout = 0")
        call_command("migrate", database=alias, interactive=False, verbosity=0)


def main() -> None:
    os.umask(0o077)  # databases are for this account alone
    django.setup()
    try:
        migrate() if "--migrate" in sys.argv[1:] else check()
    except DatabaseAway as away:
        sys.stderr.write(f"safeconduct: {away}\n")
        sys.exit(AWAY)
    except SchemaDiffers as difference:
        sys.exit(f"safeconduct: {difference}")


if __name__ == "__main__":
    main()
