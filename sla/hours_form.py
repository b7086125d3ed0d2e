"""The form of a calendar: a week grid with any number of rows a day, closed days and one-off hours, without scripts.

Rows are added and removed by buttons that send the form back (`do`), so that it works in any browser; nothing is
stored until `do` is "save".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents.forms import zones
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.forms import ALWAYS, refuse_unknown
from helpdesk.lib.text import one_line
from sla import public_holidays
from sla.models import Calendar, CalendarVersion
from sla.opening_hours import OpeningHours

MOST_ROWS = 400
ROW = re.compile(r"(d[0-6]|closed|opening)-(\d{1,3})-(from|to|day|name)")
CLOCK = re.compile(r"(\d{1,2})(?:[:.h]?([0-5]\d))?")
PLAIN = {"name", "zone", "country", "country_shown", "subdivision", "categories", "do", "seen"}
COLUMNS = {"from": "opens", "to": "closes", "day": "day", "name": "name"}
DO = re.compile(r"save|redraw|copy|add-(d[0-6]|closed|opening)|remove-(d[0-6]|closed|opening)-\d{1,3}")


@dataclass
class Row:
    """One line of the grid as it was typed; `error` when it cannot be read, `fresh` when it was added just now."""

    opens: str = ""
    closes: str = ""
    day: str = ""
    name: str = ""
    error: str = ""
    fresh: bool = False


@dataclass
class Group:
    """The rows of a day of the week, of the closed days, or of the one-off hours."""

    prefix: str
    title: str
    rows: list[Row] = field(default_factory=list)
    error: str = ""


class AboutForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=zones)
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    subdivision = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("Which days are holidays"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def offer(self, country: str) -> None:
        """Offer the regions and kinds of holidays of this country, in the reader's language."""
        self.fields["country"].choices = [("", _("No public holidays")), *public_holidays.countries()]  # type: ignore[attr-defined]
        self.fields["subdivision"].choices = [("", _("The whole country")), *public_holidays.regions(country)]  # type: ignore[attr-defined]
        self.fields["categories"].choices = public_holidays.kinds(country)  # type: ignore[attr-defined]


class HoursForm:
    """What was typed, what it means (`hours`, None while it cannot be read), and what is wrong with it."""

    def __init__(self, data: QueryDict | None, calendar: Calendar, newest: CalendarVersion | None, zone: str) -> None:
        self.bound = data is not None
        self.groups = {f"d{day}": Group(f"d{day}", str(name)) for day, name in WEEKDAYS.items()}
        self.groups["closed"] = Group("closed", _("Own closed days"))
        self.groups["opening"] = Group("opening", _("One-off hours"))
        self.seen = newest.number if newest else 0
        self.do = ""
        self.hours: OpeningHours | None = None
        if data is None:
            self._show(calendar, newest, zone)
        else:
            self._read(data)

    @property
    def week(self) -> list[Group]:
        return [self.groups[f"d{day}"] for day in range(7)]

    @property
    def country(self) -> str:
        """The country whose regions and kinds of holidays are offered."""
        return str(self.about["country"].value() or "")

    @property
    def zone(self) -> str:
        return str(self.about["zone"].value() or "")

    @property
    def wants_saving(self) -> bool:
        return self.do == "save"

    def refused(self, error: HelpdeskError) -> None:
        """Show a rule's refusal where it belongs."""
        where = error.field or ""
        group = {"closed_days": "closed", "openings": "opening"}.get(where, where.replace("weekly-", "d"))
        if group in self.groups:
            self.groups[group].error = str(error)
        else:
            self.about.add_error(where if where in self.about.fields else None, str(error))

    def _show(self, calendar: Calendar, newest: CalendarVersion | None, zone: str) -> None:
        """What stands now; of a new calendar nine to five on working days."""
        weekly = newest.weekly if newest else [[[540, 1020]]] * 5 + [[], []]
        for day, hours in enumerate(weekly):
            self.groups[f"d{day}"].rows = [Row(clock(opens), clock(closes)) for opens, closes in hours]
        if newest:
            self.groups["closed"].rows = [Row(day=day, name=name) for day, name in sorted(newest.closed_days.items())]
            self.groups["opening"].rows = [
                Row(clock(opens), clock(closes), day=day)
                for day, hours in sorted(newest.openings.items())
                for opens, closes in hours
            ]
        country = newest.country if newest else ""
        shown = {"name": calendar.name, "zone": newest.zone if newest else zone, "country": country}
        if newest:
            shown |= {"subdivision": newest.subdivision, "categories": newest.categories}
        self.about = AboutForm(initial=shown)
        self.about.offer(country)
        self.hours = self._meant(shown | {"subdivision": shown.get("subdivision", "")})

    def _read(self, data: QueryDict) -> None:
        names = set(data) - PLAIN - ALWAYS
        refuse_unknown({name: "" for name in names if not ROW.fullmatch(name)})
        if len(names) > MOST_ROWS:
            raise BadRequest("Too many rows.")
        self.do = data.get("do", "redraw")
        if not DO.fullmatch(self.do):
            raise BadRequest("Unknown button.")
        self.seen = int(seen) if (seen := data.get("seen", "")).isdecimal() and len(seen) < 9 else self.seen
        rows: dict[tuple[str, int], Row] = {}
        for name in sorted(names, key=_place):
            prefix, number, part = name.split("-")
            if (row := rows.get((prefix, int(number)))) is None:
                row = rows[prefix, int(number)] = Row()
                self.groups[prefix].rows.append(row)
            setattr(row, COLUMNS[part], one_line(str(data[name]))[:80])
        self._read_about(data)
        self._press()
        if not self.wants_saving:  # somebody is still at it: what is missing is not wrong yet
            self.about.errors.pop("name", None)
        if not self.about.errors:
            self.hours = self._meant(self.about.cleaned_data)

    def _read_about(self, data: QueryDict) -> None:
        given = data.copy()
        country = given.get("country", "")
        if country != given.get("country_shown", country):  # another country: its usual days, the whole of it
            given["subdivision"] = ""
            given.setlist("categories", list(public_holidays.usual_kinds(country)) if country else [])
        self.about = AboutForm(given)
        self.about.offer(country)

    def _press(self) -> None:
        """Do what the pressed button says."""
        verb, _sep, rest = self.do.partition("-")
        if verb == "add" and len(self.groups[rest].rows) < MOST_ROWS // 10:
            self.groups[rest].rows.append(Row(fresh=True))
        elif verb == "remove":
            prefix, number = rest.split("-")
            if int(number) < len(self.groups[prefix].rows):
                del self.groups[prefix].rows[int(number)]
        elif verb == "copy":
            for day in range(1, 5):
                self.groups[f"d{day}"].rows = [Row(row.opens, row.closes) for row in self.groups["d0"].rows]

    def _meant(self, about: dict[str, Any]) -> OpeningHours | None:
        """The hours that the rows say; None, and the rows say why, when one cannot be read."""
        weekly = [self._intervals(group) for group in self.week]
        closed = {row.day: row.name for row in self._dated("closed")}
        openings: dict[str, list[list[int]]] = {}
        for row in self._dated("opening"):
            if (interval := self._interval(row)) is not None:
                openings.setdefault(row.day, []).append(interval)
        if any(row.error for group in self.groups.values() for row in group.rows):
            return None
        return OpeningHours(
            zone=about["zone"],
            weekly=[sorted(day) for day in weekly],
            country=about["country"],
            subdivision=about["subdivision"] if about["country"] else "",
            categories=list(about.get("categories", ())) if about["country"] else [],
            closed_days=dict(sorted(closed.items())),
            openings={day: sorted(hours) for day, hours in sorted(openings.items())},
        )

    def _intervals(self, group: Group) -> list[list[int]]:
        return [interval for row in group.rows if (interval := self._interval(row)) is not None]

    def _interval(self, row: Row) -> list[int] | None:
        """Minutes of the day; None for an empty row, and for one that cannot be read."""
        if not row.opens and not row.closes and not row.day:
            return None
        opens, closes = minute(row.opens), minute(row.closes)
        if opens is None or closes is None:
            row.error = _("Enter times as 09:00; 24:00 is the end of the day.")
            return None
        closes = closes or 1440
        if opens >= closes:
            row.error = _("This ends before it begins. Over midnight, close at 24:00 and open at 00:00 the next day.")
            return None
        return [opens, closes]

    def _dated(self, prefix: str) -> list[Row]:
        rows = [row for row in self.groups[prefix].rows if row.day or row.name or row.opens or row.closes]
        for row in rows:
            try:
                row.day = date.fromisoformat(row.day).isoformat()
            except ValueError:
                row.error = _("Enter a date.")
        return [row for row in rows if not row.error]


def minute(text: str) -> int | None:
    """09:00, 9.00, 0900 and 9 are 540; 24:00 is 1440; None for what is no time."""
    if (found := CLOCK.fullmatch(text)) is None:
        return None
    at = int(found[1]) * 60 + int(found[2] or 0)
    return at if at <= 1440 else None


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _place(name: str) -> int:
    return int(name.split("-")[1])
