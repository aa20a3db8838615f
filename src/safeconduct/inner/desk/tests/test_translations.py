"""Every word of the desk is there in Ukrainian and Russian, and nobody else's translation takes its place."""

import re

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from django.utils import translation
from django.utils.translation import gettext, ngettext, npgettext, pgettext

from safeconduct.inner.desk import translating

LANGUAGES = translating.LANGUAGES


def said(language: str) -> dict[tuple[str | None, object], Message]:
    return {(message.context, message.id): message for message in translating.read(language) if message.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_has_its_translation(language: str) -> None:
    translated = said(language)

    for message in translating.catalogue():
        if not message.id:
            continue
        found = translated.get((message.context, message.id))
        assert found is not None, f"run: python -m safeconduct.inner.desk.translating ({message.id!r} is not in it)"
        strings = found.string if isinstance(found.string, tuple) else (found.string,)
        assert all(strings), f"{message.id!r} has no translation into {language}"
        assert len(strings) == (3 if isinstance(message.id, tuple) else 1)
        assert not found.fuzzy, f"{message.id!r} is marked as doubtful in {language}, so it would not be shown"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_left_over(language: str) -> None:
    wanted = {(message.context, message.id) for message in translating.catalogue()}

    assert set(said(language)) <= wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_the_same(language: str) -> None:
    for message in said(language).values():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = {frozenset(re.findall(r"%\(\w+\)s|%s|\{\w+\}", id)) for id in ids}
        assert {frozenset(re.findall(r"%\(\w+\)s|%s|\{\w+\}", one)) for one in strings} == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_page_shows_is_our_translation_and_not_a_librarys(language: str) -> None:
    with translation.override(language):
        for message in said(language).values():
            if isinstance(message.id, tuple):
                one, many = message.id
                shown = npgettext(message.context, one, many, 5) if message.context else ngettext(one, many, 5)
                assert shown == message.string[2]
            else:
                shown = pgettext(message.context, message.id) if message.context else gettext(message.id)
                assert shown == message.string, "compile locale/ (scripts/prepare does), or choose another word"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_compiles(language: str, tmp_path: object) -> None:
    with (tmp_path / "django.mo").open("wb") as file:  # type: ignore[operator]
        write_mo(file, translating.read(language))
        assert file.tell() > 10_000
