"""The same sites as the stories have."""

from tests.stories.conftest import new_site, own_site

__all__ = ["new_site", "own_site"]
