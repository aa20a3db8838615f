"""Every word of the desk is there in Ukrainian and Russian, and nobody else's translation takes its place."""

import re
from collections.abc import Iterable

import pytest
from babel.messages.catalog import Catalog
from django.utils import translation
from django.utils.translation import gettext, ngettext, npgettext, pgettext

from safeconduct.inner.desk import translating

LANGUAGES = translating.LANGUAGES


Id = tuple[str | None, tuple[str, ...]]


def said(catalogue: Catalog) -> dict[Id, tuple[str, ...]]:
    """Context and message, the plural with it, to its translations. What is marked as doubtful counts as none."""
    return {
        (message.context, together(message.id)): () if message.fuzzy else together(message.string)
        for message in catalogue
        if message.id
    }


def together(strings: object) -> tuple[str, ...]:
    return tuple(map(str, strings)) if isinstance(strings, tuple | list) else (str(strings),)


def placeholders(strings: Iterable[str]) -> set[frozenset[str]]:
    return {frozenset(re.findall(r"%\(\w+\)[sd]|%s|\{\w+\}", one)) for one in strings}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_has_its_translation_and_none_is_left_over(language: str) -> None:
    """If not, run `python -m safeconduct.inner.desk.translating` and fill in what is empty."""
    wanted, translated = said(translating.catalogue()), said(translating.read(language))

    assert set(wanted) - set(translated) == set()
    assert set(translated) - set(wanted) == set()
    assert [id for id, strings in translated.items() if not strings or not all(strings)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_the_three_forms_and_placeholders_are_the_same(language: str) -> None:
    for (_context, ids), strings in said(translating.read(language)).items():
        assert len(strings) == (3 if len(ids) == 2 else 1)
        assert placeholders(strings) == placeholders(ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_page_shows_is_our_translation_and_not_a_librarys(language: str) -> None:
    """If not, compile locale/ (scripts/prepare does), or choose another word."""
    with translation.override(language):
        for (context, ids), strings in said(translating.read(language)).items():
            if len(ids) == 2:
                assert (npgettext(context, *ids, 5) if context else ngettext(*ids, 5)) == strings[2]
            else:
                assert (pgettext(context, *ids) if context else gettext(*ids)) == strings[0]
