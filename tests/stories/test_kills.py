"""Either side is killed at any moment: what was accepted is stored, and nothing twice. The long form: tests/soak."""

from tests.stories.site import Site
from tests.stories.storms import Storm, check_that_all_is_there_once


def test_whoever_is_killed_no_letter_is_lost_and_none_comes_twice(own_site: Site) -> None:
    storm = Storm(own_site, seed=1).rages(kills=8)

    assert len(storm.accepted) >= 5
    check_that_all_is_there_once(storm)
