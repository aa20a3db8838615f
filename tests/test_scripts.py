"""The scripts that say whether all is well: a count that nobody can fool by accident."""

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from tests.ports import free_ports

TREE = Path(__file__).resolve().parents[1]
SCRIPTS = TREE / "scripts"


def script(name: str) -> ModuleType:
    module = ModuleType(name)
    module.__file__ = str(SCRIPTS / name)
    sys.modules[name] = module  # dataclasses look it up
    SourceFileLoader(name, str(SCRIPTS / name)).exec_module(module)
    return module


@pytest.fixture
def small_volume(tmp_path: Path) -> Iterator[Path]:
    """Room for the tree and for nothing that is to be made in it."""
    if os.geteuid() != 0:
        pytest.fail("This test mounts a small volume: run it as root.")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", tmp_path], check=True)
    yield tmp_path
    subprocess.run(["umount", "--lazy", tmp_path], check=True)


@pytest.fixture(scope="module")
def runner() -> ModuleType:
    return script("test")


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ("....\n12 passed in 1.38s", {"passed": 12}),
        ("3 failed, 9 passed, 1 skipped, 2 errors in 10.2s (0:00:10)", {"passed": 9, "failed": 5, "skipped": 1}),
        ("1 xfailed, 1 xpassed, 4 deselected in 2s", {"skipped": 1, "failed": 1}),
        ("17 checks passed, 1 failed", {"passed": 17, "failed": 1}),
        ("E  assert '5 passed' in page\n1 failed in 2s\nleft a file behind", {"failed": 1}),
        ("no tests ran in 0.01s", {}),
        ("", {}),
    ],
)
def test_the_figures_are_those_of_the_last_line_that_has_any(
    runner: ModuleType, said: str, counted: dict[str, int]
) -> None:
    assert +runner.counts_of(said) == Counter(counted)


@pytest.mark.parametrize(
    ("program", "counted"),
    [
        ("print('2 passed in 1s')", {"passed": 2}),
        ("print('no tests ran'); raise SystemExit(5)", {"failed": 1}),
        ("print('2 passed in 1s'); raise SystemExit(3)", {"passed": 2, "failed": 1}),
        ("print('1 failed, 2 passed in 1s'); raise SystemExit(1)", {"passed": 2, "failed": 1}),
    ],
)
def test_a_run_that_ends_badly_counts_as_failed(runner: ModuleType, program: str, counted: dict[str, int]) -> None:
    run = runner.Run("a run", [sys.executable, "-c", program])

    assert runner.outcome(run, until=time.monotonic() + 30) == Counter(counted)


def test_a_run_that_comes_to_no_end_is_ended_and_counts_as_failed(runner: ModuleType) -> None:
    run = runner.Run("a run", [sys.executable, "-c", "import time; time.sleep(60)"])

    assert runner.outcome(run, until=time.monotonic() + 1) == Counter({"failed": 1})


def test_an_unknown_word_is_not_taken_for_all_tests() -> None:
    done = subprocess.run([sys.executable, SCRIPTS / "test", "quick"], capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (2, "usage: scripts/test [soak]\n")


def test_on_a_disk_that_is_nearly_full_nothing_is_installed_and_one_sentence_says_why(small_volume: Path) -> None:
    for part in ("scripts", "locks"):
        shutil.copytree(TREE / part, small_volume / part)
    shutil.copy(TREE / "pyproject.toml", small_volume)

    done = subprocess.run(
        [small_volume / "scripts" / "prepare", "app"],
        env={"PATH": os.defpath, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
    )

    said = f"safeconduct: The disk is nearly full: 1 GB is needed in {small_volume}.\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert not (small_volume / ".venv").exists()


def test_on_a_disk_that_is_nearly_full_the_demonstration_is_one_sentence(small_volume: Path) -> None:
    [port, *_] = free_ports(3)
    command = [sys.executable, "-m", "safeconduct.cli", "demo", "--port", str(port), "--data", f"{small_volume}/demo"]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert done.returncode == 1
    assert done.stderr.startswith(f"safeconduct: The disk of {small_volume / 'demo'} is nearly full: 200 MB are needed")
    assert len(done.stderr.splitlines()) == 1
    assert list((small_volume / "demo").iterdir()) == []


def test_an_index_in_a_lock_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    checks = script("checks")
    monkeypatch.setattr(checks, "TREE", tmp_path)
    (tmp_path / "locks").mkdir()
    lock = tmp_path / "locks" / "app.txt"

    lock.write_text("aiohttp==3.14.5 \\\n    --hash=sha256:00\n")
    assert checks.locks_name_no_index() == ""

    for line in ("--index x", "a @ https://example.org/a.whl", "--find-links here", "a @ file:///a"):
        lock.write_text(f"{line}\n")
        with pytest.raises(checks.Fails, match=r"app.txt:1"):
            checks.locks_name_no_index()


def test_a_new_room_without_a_place_in_the_contracts_is_found(tmp_path: Path) -> None:
    """Else its imports would be held to nothing."""
    rooms = ("law", "front.telegram", "inner.bureau", "handover.carrying")
    only_code = shutil.ignore_patterns("texts", "static*", "locale", "__pycache__")
    shutil.copytree(TREE / "src" / "safeconduct", tmp_path / "safeconduct", ignore=only_code)
    shutil.copy(TREE / "pyproject.toml", tmp_path)
    for room in rooms:
        folder = tmp_path.joinpath("safeconduct", *room.split("."))
        folder.mkdir()
        (folder / "__init__.py").touch()

    linter = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(linter, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True)

    assert done.returncode == 1
    assert [room for room in rooms if f"- safeconduct.{room}\n" not in done.stdout] == []


@pytest.mark.parametrize("inside_another_make", [{}, {"MAKELEVEL": "1", "MAKEFLAGS": "w"}], ids=["alone", "inside"])
def test_the_build_server_runs_make_test_and_its_last_line_is_the_count(
    tmp_path: Path, inside_another_make: dict[str, str]
) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(TREE / ".ci" / "run", tmp_path / ".ci")
    (tmp_path / "Makefile").write_text("test:\n\t@echo 4 passed, 1 failed; exit 1\n")

    around = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run([tmp_path / ".ci" / "run"], env=around | inside_another_make, capture_output=True, text=True)

    assert done.returncode != 0
    assert done.stdout.splitlines()[-1] == "4 passed, 1 failed"
