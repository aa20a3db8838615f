"""Pages that name tests, files and pictures name what is there."""

import re
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
PAGES = ("what-an-attacker-gets.md", "asvs.md", "privacy.md", "threat-model.md")
NAMED = re.compile(r"`((?:[\w./-]*/)?test_\w+(?:\.py)?)`")


def test_each_test_that_a_page_of_truth_names_is_there() -> None:
    files = [file for folder in ("src", "tests") for file in (TREE / folder).rglob("test_*.py")]
    there = {name for file in files for name in re.findall(r"^\s*def (test_\w+)\(", file.read_text("utf-8"), re.M)}
    there |= {file.name for file in files}

    named = {page: NAMED.findall((TREE / "docs" / page).read_text("utf-8")) for page in PAGES}

    assert len(named["what-an-attacker-gets.md"]) > 20
    missing = [f"{page}: {name}" for page, names in named.items() for name in names if Path(name).name not in there]
    assert missing == []


def test_each_file_that_a_page_of_truth_names_is_there() -> None:
    roots = [TREE, TREE / "src" / "safeconduct", TREE / "docs"]
    paths = re.compile(r"`([\w-]+(?:/[\w.-]+)+\.(?:py|md|js|html|json))`")
    named = [(page, name) for page in PAGES for name in paths.findall((TREE / "docs" / page).read_text("utf-8"))]

    assert [f"{page}: {name}" for page, name in named if not any((root / name).exists() for root in roots)] == []


def test_settings_md_names_every_setting_and_nothing_else() -> None:
    """In the code a setting is a name in quotes, wherever it is read."""
    files = [file for file in (TREE / "src" / "safeconduct").rglob("*.py") if "tests" not in file.parts]
    used = {name for file in files for name in re.findall(r'"((?:FRONT|INNER)_[A-Z_]+)"', file.read_text("utf-8"))}

    page = (TREE / "docs" / "settings.md").read_text("utf-8")

    assert len(used) > 30
    assert set(re.findall(r"`((?:FRONT|INNER)_[A-Z_]+)`", page)) == used


def test_each_ceremony_has_its_picture_and_each_picture_is_small_enough_for_a_slow_line() -> None:
    page = (TREE / "docs" / "operations.md").read_text("utf-8")
    shown = [TREE / "docs" / name for name in re.findall(r"\]\((pictures/ceremony-[\w-]+\.png)\)", page)]

    assert sorted(shown) == sorted((TREE / "docs" / "pictures").glob("ceremony-*.png"))
    assert max(picture.stat().st_size for picture in shown) < 80_000
