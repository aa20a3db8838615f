"""Form keys: new each day, shared by the workers of a machine, gone with a reboot."""

import base64
import errno
import os
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from safeconduct.front.web import hidden_field
from safeconduct.front.web.errors import CannotKeepFormKeys, FormTooOld
from safeconduct.front.web.form_keys import FormKeys, form_keys
from safeconduct.front.web.hidden_field import Form, opened
from safeconduct.sealing.envelopes import lock, padded

HOUR = 3600


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    return Clock(monkeypatch)


class Clock:
    """Time as the room sees it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = time.time()
        monkeypatch.setattr(time, "time", lambda: self.now)

    def goes_on(self, hours: float) -> None:
        self.now += hours * HOUR


def test_the_key_is_new_each_day_and_the_old_one_is_kept_a_day_longer(tmp_path: Path, clock: Clock) -> None:
    keys = FormKeys(tmp_path / "tmpfs")
    first = keys.newest()
    clock.goes_on(23.9)
    assert keys.newest() == first

    clock.goes_on(0.2)
    second = keys.newest()
    assert second != first
    assert keys.all() == [second, first]

    clock.goes_on(24)
    assert first not in keys.all()
    assert second in keys.all()


def test_all_workers_of_a_machine_have_the_same_key(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from safeconduct.front.web.form_keys import FormKeys;"
        "print(FormKeys(Path(sys.argv[1])).newest().hex())"
    )
    workers = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "tmpfs")], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]

    assert len({worker.communicate()[0] for worker in workers}) == 1


def test_a_reboot_ends_what_was_under_way(tmp_path: Path) -> None:
    before = FormKeys(tmp_path / "tmpfs").newest()
    (tmp_path / "tmpfs" / "form-keys").unlink()

    assert before not in FormKeys(tmp_path / "tmpfs").all()


def test_nobody_else_on_the_machine_can_read_them(tmp_path: Path) -> None:
    FormKeys(tmp_path / "tmpfs").newest()

    assert stat.S_IMODE((tmp_path / "tmpfs").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "tmpfs" / "form-keys").stat().st_mode) == 0o600


def test_a_folder_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "open").chmod(0o755)

    with pytest.raises(CannotKeepFormKeys):
        FormKeys(tmp_path / "open").newest()


def test_a_file_that_somebody_put_there_as_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "tmpfs").mkdir(mode=0o700)
    (tmp_path / "elsewhere").touch()
    (tmp_path / "tmpfs" / "form-keys").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="form-keys"):
        FormKeys(tmp_path / "tmpfs").newest()


def test_where_a_new_key_cannot_be_written_the_old_one_stays(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> int:
        raise OSError(errno.ENOSPC, "")

    first = FormKeys(tmp_path / "tmpfs").newest()
    clock.goes_on(24.1)

    with monkeypatch.context() as full, suppress(OSError):
        full.setattr(os, "pwrite", no_room)
        FormKeys(tmp_path / "tmpfs").newest()

    assert first in FormKeys(tmp_path / "tmpfs").all()


def test_a_clock_that_was_set_back_keeps_no_key_for_longer(tmp_path: Path, clock: Clock) -> None:
    keys = FormKeys(tmp_path / "tmpfs")
    first = keys.newest()

    clock.goes_on(-48)

    assert keys.newest() != first


# --- the sealed field


def test_a_form_comes_back_as_it_was_and_cannot_be_read_on_the_way() -> None:
    form = Form("uk", code="1" * 24, our_word="тихий вечір", your_word="ложка", interview={"at": "words"})

    assert opened(form.closed()) == form
    assert form.closed() != form.closed()


def test_every_changed_sign_spoils_it() -> None:
    closed = Form("uk", code="1" * 24).closed()
    for place in range(0, len(closed) - 3, 37):
        other = "A" if closed[place] != "A" else "B"
        with pytest.raises(FormTooOld):
            opened(closed[:place] + other + closed[place + 1 :])


@pytest.mark.parametrize("nonsense", ["", "A", "AAAA", "нет", "AQ==", "A" * 5000, "==="])
def test_nonsense_is_a_form_that_is_too_old(nonsense: str) -> None:
    with pytest.raises(FormTooOld):
        opened(nonsense)


def test_a_form_of_another_release_is_too_old() -> None:
    blob = lock(padded(b'{"language":"ru","more":1}'), key=form_keys().newest(), context=hidden_field._CONTEXT)
    with pytest.raises(FormTooOld):
        opened(base64.urlsafe_b64encode(blob).decode())


def test_a_form_lives_a_day(clock: Clock) -> None:
    closed = Form("ru").closed()
    clock.goes_on(23.9)
    assert opened(closed)

    clock.goes_on(0.2)
    with pytest.raises(FormTooOld):
        opened(closed)


def test_all_forms_of_one_kind_are_of_the_same_length() -> None:
    one = Form("ru", root=b"\x00" * 32).closed()
    other = Form("ru", root=b"\xff" * 32).closed()

    assert len(one) == len(other)


def test_what_a_form_holds_is_not_what_it_prints() -> None:
    assert "4071" not in repr(Form("ru", code="407188523390176490256613"))
