"""The fixed people, and nobody has come on shift yet."""

import pytest

from tests.people import Headquarters, marta, nadia, new_headquarters, olena, soldier, taras

__all__ = ["marta", "nadia", "olena", "soldier", "taras"]


@pytest.fixture
def headquarters(db: None) -> Headquarters:
    return new_headquarters(on_shift=False)
