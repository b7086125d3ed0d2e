"""Forms of the gestures that reshape tickets: merging, splitting, solving children, time spent."""

from __future__ import annotations

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.errors import HelpdeskError
from tickets.actions import Action, AddTimeSpent, CorrectTimeSpent
from tickets.forms import GestureForm

# "1h 15", "1:15", "1,5 h", "90", "90 min", with the letters by which our languages mean hours and minutes.
_MINUTE = r"(?:m|min|minutes?|minutter|minut|хв)?\.?"
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])")
_MINUTES = re.compile(rf"([0-9]{{1,5}})\s*{_MINUTE}", re.I)
_HOURS = re.compile(
    rf"([0-9]{{1,3}}(?:[.,][0-9]{{1,2}})?)\s*(?:h|hours?|t|timer?|g|godz|год)\.?(?:\s*([0-9]{{1,2}})\s*{_MINUTE})?",
    re.I,
)


def minutes_in(text: str) -> int:
    """Minutes as people write them. Raises HelpdeskError("bad_time")."""
    text = text.strip()
    if match := _CLOCK.fullmatch(text):
        return int(match[1]) * 60 + int(match[2])
    if match := _MINUTES.fullmatch(text):
        return int(match[1])
    if match := _HOURS.fullmatch(text):
        return round(float(match[1].replace(",", ".")) * 60) + int(match[2] or 0)
    raise HelpdeskError("bad_time", _("Write the time as 25, 1:15 or 1h 15."), field="spent")


class TimeForm(GestureForm):
    """Time spent, or with `entry` a correction; `remove` takes the entry back."""

    spent = forms.CharField(max_length=20, required=False)
    note = forms.CharField(max_length=1000, required=False)
    entry = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    remove = forms.BooleanField(required=False)

    def actions(self) -> list[Action]:
        data = self.cleaned_data
        minutes = 0 if data["remove"] else minutes_in(data["spent"])
        if data["entry"]:
            return [CorrectTimeSpent(data["entry"], minutes, data["note"])]
        return [AddTimeSpent(minutes, data["note"])]


class SplitForm(GestureForm):
    subject = forms.CharField(max_length=2000, required=False)
    onwards = forms.BooleanField(required=False)


class MergeForm(GestureForm):
    number = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    confirmed = forms.BooleanField(required=False)
