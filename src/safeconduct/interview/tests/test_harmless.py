"""What stands under a second code is a site's own secret; the samples of the repository are for a demonstration."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from safeconduct.interview.errors import TextWrong
from safeconduct.interview.harmless import FEWEST_OF_A_SITE, own_exchanges, sample_exchanges
from safeconduct.interview.library import LANGUAGES

SAMPLE = sample_exchanges()["uk"][0]


def exchanges(count: int = FEWEST_OF_A_SITE) -> list[dict[str, object]]:
    return [{"name": f"one-{n}", "messages": [f"Перше {n}.", f"Друге {n}."]} for n in range(count)]


def written(folder: Path, content: Mapping[str, object]) -> Path:
    file = folder / "second_threads.yaml"
    file.write_text(yaml.safe_dump(dict(content), allow_unicode=True), "utf-8")
    return file


def test_the_samples_are_there_in_every_language() -> None:
    assert set(sample_exchanges()) == set(LANGUAGES)
    assert all(len(each) >= 5 for each in sample_exchanges().values())
    names = [[one.name for one in each] for each in sample_exchanges().values()]
    assert names[0] == names[1] == names[2]


def test_a_site_writes_its_own_in_the_languages_that_it_chooses(tmp_path: Path) -> None:
    own = own_exchanges(written(tmp_path, {"uk": exchanges()}))

    assert list(own) == ["uk"]
    assert own["uk"][3].messages == ("Перше 3.", "Друге 3.")


@pytest.mark.parametrize("shown", [str.upper, lambda text: text.replace(",", " –"), lambda text: f"  {text}!"])
def test_a_message_of_the_samples_is_refused_however_it_is_dressed_up(tmp_path: Path, shown: object) -> None:
    dressed = shown(SAMPLE.messages[1])  # type: ignore[operator]
    content = {"ru": [*exchanges(), {"name": "mine", "messages": ["Своё.", dressed]}]}

    with pytest.raises(TextWrong, match="mine stands in the samples") as refusal:
        own_exchanges(written(tmp_path, content))
    assert SAMPLE.messages[1] not in str(refusal.value)


def test_the_samples_themselves_are_refused_as_a_sites_own(tmp_path: Path) -> None:
    content = {
        language: [{"name": one.name, "messages": list(one.messages)} for one in each] * 4
        for language, each in sample_exchanges().items()
    }
    for language in content:
        content[language] = [{**one, "name": f"n{n}"} for n, one in enumerate(content[language])]

    with pytest.raises(TextWrong, match="samples that everybody can read"):
        own_exchanges(written(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"uk": exchanges(FEWEST_OF_A_SITE - 1)}, "19 exchanges in uk; at least 20 are needed"),
        ({"uk": exchanges(), "kk": exchanges()}, "`kk` is not a key that is known here"),
        ({"uk": [*exchanges(), exchanges()[0]]}, "a name stands twice"),
        ({"uk": [*exchanges(), {"name": "x", "messages": ["Одне."]}]}, "at least 2 different messages"),
        ({"uk": [*exchanges(), {"name": "x", "messages": ["Одне.", "Одне."]}]}, "at least 2 different messages"),
        ({"uk": [*exchanges(), {"name": "x", "messages": ["", "Одне."]}]}, "1 to 400 characters"),
        ({"uk": [*exchanges(), {"name": "x", "messages": ["я" * 401, "Одне."]}]}, "1 to 400 characters"),
        ({"uk": [*exchanges(), {"name": "x" * 41, "messages": ["Два.", "Одне."]}]}, "a name has 1 to 40"),
        ({"uk": [*exchanges(), {"name": "x", "messages": ["Два.", "Одне."], "by": "me"}]}, "`by` is not a key"),
        ({"uk": []}, "there is no exchange"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_place(
    tmp_path: Path, content: Mapping[str, object], why: str
) -> None:
    with pytest.raises(TextWrong, match=why) as refusal:
        own_exchanges(written(tmp_path, content))
    assert "second_threads.yaml, line" in str(refusal.value)
