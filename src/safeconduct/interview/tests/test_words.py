"""The words by which people know each other again."""

import pytest

from safeconduct.interview.library import load_library
from safeconduct.interview.words import _KINDS, _NOUNS, _agreeing, draw_single_word, draw_word

LANGUAGES = sorted(_NOUNS)
CHECK_WORD = load_library().scripts["appeal"].step_of["check_word"].constraint
ALPHABETS = {
    "ru": set("абвгдежзийклмнопрстуфхцчшщъыьэюя"),
    "uk": set("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
    "en": set("abcdefghijklmnopqrstuvwxyz"),
}
# Weapons bear the names of flowers, trees, animals and weather; other words have a second meaning in this war.
_NEVER = """
    град ураган смерч торнадо гвоздика пион тюльпан гиацинт акация василек тополь бук тор оса стрела игла береза рысь
    тигр леопард ланцет герань орлан куб булава точка кинжал калибр оникс рапира фагот корнет вампир муха шмель утес
    корд вал грач лимон карандаш олівець огурец ольха вільха стугна нептун грім хлопок черепаха кошка поле мина
    fire tank mine drone flag cross star crescent soldier rose lily grace
"""
NEVER = frozenset(_NEVER.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_at_least_64_words_of_each_sort_and_none_twice(language: str) -> None:
    assert len(_NOUNS[language]) >= 64
    assert len(_KINDS[language]) >= 64
    assert len(set(_KINDS[language])) == len(_KINDS[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_plain(language: str) -> None:
    for word in (*_NOUNS[language], *_KINDS[language]):
        assert set(word) <= ALPHABETS[language], word
        assert word not in NEVER


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_ours_would_pass_as_the_persons_own(language: str) -> None:
    assert CHECK_WORD is not None
    for word in _NOUNS[language]:
        assert CHECK_WORD.holds({}, word), word


@pytest.mark.parametrize(
    ("language", "kind", "noun", "agreeing"),
    [
        ("ru", "седьмой", "ступень", "седьмая"),
        ("ru", "летний", "утро", "летнее"),
        ("ru", "летний", "поляна", "летняя"),
        ("ru", "свежий", "молоко", "свежее"),
        ("ru", "тихий", "озеро", "тихое"),
        ("ru", "тихий", "август", "тихий"),
        ("uk", "сьомий", "сходинка", "сьома"),
        ("uk", "літній", "сонце", "літнє"),
        ("uk", "третій", "книга", "третя"),
        ("uk", "тихий", "озеро", "тихе"),
        ("en", "seventh", "window", "seventh"),
    ],
)
def test_two_words_agree(language: str, kind: str, noun: str, agreeing: str) -> None:
    assert _agreeing(kind, _NOUNS[language][noun], language) == agreeing


@pytest.mark.parametrize("language", LANGUAGES)
def test_drawn_words_differ_from_case_to_case(language: str) -> None:
    drawn = {draw_word(language) for _ in range(200)}

    assert len(drawn) > 150
    for words in drawn:
        kind, noun = words.split()
        assert kind != noun
        assert noun in _NOUNS[language]
    assert {draw_single_word(language) for _ in range(50)} <= set(_NOUNS[language])


def test_a_language_without_a_list_is_given_english_words() -> None:
    assert draw_word("fr").split()[1] in _NOUNS["en"]
    assert draw_single_word("fr") in _NOUNS["en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_his_word_is_never_in_ours(language: str) -> None:
    ours = draw_word(language)

    assert not {draw_single_word(language, beside=ours) for _ in range(500)} & set(ours.split())
