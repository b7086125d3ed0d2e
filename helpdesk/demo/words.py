"""The shape of what is said: stories about one matter, and the manners of one language."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BY_GENDER = re.compile(r"\[([^/\[\]]*)/([^/\[\]]*)\]")


@dataclass(frozen=True)
class Words:
    """How one matter is talked about in one language.

    {slots} are filled by slots.py; "[he/she]" is the writer's form where a language asks for one.
    """

    subjects: tuple[str, ...]
    asks: tuple[str, ...]
    details: tuple[str, ...]
    question: str
    answer: str
    solutions: tuple[str, ...]
    again: str
    mended: str


@dataclass(frozen=True)
class Manners:
    """What is said around the matter: greetings, politeness, thanks."""

    greetings: tuple[str, ...]
    asides: tuple[str, ...]
    farewells: tuple[str, ...]
    hello: str
    leads: tuple[str, ...]
    offers: tuple[str, ...]
    regards: str
    wait: tuple[str, ...]
    nudge: tuple[str, ...]
    giving_up: tuple[str, ...]
    thanks: tuple[str, ...]
    still: tuple[tuple[str, str], ...]
    wrote: str


def said(text: str, slots: dict[str, str], *, woman: bool) -> str:
    """The text with its slots filled, in the form that fits who writes it."""
    return _BY_GENDER.sub(lambda found: found[2 if woman else 1], text).format_map(slots)
