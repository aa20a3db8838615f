"""What templates of the desk need beyond Django's: icons, numbers, moments."""

from datetime import UTC, datetime

from django import template
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from safeconduct.inner.desk import clocks

register = template.Library()


@register.simple_tag
def icon(name: str, more: str = "") -> SafeString:
    """A symbol of _symbols.html; always beside a word or a hidden label."""
    return format_html('<svg class="i {}" aria-hidden="true"><use href="#i-{}"/></svg>', more, name)


@register.filter
def thousands(number: int) -> str:
    """4812 → "4 812" with a narrow no-break space."""
    return f"{number:,}".replace(",", "\u202f")


@register.simple_tag
def at(moment: datetime) -> SafeString:
    """A time of day at the site, with UTC at hand."""
    return _time(moment, f"{timezone.localtime(moment):%H:%M}")


@register.simple_tag
def on(moment: datetime, now: datetime) -> SafeString:
    """A time of day, with the day where it is another one."""
    return _time(moment, clocks.moment(moment, now))


@register.simple_tag
def counting(due_at: datetime, now: datetime) -> SafeString:
    """What is left until `due_at`; clocks.js counts on."""
    return _time(due_at, clocks.left(due_at, now), "left")


@register.simple_tag
def gone(since: datetime, now: datetime) -> SafeString:
    """How long it has been; clocks.js counts on."""
    return _time(since, clocks.length(max(now - since, clocks.MINUTE * 0)), "gone")


def _time(moment: datetime, words: str, counts: str = "") -> SafeString:
    utc = moment.astimezone(UTC)
    return format_html(
        '<time datetime="{}" title="{} UTC"{}>{}</time>',
        f"{utc:%Y-%m-%dT%H:%M:%SZ}",
        f"{utc:%Y-%m-%d %H:%M}",
        format_html(' data-counts="{}"', counts) if counts else "",
        words,
    )


@register.simple_tag
def utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%H:%M}"


@register.filter
def is_behind(clock: clocks.Clock, now: datetime) -> bool:
    return clock.is_behind(now)


@register.filter
def megabytes(size: int) -> str:
    """Bytes in the unit that a person can judge, rounded up to the last digit shown."""

    if size < 100_000:
        return gettext("%s KB") % number_format(max(1, round(size / 1000)))
    return gettext("%s MB") % number_format(round(size / 1_000_000, 1), 1)
