"""What may the person's forms say, and in which languages? Read and checked once, when first asked."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from babel.dates import format_date
from django.conf import settings
from django.utils import timezone
from django.utils.timezone import localdate

from safeconduct.interview.confirmations import SCRIPTS_THAT_SAY_IT, Approved, approve, read_confirmations
from safeconduct.interview.library import Library, load_library
from safeconduct.interview.scripts import Script
from safeconduct.interview.showing import Shown, shown_in
from safeconduct.interview.terms import terms_for
from safeconduct.sealing.signify import read_public_file
from safeconduct.sealing.threads import Mistyped, WrongLength


@lru_cache(maxsize=1)
def library() -> Library:
    return load_library()


@lru_cache(maxsize=1)
def approved() -> Approved:
    """Which texts may be shown here, by the signed file of confirmations."""
    key = read_public_file(Path(settings.FRONT_PAGES_KEY).read_bytes())
    lines = read_confirmations(Path(settings.FRONT_CONFIRMATIONS), by=key)
    return approve(library(), lines, settings.FRONT_PURPOSE)


@lru_cache(maxsize=1)
def terms() -> dict[str, timedelta]:
    """The lengths of time that a text may name. What is not set here is not said."""
    return terms_for(settings.FRONT_PURPOSE, settings.FRONT_TERM_HOURS)


def languages() -> tuple[str, ...]:
    """Those that a person may be offered, in our order."""
    return approved().languages


def may_write(language: str) -> bool:
    """Whether a form to write on may be offered in this language."""
    return approved().may_write(language)


def languages_to_write() -> tuple[str, ...]:
    return tuple(language for language in languages() if may_write(language))


def language_or_first(asked: str) -> str:
    """For a page that must say something in any case; empty where nothing may be said in any language."""
    return asked if asked in languages() else next(iter(languages()), "")


def say(name: str, language: str, **values: object) -> str:
    return library().interface.say(name, language, **values)


def said_of(slip: WrongLength | Mistyped, language: str) -> str:
    """What to say of a code that cannot be one."""
    if isinstance(slip, WrongLength):
        return say("coming_back/wrong_length", language, count=slip.count)
    return say("coming_back/mistyped" if slip.group else "coming_back/mistyped_anywhere", language, group=slip.group)


def script(name: str) -> Script:
    return library().scripts[name]


def may_ask(script: Script, language: str) -> bool:
    """Whether the words of these questions were reviewed in this language."""
    return approved().may_show(script, language)


def before_words(language: str) -> str:
    """The note that stands before the words; empty where it was not reviewed: then the statements say it."""
    scripts = [script(name) for name in SCRIPTS_THAT_SAY_IT]
    return next((one.say("before_words", "label", language) for one in scripts if may_ask(one, language)), "")


def statements(ids: Iterable[str], language: str) -> list[Shown]:
    """Those of the statements that may be shown in this language, as they are said here and now."""
    return [shown for id in ids if (shown := _statement(id, language))]


@lru_cache(maxsize=512)
def _statement(id: str, language: str) -> Shown | None:
    statement = library().statements[id]
    if not approved().may_show(statement, language):
        return None
    return shown_in(statement, language, interface=library().interface, terms=terms())


def day_after(name: str, language: str) -> str:
    """The day on which a length of time that begins now is over."""
    return day(localdate(timezone.now() + terms()[name]), language)


def day(date: date, language: str) -> str:
    return format_date(date, "d MMMM y", locale=language)
