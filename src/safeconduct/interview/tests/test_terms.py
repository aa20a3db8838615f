"""Lengths of time as people say them."""

from datetime import timedelta

import pytest

from safeconduct.interview.terms import in_words

SAID = [
    (timedelta(hours=1), {"ru": "1 час", "uk": "1 годину", "en": "1 hour"}),
    (timedelta(hours=21), {"ru": "21 час", "uk": "21 годину", "en": "21 hours"}),
    (timedelta(hours=24), {"ru": "24 часа", "uk": "24 години", "en": "24 hours"}),
    (timedelta(hours=48), {"ru": "48 часов", "uk": "48 годин", "en": "48 hours"}),
    (timedelta(days=3), {"ru": "3 дня", "uk": "3 дні", "en": "3 days"}),
    (timedelta(days=90), {"ru": "90 дней", "uk": "90 днів", "en": "90 days"}),
    (timedelta(days=91), {"ru": "91 день", "uk": "91 день", "en": "91 days"}),
    (timedelta(days=365), {"ru": "365 дней", "uk": "365 днів", "en": "365 days"}),
]


@pytest.mark.parametrize(("length", "said"), SAID)
def test_a_length_of_time_follows_its_preposition(length: timedelta, said: dict[str, str]) -> None:
    assert {language: in_words(length, language) for language in said} == said


def test_a_language_without_a_rule_of_its_own_is_said_plainly() -> None:
    assert in_words(timedelta(days=3), "de") == "3 Tage"
