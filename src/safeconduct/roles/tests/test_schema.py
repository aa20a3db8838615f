"""A database is brought to this version in as much time as that takes."""

from pathlib import Path

from safeconduct.roles.tests.places import FrontFolder
from tests.postgres import Cluster


def test_no_limit_of_time_breaks_a_migration_off(tmp_path: Path) -> None:
    cluster = Cluster()
    try:
        front = FrontFolder(tmp_path)
        front.config["FRONT_DATABASE_URL"] = cluster.new_database()
        front.write()
        cluster.refuse_hurry(front.config["FRONT_DATABASE_URL"])

        front.migrated()

        assert front.starts() == ""
    finally:
        cluster.remove()
