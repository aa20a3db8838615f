"""Where settings come from, what is refused, and what a log line can never say."""

import json
import logging
import re
from pathlib import Path

import pytest

import safeconduct
from safeconduct.settings.logs import JsonLine
from safeconduct.settings.values import SettingWrong, Values


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "wing.json"
    monkeypatch.setenv("WING_CONFIG", str(file))
    return file


def values(config: Path, **content: object) -> Values:
    config.write_text(json.dumps(content))
    return Values("WING")


def test_the_environment_wins_over_the_file(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WING_NAME", "from the environment")

    assert values(config, WING_NAME="from the file").text("WING_NAME") == "from the environment"


def test_relative_paths_start_at_the_folder_of_the_file(config: Path) -> None:
    found = values(config, WING_PAGES="pages", WING_OTHER="/srv/other")

    assert found.path("WING_PAGES") == config.parent / "pages"
    assert found.path("WING_OTHER") == Path("/srv/other")


@pytest.mark.parametrize(
    ("content", "ask", "sentence"),
    [
        ({}, lambda found: found.text("WING_URL"), "WING_URL is missing"),
        ({"WING_URL": ""}, lambda found: found.text("WING_URL"), "WING_URL is missing"),
        ({"WING_TERM": "soon"}, lambda found: found.integer("WING_TERM", 1), "WING_TERM must be a whole number"),
        ({"WING_FOR": "x"}, lambda found: found.choice("WING_FOR", ("a", "b")), "WING_FOR must be one of a, b"),
        ({"WING_KEY": "5ec4e7"}, lambda found: found.key("WING_KEY", 32), "WING_KEY must be 32 bytes long"),
        ({"WING_KEY": "words"}, lambda found: found.key("WING_KEY", 32), "WING_KEY must be hexadecimal digits"),
        ({"WING_LIST": {}}, lambda found: found.structure("WING_LIST", list), "WING_LIST must be a JSON list"),
        ({"WING_LIST": "["}, lambda found: found.structure("WING_LIST", list), "WING_LIST must be JSON"),
        ({"WING_DB": "mysql://x"}, lambda found: found.database("WING_DB"), "WING_DB must begin with sqlite:/// or"),
    ],
)
def test_what_is_wrong_is_said_with_its_name_and_never_with_its_value(
    config: Path, content: dict[str, object], ask: object, sentence: str
) -> None:
    with pytest.raises(SettingWrong) as refusal:
        ask(values(config, **content))  # type: ignore[operator]

    said = str(refusal.value)
    assert sentence in said
    assert "5ec4e7" not in said
    assert "mysql" not in said


@pytest.mark.parametrize("content", ["", "[]", "{", "5ec4e7"])
def test_a_file_of_another_form_stops_the_start_in_one_sentence(config: Path, content: str) -> None:
    config.write_text(content)

    with pytest.raises(SettingWrong, match="WING_CONFIG"):
        Values("WING")


def test_a_file_that_is_not_there_stops_the_start(config: Path) -> None:
    with pytest.raises(SettingWrong, match="WING_CONFIG names a file that cannot be read"):
        Values("WING")


def test_sqlite_waits_for_the_disk_overwrites_and_writes_no_temporary_file(config: Path) -> None:
    place = values(config, WING_DB="sqlite:///wing.sqlite3").database("WING_DB", wait_seconds=2)

    assert place["NAME"] == str(config.parent / "wing.sqlite3")
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY"):
        assert f"PRAGMA {pragma};" in place["OPTIONS"]["init_command"]
    assert place["OPTIONS"]["timeout"] == 2


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql:///wing?host=/run/postgresql", {"HOST": "/run/postgresql", "NAME": "wing", "PORT": ""}),
        ("postgresql://me:p%40ss@db:5433/wing", {"HOST": "db", "PORT": "5433", "USER": "me", "PASSWORD": "p@ss"}),
    ],
)
def test_postgresql_is_named_by_its_address_and_waits_for_its_disk(
    config: Path, url: str, place: dict[str, str]
) -> None:
    found = values(config, WING_DB=url).database("WING_DB", wait_seconds=2)

    assert place.items() <= found.items()
    assert "synchronous_commit=on" in found["OPTIONS"]["options"]
    assert "lock_timeout=2000" in found["OPTIONS"]["options"]


# --- logs


def line_of(name: str, message: object, *arguments: object, error: BaseException | None = None) -> str:
    trouble = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, arguments, trouble)
    return JsonLine().format(record)


def test_our_own_sentences_are_said_whole() -> None:
    assert json.loads(line_of("safeconduct.handover", "%d letters wait.", 3))["said"] == "3 letters wait."


@pytest.mark.parametrize("message", ["words of a person", "100% words of a person", ValueError("words of a person")])
def test_what_a_library_says_without_a_template_is_left_out(message: object) -> None:
    assert "words" not in line_of("library", message)


def test_of_what_a_library_says_only_the_template_is_left() -> None:
    said = json.loads(line_of("library", "Refused %s at %s.", "words of a person", "/words"))["said"]

    assert said == "Refused %s at %s."


def test_of_an_error_its_kind_and_its_place_are_left() -> None:
    try:
        raise ValueError("words of a person")
    except ValueError as error:
        said = line_of("django.request", "%s: %s", "Internal Server Error", "/words", error=error)

    assert "words" not in said
    assert json.loads(said)["error"] == "ValueError"
    assert json.loads(said)["where"][0].startswith("test_settings.py:")


def test_every_setting_is_used_and_has_its_line_in_the_documents() -> None:
    code = Path(safeconduct.__file__).parent
    settings = "".join(file.read_text("utf-8") for file in (code / "settings").glob("*.py"))
    everything = "".join(file.read_text("utf-8") for file in code.rglob("*.py"))
    documents = (code.parents[1] / "docs" / "settings.md").read_text("utf-8")

    kept = re.findall(r"^((?:FRONT|INNER)_[A-Z_]+) =", settings, re.MULTILINE)
    given = re.findall(r"_values\.\w+\(\"(\w+)", settings)

    assert len(kept) > 20
    assert [name for name in kept if len(re.findall(rf"(?<![\"\w]){name}(?![\"\w])", everything)) < 2] == []
    assert [name for name in given if f"`{name}`" not in documents] == []
