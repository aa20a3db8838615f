"""Inner's client, and the stand-in for the front that it speaks to."""

from collections.abc import Iterator

import pytest

from safeconduct.handover.reaching.client import FrontClient
from safeconduct.handover.reaching.tests.front import Front, serving


@pytest.fixture
def front() -> Front:
    return Front()


@pytest.fixture
def client(front: Front) -> Iterator[FrontClient]:
    with serving(front) as url:
        yield front.client(url)
