"""Real processes of both wings. `--engine` (tests/postgres.py) says where both databases are."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.stories.site import Site

MakeSite = Callable[[], Site]


@pytest.fixture(scope="session")
def new_site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeSite]:
    """Makes a site of its own at each call; all of them are ended with the session."""
    sites: list[Site] = []

    def make(folder: Path | None = None) -> Site:
        databases = {}
        if request.config.getoption("--engine", "sqlite") == "postgres":
            from tests.postgres import new_databases

            databases = new_databases(request.getfixturevalue("durable_postgres"))
        sites.append(Site(folder or tmp_path_factory.mktemp("site"), databases=databases))
        return sites[-1].make()

    yield make
    for site in sites:
        site.stop()


@pytest.fixture(scope="session")
def site(new_site: MakeSite) -> Site:
    """A running site for stories that leave it as it was: others use it, too."""
    return new_site().start()


@pytest.fixture
def own_site(new_site: MakeSite) -> Iterator[Site]:
    """A running site for one story alone, which may break what it likes."""
    own = new_site().start()
    yield own
    own.stop()
