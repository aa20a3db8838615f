"""What has had its time goes, in every room of the front."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from safeconduct.handover.serving import actions, sweeping
from safeconduct.handover.serving.sweeping import register_sweep, sweep_all

NOW = datetime(2026, 3, 1, 2, 14, tzinfo=UTC)


def test_the_handover_itself_is_swept() -> None:
    assert actions.sweep in sweeping._sweeps


@pytest.fixture
def swept(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(sweeping, "_sweeps", [])
    return []


def room(name: str, swept: list[str], *, fails: bool = False) -> Callable[[datetime], None]:
    def sweep(now: datetime) -> None:
        assert now == NOW
        if fails:
            raise RuntimeError("words of a person")
        swept.append(name)

    return sweep


def test_each_room_sweeps_once_a_turn_also_where_it_registered_twice(swept: list[str]) -> None:
    web = room("web", swept)
    register_sweep(web)
    register_sweep(web)

    sweep_all(NOW)

    assert swept == ["web"]


def test_a_room_that_fails_does_not_keep_the_others_from_it(swept: list[str], caplog: pytest.LogCaptureFixture) -> None:
    register_sweep(room("pages", swept, fails=True))
    register_sweep(room("web", swept))

    sweep_all(NOW)

    assert swept == ["web"]
    assert "words of a person" not in caplog.text
