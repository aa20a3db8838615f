"""The invented appeals fit the questions that are really asked."""

from collections import Counter

import pytest

from safeconduct.demo.arrivals import AT_ONCE, Appeal, read_appeals
from safeconduct.interview.library import load_library

APPEALS = read_appeals()
STEPS = {step.name: step for step in load_library().scripts["appeal"].steps}


def test_thirty_people_write_in_three_languages() -> None:
    languages = Counter(appeal.language for appeal in APPEALS)

    assert (len(APPEALS), len({appeal.name for appeal in APPEALS})) == (30, 30)
    assert set(languages) == {"ru", "uk", "en"}
    assert min(languages.values()) >= 5


def test_the_first_ten_show_every_kind() -> None:
    first = APPEALS[:AT_ONCE]

    assert any(appeal.answers for appeal in first)
    assert any(not appeal.answers for appeal in first)
    assert any(appeal.picture for appeal in first)
    assert any(appeal.comes_back for appeal in first)


@pytest.mark.parametrize("appeal", APPEALS, ids=lambda appeal: appeal.name)
def test_each_answer_is_one_of_the_choices_in_the_order_of_the_questions(appeal: Appeal) -> None:
    asked = [name for name in STEPS if name in appeal.answers]

    assert asked == list(appeal.answers)
    for name, answer in {**appeal.answers, **({"deadline": appeal.deadline} if appeal.deadline else {})}.items():
        assert answer in {choice.name for choice in STEPS[name].choices}


@pytest.mark.parametrize("appeal", APPEALS, ids=lambda appeal: appeal.name)
def test_nobody_tells_a_number_that_could_be_a_place_or_a_unit(appeal: Appeal) -> None:
    for words in (appeal.words, appeal.comes_back.words if appeal.comes_back else ""):
        assert not any(sign.isdigit() for sign in words)
        assert len(words) <= 600
