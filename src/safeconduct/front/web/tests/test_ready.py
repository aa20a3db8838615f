"""What the forms cannot do without stops the start, in a sentence that names it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from safeconduct.front.web import form_keys, keys, texts
from safeconduct.front.web.errors import NotReady
from safeconduct.front.web.ready import check_ready

CACHED = (texts.approved, keys.keys_with, form_keys.form_keys)


@pytest.fixture(autouse=True)
def read_anew() -> Iterator[None]:
    for cached in CACHED:
        cached.cache_clear()
    yield
    for cached in CACHED:
        cached.cache_clear()


def test_a_front_that_is_as_it_should_be_is_ready() -> None:
    check_ready()


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '["nothing"]', '["00"]', "[1]"])
def test_without_peppers_it_is_not(settings: LazySettings, tmp_path: Path, content: str | None) -> None:
    settings.FRONT_PEPPERS = tmp_path / "peppers.json"
    if content is not None:
        settings.FRONT_PEPPERS.write_text(content)

    with pytest.raises(NotReady, match="FRONT_PEPPERS"):
        check_ready()


def test_without_a_key_of_the_store_it_is_not(settings: LazySettings) -> None:
    settings.FRONT_STORES = {}

    with pytest.raises(NotReady, match="FRONT_STORES"):
        check_ready()


@pytest.mark.parametrize("content", [None, b"", b"untrusted comment: x\nnothing\n"])
def test_without_the_pages_key_it_is_not(settings: LazySettings, tmp_path: Path, content: bytes | None) -> None:
    settings.FRONT_PAGES_KEY = tmp_path / "pages.pub"
    if content is not None:
        settings.FRONT_PAGES_KEY.write_bytes(content)

    with pytest.raises(NotReady, match="FRONT_PAGES_KEY"):
        check_ready()


def test_with_confirmations_that_were_changed_it_is_not(settings: LazySettings, tmp_path: Path) -> None:
    signed = Path(settings.FRONT_CONFIRMATIONS)
    settings.FRONT_CONFIRMATIONS = tmp_path / signed.name
    settings.FRONT_CONFIRMATIONS.write_bytes(signed.read_bytes() + b"\n")
    (tmp_path / f"{signed.name}.sig").write_bytes(signed.with_name(f"{signed.name}.sig").read_bytes())

    with pytest.raises(NotReady, match="FRONT_CONFIRMATIONS"):
        check_ready()


@pytest.mark.parametrize(
    ("reviewed", "said"),
    [
        ((), "No page can be shown"),
        (("interface",), "Nobody can write"),
        (("interface", "what-not-to-write"), "Nobody can write"),
        (("interface", "what-not-to-write", "what-deletion-can-do"), ""),
        (("interface", "script:appeal"), ""),
    ],
)
def test_what_cannot_be_offered_yet_is_told_in_one_line(
    confirmed: Callable[..., None], caplog: pytest.LogCaptureFixture, reviewed: tuple[str, ...], said: str
) -> None:
    confirmed(*((id, "ru") for id in reviewed))

    check_ready()

    assert [record.getMessage()[: len(said)] for record in caplog.records] == ([said] if said else [])


def test_with_a_folder_for_form_keys_that_others_can_enter_it_is_not(settings: LazySettings, tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o755)
    settings.FRONT_TMPFS_DIR = tmp_path / "open"

    with pytest.raises(NotReady, match="FRONT_TMPFS_DIR"):
        check_ready()
