"""Public holidays by country, region and kind, as the `holidays` library knows them; the only module that asks it.

The library answers in English when a language is unknown to it and gives Ukraine no public holidays while martial law
makes them working days (its category "workday"); both are met here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import holidays
from babel import Locale
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

# How far before and after it is made a version of a calendar knows its holidays.
YEARS_BEFORE, YEARS_AFTER = 20, 30
# Half days are left out: a holiday closes a whole day.
KINDS: dict[str, str | Promise] = {
    "public": _("Public holidays"),
    "workday": _("Holidays that are working days at present"),
    "bank": _("Bank holidays"),
    "government": _("Government holidays"),
    "optional": _("Optional holidays"),
    "school": _("School holidays"),
    "unofficial": _("Unofficial days"),
    "de_facto": _("Days that most people have off"),
    "armed_forces": _("Holidays of the armed forces"),
    "catholic": _("Catholic holidays"),
    "orthodox": _("Orthodox holidays"),
    "protestant": _("Protestant holidays"),
    "christian": _("Christian holidays"),
    "islamic": _("Islamic holidays"),
    "hebrew": _("Jewish holidays"),
    "hindu": _("Hindu holidays"),
}
# Our language, then what the library may call it.
LANGUAGES: dict[str, tuple[str, ...]] = {"nb": ("nb", "no"), "en": ("en_GB", "en_US")}


def days(country: str, region: str, kinds: Iterable[str], around: int) -> list[date]:
    """The holidays of the years around `around`; none for a country that the library does not know."""
    years = range(around - YEARS_BEFORE, around + YEARS_AFTER + 1)
    chosen = tuple(kinds)
    return sorted(day for year in years for day in names(country, region, chosen, year))


def name_of(day: date, country: str, region: str, kinds: Iterable[str]) -> str | None:
    """What a holiday is called in the active language, or in the country's own where the library lacks that one."""
    return names(country, region, tuple(kinds), day.year, get_language() or "").get(day)


@lru_cache(maxsize=2000)
def names(country: str, region: str, kinds: tuple[str, ...], year: int, language: str = "") -> Mapping[date, str]:
    """The holidays of a year and their names, in the country's own language when none is asked for."""
    known = _country(country)
    chosen = [kind for kind in kinds if known is not None and kind in known.supported_categories]
    if known is None or not chosen:
        return {}
    within = region if region in known.subdivisions else None
    return dict(
        holidays.country_holidays(
            country, subdiv=within, years=year, categories=chosen, language=_language(known, language)
        )
    )


def countries() -> list[tuple[str, str]]:
    """Code and name of each country that is known, in the reader's language and order."""
    return _countries(get_language() or "en")


def regions(country: str) -> list[tuple[str, str]]:
    """Code and name of the parts of a country whose holidays differ; where the library has no name, the code."""
    if (known := _country(country)) is None:
        return []
    names = {code: name for name, code in getattr(known, "subdivisions_aliases", {}).items()}
    return sorted(((code, names.get(code, code)) for code in known.subdivisions), key=lambda each: each[1])


def kinds(country: str) -> list[tuple[str, str | Promise]]:
    """The kinds of holidays that a country has, "public" first."""
    known = _country(country)
    return [(kind, label) for kind, label in KINDS.items() if known is not None and kind in known.supported_categories]


def usual_kinds(country: str) -> list[str]:
    """What to begin with: public holidays; where those are suspended, the days that were suspended."""
    has = dict(kinds(country))
    this_year = names(country, "", ("public",), now().year)
    return ["public"] if this_year or "workday" not in has else ["public", "workday"]


@lru_cache(maxsize=16)
def _countries(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language, sep="-").territories
    codes = [code for code in holidays.list_supported_countries() if len(code) == 2]
    return sorted(((code, names.get(code, code)) for code in codes), key=lambda each: each[1].casefold())


@lru_cache(maxsize=256)
def _country(code: str) -> Any:
    """The library's own object, which counts as false while it holds no year; None when it has no such country."""
    try:
        return holidays.country_holidays(code) if len(code) == 2 else None
    except NotImplementedError:
        return None


def _language(known: Any, wanted: str) -> str | None:
    supported = known.supported_languages or ()
    for name in LANGUAGES.get(wanted, (wanted,)):
        if name in supported:
            return str(name)
    own = known.default_language
    return str(own) if own else None
