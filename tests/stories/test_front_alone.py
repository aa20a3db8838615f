"""The front starts, serves and takes letters on a machine where nothing lies that could open them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import safeconduct
from safeconduct.demo.browser import Browser
from safeconduct.demo.people import Person
from tests.stories.conftest import MakeSite
from tests.stories.site import Site
from tests.stories.stored import count_of

NOT_ON_THE_FRONT = ("inner", "audit", "handover/reaching", "sealing/stores.py")


@pytest.fixture
def stripped(tmp_path: Path) -> Path:
    """Our tree without all that opens a store."""
    package = tmp_path / "safeconduct"
    shutil.copytree(Path(safeconduct.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in NOT_ON_THE_FRONT:
        gone = package / name
        shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    return tmp_path


@pytest.fixture
def front(new_site: MakeSite, stripped: Path) -> Site:
    return new_site().start("front", "handover", settings={"PYTHONPATH": str(stripped)})


def test_the_front_takes_letters_without_what_opens_them(front: Site, stripped: Path) -> None:
    assert "ModuleNotFoundError" in _import("safeconduct.inner", stripped)

    start = Browser(front.url("front")).get("/en/")
    soldier = Person(front.url("front"), "en")
    soldier.writes("Is somebody there?")

    assert start.status == 200
    assert "No new messages" in soldier.comes_back().text
    assert count_of(front, "front", "serving_keptenvelope") == 2  # the letter, and the visit


def _import(module: str, tree: Path) -> str:
    command = [sys.executable, "-c", f"import {module}"]
    return subprocess.run(command, env={"PYTHONPATH": str(tree)}, capture_output=True, text=True).stderr
