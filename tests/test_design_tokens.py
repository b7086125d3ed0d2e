"""Words must be readable in both themes: the contrast of every text and ground pair is computed from tokens.css."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[1] / "static" / "css" / "tokens.css"
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
PALETTE = {name: {"light": day, "dark": night} for name, day, night in PAIR.findall(TOKENS.read_text())}
GROUNDS = ("canvas", "surface", "sunken", "raised", "hover", "selected")
HUES = ("blue", "green", "amber", "red", "violet", "teal", "pink", "grey")

TEXT = [
    *((text, ground) for text in ("text", "text-soft", "text-faint", "accent-text") for ground in GROUNDS),
    *((f"{hue}-text", f"{hue}-tint") for hue in HUES),
    *((text, "note") for text in ("text", "text-soft", "text-faint", "note-text")),
    ("text", "note-line"),
    ("text-soft", "pressed"),
    ("accent-text", "pressed"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-danger", "danger"),
    ("red-text", "surface"),
]
SIGNS = [
    *((f"{hue}-mark", ground) for hue in HUES if hue != "pink" for ground in ("surface", "hover", "selected")),
    ("line-control", "surface"),
    ("line-control", "canvas"),
    ("focus", "surface"),
    ("focus", "canvas"),
    ("focus", "note"),
]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), TEXT)
def test_words_have_at_least_four_and_a_half_to_one(words: str, ground: str, theme: str) -> None:
    assert contrast(PALETTE[words][theme], PALETTE[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("sign", "ground"), SIGNS)
def test_signs_and_edges_of_fields_have_at_least_three_to_one(sign: str, ground: str, theme: str) -> None:
    assert contrast(PALETTE[sign][theme], PALETTE[ground][theme]) >= 3
