"""The languages that agents can be said to write, as people type and read them."""

from __future__ import annotations

from functools import cache

from django.conf.locale import LANG_INFO

from automation.choosing import main_language


@cache
def names() -> dict[str, str]:
    """Each main language with its own name, in the order of the names."""
    known: dict[str, str] = {}
    for tag in sorted(LANG_INFO, key=lambda tag: (len(tag), tag)):
        if name := LANG_INFO[tag].get("name_local"):
            known.setdefault(main_language(tag), name)
    return dict(sorted(known.items(), key=lambda item: item[1].casefold()))


@cache
def _spellings() -> dict[str, str]:
    """By what somebody may type, in lower case: the tag, the language's own name, its English name."""
    found = {tag: main_language(tag) for tag in LANG_INFO}
    for tag, info in LANG_INFO.items():
        for name in (info.get("name_local"), info.get("name")):
            if name:
                found.setdefault(name.casefold(), main_language(tag))
    return found


def language_of(typed: str) -> str | None:
    """The main language that is meant by a tag or a name; None for no language that is known."""
    return _spellings().get(typed.strip().casefold())


def name_of(language: str) -> str:
    return names().get(main_language(language), language)
