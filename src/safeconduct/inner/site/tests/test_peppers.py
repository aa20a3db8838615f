"""When may the oldest pepper go? Not before every front has the next one, and no code from before is in use."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from safeconduct.inner.cases.models import Case
from safeconduct.inner.site import peppers
from safeconduct.inner.site.errors import PepperNeeded
from tests.people import Colleague, Writer


@pytest.fixture
def secrets(tmp_path: Path, headquarters: object) -> Path:
    (tmp_path / "front").mkdir()
    (tmp_path / "peppers.json").write_text(json.dumps(["00" * 32]))
    return tmp_path


def made(secrets: Path, days_ago: int) -> None:
    peppers.new_pepper(secrets, secrets / "front", now=datetime.now(UTC) - timedelta(days=days_ago))


def test_the_only_one_stays(secrets: Path) -> None:
    with pytest.raises(PepperNeeded, match="only pepper"):
        peppers.remove_oldest(secrets, secrets / "front")


def test_a_front_that_may_not_have_the_next_one_keeps_it_and_the_sentence_names_the_day(secrets: Path) -> None:
    made(secrets, days_ago=1)

    with pytest.raises(PepperNeeded, match=r"new codes: it stays until 2\d{3}-\d\d-\d\d"):
        peppers.remove_oldest(secrets, secrets / "front")


def test_a_case_from_before_keeps_it_and_without_one_it_goes(secrets: Path, soldier: Writer, olena: Colleague) -> None:
    soldier.opens("Зі старим кодом")
    Case.objects.update(opened_at=datetime.now(UTC) - timedelta(days=50))
    made(secrets, days_ago=40)

    with pytest.raises(PepperNeeded, match="1 cases are from before"):
        peppers.remove_oldest(secrets, secrets / "front")
    soldier.wipes()

    assert peppers.remove_oldest(secrets, secrets / "front") == 1
    assert len(json.loads((secrets / "front" / "peppers.json").read_text())) == 1
