"""Words of the interview in templates: `{% say "buttons/next" %}`, `{% say "start/progress" number=2 total=9 %}`."""

import re
from typing import Any

from django import template
from django.template.context import Context

register = template.Library()
_NEXT_OF_LIST = re.compile(r"(?<=\.) (?=\d\. )")


@register.simple_tag(takes_context=True)
def say(context: Context, name: str, **values: Any) -> str:
    """An interface text in the page's language; values and words are escaped. Needs `interface` and `language`."""
    words: str = context["interface"].say(name, context["language"], **values)
    return words


@register.filter
def counted(text: str) -> str:
    """Steps that are counted ("1. … 2. …") each begin a line; the words stay as they were confirmed."""
    return _NEXT_OF_LIST.sub("\n", text)
