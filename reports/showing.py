"""How numbers of figures are said in words: counts, durations, shares and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from helpdesk.templatetags.ui import duration
from reports.kpi import COUNT, RATE, SCORE, SECONDS, SHARE, Kpi

TEXT, DAY = "text", "day"
"""Units of cells that are no figure."""
Plain = int | float | str | date | None
NOTHING = "–"
A_THIRD_DIGIT = 100


def shown(value: Plain, unit: str) -> str:
    """A value as people read it, in their language."""
    if value is None:
        return NOTHING
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, str):
        return value
    if unit == SECONDS:
        return duration(value)
    if unit == SHARE:
        return _("%(number)s %%") % {"number": _number(100 * value, 1 if 0 < value < 1 else 0)}
    if unit in (RATE, SCORE):
        return _number(value, 2)
    return _number(value, 0 if unit == COUNT and float(value).is_integer() else 1)


def _number(value: float, places: int) -> str:
    return str(number_format(round(value, places), decimal_pos=places, force_grouping=True))


@dataclass(frozen=True, slots=True)
class Change:
    """Against the previous period: in words, up, down or level, and whether that is good, bad or neither."""

    words: str
    direction: str
    tone: str


def change(kpi: Kpi, value: float | None, before: float | None) -> Change | None:
    """None when there is nothing to compare. Shares differ by points, scores by what they are, the rest in per cent."""
    if value is None or before is None:
        return None
    rise = value - before
    direction = "up" if rise > 0 else "down" if rise < 0 else "level"
    tone = "" if not kpi.better or not rise else "good" if kpi.better == direction else "bad"
    return Change(_rise(kpi.unit, rise, before), direction, tone)


def _rise(unit: str, rise: float, before: float) -> str:
    sign = "+" if rise > 0 else "−" if rise < 0 else "±"
    if unit == SHARE:
        return _("%(sign)s%(number)s points") % {"sign": sign, "number": _number(abs(100 * rise), 1)}
    if unit in (SCORE, RATE):
        return f"{sign}{_number(abs(rise), 2)}"
    if before <= 0:
        return f"{sign}{shown(abs(rise), unit)}"
    per_cent = 100 * abs(rise) / before
    number = _number(per_cent, 0 if per_cent >= A_THIRD_DIGIT or per_cent.is_integer() else 1)
    return _("%(sign)s%(number)s %%") % {"sign": sign, "number": number}
