"""Which parts of a page never change? All but a few values, so the rest is rendered once and kept.

On a night with many letters the rendering would cost more than the sealing.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from django.utils.html import escape

# Signs that no text of ours holds and no template changes.
_OPEN, _CLOSE = "\ue000", "\ue001"
_HOLE = re.compile(f"{_OPEN}([a-z0-9_]+){_CLOSE}")

Render = Callable[[Mapping[str, str]], str]


class Mould:
    """A page with holes: `render` is asked once, with a mark in the place of each value.

    The template may show these values and nothing else: it cannot ask what they are.
    """

    def __init__(self, render: Render, names: Sequence[str]) -> None:
        marked = render({name: f"{_OPEN}{name}{_CLOSE}" for name in names})
        # Every second part is the name of a hole.
        self._parts = _HOLE.split(marked)

    def filled(self, values: Mapping[str, str]) -> str:
        """The page with `values` in it, escaped as a template would."""
        escaped = {name: escape(value) for name, value in values.items()}
        return "".join(escaped[part] if place % 2 else part for place, part in enumerate(self._parts))
