"""Every text and edge of the desk's tokens, measured by WCAG 2.2 in both themes."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parent.parent / "static" / "desk" / "tokens.css"
GROUNDS = ["sunken", "ground", "surface", "raised"]

TEXT = [(ink, ground) for ink in ("ink", "ink-2", "ink-3") for ground in GROUNDS]
TEXT += [("action", ground) for ground in ("ground", "surface", "raised", "sunken")]
TEXT += [
    ("on-action", "action-solid"),
    ("on-action", "action-hover"),
    ("action-ink", "action-bg"),
    ("ink", "action-bg"),
    ("ink-2", "action-bg"),
    ("disabled-ink", "disabled-bg"),
    ("ink-2", "disabled-bg"),
    ("danger-now-ink", "danger-now-bg"),
    ("danger-now-ink", "surface"),
    ("danger-now-ink", "ground"),
    ("danger-now-ink", "raised"),
    ("danger-now-ink", "action-bg"),
    ("ink", "danger-now-bg"),
    ("waiting-us-ink", "waiting-us-bg"),
    ("waiting-us-ink", "surface"),
    ("waiting-us-ink", "ground"),
    ("waiting-us-ink", "sunken"),
    ("waiting-us-ink", "action-bg"),
    ("asleep-ink", "surface"),
    ("behind-target-ink", "behind-target-bg"),
    ("law-ink", "law-bg"),
    ("hq-ink", "hq-bg"),
    ("maybe-ink", "maybe-bg"),
    ("ink-2", "maybe-bg"),
    ("note-ink", "note-bg"),
    ("note-ink", "note-hatch"),
    ("danger-now-ink", "note-bg"),
    ("kept-ink", "kept-bg"),
]
EDGES = [("line-strong", ground) for ground in GROUNDS]
EDGES += [("focus", ground) for ground in GROUNDS]
EDGES += [
    ("focus", "action-bg"),
    ("focus", "focus-gap"),
    ("focus", "note-bg"),
    ("behind-target-edge", "behind-target-bg"),
    ("behind-target-edge", "surface"),
    ("danger-now-solid", "surface"),
    ("danger-now-solid", "raised"),
    ("danger-now-solid", "action-bg"),
    ("waiting-us-solid", "surface"),
    ("waiting-us-solid", "waiting-us-bg"),
    ("waiting-person-solid", "surface"),
    ("note-edge", "note-bg"),
    ("note-edge", "surface"),
]


def tokens() -> dict[str, tuple[str, str]]:
    found = re.findall(r"--([\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TOKENS.read_text())
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("least", "pairs"), [(4.5, TEXT), (3.0, EDGES)], ids=["text", "edges"])
def test_every_pair_can_be_told_apart_by_day_and_by_night(least: float, pairs: list[tuple[str, str]]) -> None:
    known = tokens()

    weak = [
        f"{what} on {on}, {theme}: {contrast(known[what][theme_at], known[on][theme_at]):.2f}"
        for what, on in pairs
        for theme_at, theme in enumerate(("day", "night"))
        if contrast(known[what][theme_at], known[on][theme_at]) < least
    ]

    assert not weak


def test_the_measure_itself_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_every_colour_is_measured_or_carries_no_meaning() -> None:
    measured = {name for pair in TEXT + EDGES for name in pair}

    assert set(tokens()) - measured == {"line"}
