"""Lengths of time as people type and read them: "1 h 30", never days, since a day of business time is not 24 hours."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from helpdesk.lib.errors import HelpdeskError

LONGEST = 366 * 24 * 60
"""In minutes."""
_UNITS = {
    1: "m min mins minute minutes minut minutter minuty мин хв хвилина хвилини хвилин",
    60: "h hr hrs hour hours t time timer g godz godzina godziny godzin год година години годин",
    24 * 60: "d day days dag dage dager dzień dni д дн день дні днів",
    7 * 24 * 60: "w week weeks uge uger uke uker tydz тиж",
}
_MINUTES = {word: minutes for minutes, words in _UNITS.items() for word in words.split()}
_PART = re.compile(r"\s*([0-9]{1,7}(?:[.,][0-9]{1,3})?)\s*([^\W\d_]*)\.?")


def read_minutes(text: str) -> int:
    """Minutes of "90", "90 min", "4h", "1 h 30", "1:30", "1.5 h", "2d" (a day is 24 hours).

    Raises HelpdeskError bad_duration; nothing and zero are no duration.
    """
    said = " ".join(text.split()).casefold()
    if match := re.fullmatch(r"([0-9]{1,5}):([0-5][0-9])", said):
        minutes = float(int(match[1]) * 60 + int(match[2]))
    else:
        minutes = _sum_of(said)
    if minutes != int(minutes) or not 0 < minutes <= LONGEST:
        raise _refused()
    return int(minutes)


def _sum_of(said: str) -> float:
    place, minutes, last = 0, 0.0, 0
    while place < len(said):
        match = _PART.match(said, place)
        if match is None or match.end() == place:
            raise _refused()
        number, word = float(match[1].replace(",", ".")), match[2]
        # A number without a word: minutes, also after hours ("1 h 30").
        unit = _MINUTES.get(word) if word else 1
        if unit is None or (last and unit >= last):
            raise _refused()
        minutes, place, last = minutes + number * unit, match.end(), unit
    return minutes


def _refused() -> HelpdeskError:
    return HelpdeskError("bad_duration", _("Write a length of time, such as 90 min, 4 h, 1 h 30 or 2 d."))


def minutes_said(minutes: int) -> str:
    """As "45 min", "4 h", "1 h 30", "48 h"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(rest)02d") % {"hours": hours, "rest": rest}
