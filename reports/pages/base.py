"""What pages of reports are built from: tiles, charts, tables and heat maps, each with its numbers as plain data.

A page is a module with KEY, NAME and `build(asked) -> Page`; what it returns is drawn by reports/page.html, exported
from `Page.tables`, and every number in it carries the address of its tickets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from reports.asking import Asked
from reports.kpi import COUNT
from reports.pages.table import MOST_ON_PAGE, Cell, Column, Number, Table, Words
from reports.showing import TEXT, shown

if TYPE_CHECKING:
    from reports.pages.tiles import Tile


@dataclass(frozen=True)
class Series:
    """One line, or the bars of one colour. `tone` is a colour of the tokens: blue green amber red violet teal grey.

    `ns` say from how many each value comes, where nothing can come of something: a net flow of 0.
    """

    label: Words
    values: Sequence[Number]
    urls: Sequence[str] = ()
    tone: str = "blue"
    unit: str = ""
    ns: Sequence[int] = ()

    def url(self, place: int) -> str:
        return self.urls[place] if place < len(self.urls) else ""


@dataclass(frozen=True)
class Goal:
    """What is wanted at each place of a chart: a line that steps where the target was altered and ends where it was
    given up. `tone` is that of the series that it belongs to, "" where there is but one."""

    label: Words
    values: Sequence[Number]
    words: Sequence[str]
    tone: str = ""


@dataclass(frozen=True)
class Chart:
    """Drawn by static/js/charts.js; its table is always in the page, and is all there is without JavaScript.

    `labels` say what each place of the series stands for. `stacked` adds the series up.
    """

    key: str
    title: Words
    labels: Sequence[Words]
    series: Sequence[Series]
    unit: str = COUNT
    look: str = "line"
    stacked: bool = False
    horizontal: bool = False
    goals: Sequence[Goal] = ()
    note: Words = ""
    # What the labels are: "Day", "Team".
    of: Words = ""

    kind = "chart"

    @property
    def data_id(self) -> str:
        return f"{self.key}-data"

    @property
    def is_empty(self) -> bool:
        return not any(map(self._happened, self.series))

    def _happened(self, one: Series) -> bool:
        """No share, score or duration is known of nothing: one of 0 says as much as any other."""
        if self._unit(one) != COUNT:
            return any(value is not None for value in one.values)
        return any(one.ns or one.values)

    def _unit(self, one: Series) -> str:
        return one.unit or self.unit

    def _n(self, one: Series, place: int) -> int | None:
        """Of a count it would say the same again."""
        told = one.ns and self._unit(one) != COUNT and one.values[place] is not None
        return one.ns[place] if told else None

    def _said(self, one: Series, place: int) -> str:
        words, n = shown(one.values[place], self._unit(one)), self._n(one, place)
        return words if n is None else f"{words} (n = {intcomma(n)})"

    @property
    def table(self) -> Table:
        """The very numbers that are drawn."""
        columns = [
            Column(self.of, TEXT),
            *(Column(one.label, self._unit(one)) for one in self.series),
            *(Column(goal.label, self.unit) for goal in self.goals),
        ]
        rows = [
            [
                Cell(str(label), TEXT),
                *(Cell(one.values[n], self._unit(one), one.url(n), self._n(one, n)) for one in self.series),
                *(Cell(goal.values[n], self.unit) for goal in self.goals),
            ]
            for n, label in enumerate(self.labels)
        ]
        return Table(self.key, self.title, columns, rows)

    @property
    def data(self) -> dict[str, Any]:
        """For charts.js; `words` beside each value, so that the browser needs to know no units."""
        return {
            "look": self.look,
            "stacked": self.stacked,
            "horizontal": self.horizontal,
            "unit": self.unit,
            "labels": [str(label) for label in self.labels],
            "goals": [
                {"label": str(goal.label), "tone": goal.tone, "values": list(goal.values), "words": list(goal.words)}
                for goal in self.goals
            ],
            "series": [
                {
                    "label": str(one.label),
                    "tone": one.tone,
                    "values": list(one.values),
                    "words": [self._said(one, n) for n in range(len(one.values))],
                    "urls": [one.url(n) if value is not None else "" for n, value in enumerate(one.values)],
                }
                for one in self.series
            ],
        }


HOURS_OF_DAY, DAYS_OF_WEEK, SHADES = 24, 7, 6


@dataclass(frozen=True)
class Heat:
    """The 168 hours of the week as a table of links, darker where there is more; of `values` Monday's first hour comes
    first, the rows begin with the first day of the house's week.

    `ns` say from how many each value comes, if it is not a count itself.
    """

    key: str
    title: Words
    values: Sequence[Number]
    urls: Sequence[str]
    unit: str = COUNT
    note: Words = ""
    ns: Sequence[int] = ()

    kind = "heat"

    @property
    def is_empty(self) -> bool:
        return not any(self.ns or self.values)

    @property
    def days(self) -> list[tuple[str, list[tuple[str, Cell, int]]]]:
        """(day, [(hour, cell, shade from 0 to 6)])."""
        most = max((value for value in self.values if value), default=0)
        return [
            (
                str(WEEKDAYS[day]),
                [
                    (f"{hour:02d}", self._cell(place), self._shade(place, most))
                    for hour in range(HOURS_OF_DAY)
                    for place in (day * HOURS_OF_DAY + hour,)
                ],
            )
            for day in _week()
        ]

    @property
    def hours(self) -> list[str]:
        return [f"{hour:02d}" for hour in range(HOURS_OF_DAY)]

    def _shade(self, place: int, most: Number) -> int:
        """0 for nothing, 1 for hardly anything, 6 for the most."""
        value = self.values[place]
        if value is None or not (self.ns or self.values)[place]:
            return 0
        return 1 + min(SHADES - 1, int(SHADES * value / most)) if most else 1

    def _cell(self, place: int) -> Cell:
        return Cell(self.values[place], self.unit, self.urls[place], self.ns[place] if self.ns else None)

    @property
    def table(self) -> Table:
        columns = [Column(_("Day"), TEXT), *(Column(hour, self.unit) for hour in self.hours)]
        rows = [[Cell(day, TEXT), *(cell for _hour, cell, _shade in cells)] for day, cells in self.days]
        return Table(self.key, self.title, columns, rows, self.note)


def _week() -> list[int]:
    """The days as the house counts its weeks; 0 is Monday."""
    return [(settings.REPORTS_WEEK_STARTS + place) % DAYS_OF_WEEK for place in range(DAYS_OF_WEEK)]


@dataclass(frozen=True)
class Custom:
    """Whatever has a template of its own; its numbers belong into `data`, so that they can be exported."""

    template: str
    context: dict[str, Any]
    data: Table | None = None

    kind = "custom"

    @property
    def table(self) -> Table | None:
        return self.data


Block = Chart | Table | Heat | Custom


@dataclass(frozen=True)
class Page:
    tiles: Sequence[Tile] = ()
    blocks: Sequence[Block] = ()

    @property
    def tables(self) -> list[Table]:
        """All that the page says, as data; the tiles first."""
        found = [block.table for block in self.blocks]
        tiles = [self._tiles()] if self.tiles else []
        return [*tiles, *(table for table in found if table is not None and table.columns)]

    def with_whole(self, key: str) -> Page:
        """With all rows of that table."""
        return replace(
            self,
            blocks=[
                one.whole(MOST_ON_PAGE) if isinstance(one, Table) and one.key == key else one for one in self.blocks
            ],
        )

    def _tiles(self) -> Table:
        columns = [
            Column(_("Figure"), TEXT),
            Column(_("Value")),
            Column(_("Unit"), TEXT),
            Column(_("Previous period")),
            Column(_("Change"), TEXT),
            Column("n"),
        ]
        return Table("figures", _("Figures"), columns, [tile.cells for tile in self.tiles])


class PageModule(Protocol):
    KEY: str
    NAME: Words

    def build(self, asked: Asked) -> Page: ...


__all__ = [
    "Block",
    "Cell",
    "Chart",
    "Column",
    "Custom",
    "Goal",
    "Heat",
    "Number",
    "Page",
    "PageModule",
    "Series",
    "Table",
    "Words",
]
