"""A figure as a tile: its value, its change against the previous period, and the small line of how it went."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.asking import Asked
from reports.expecting import expect
from reports.figures import Figure
from reports.kpi import COUNT, RATE, SCORE, SECONDS, SHARE, Kpi
from reports.metrics import KPIS
from reports.pages.base import Cell
from reports.pages.trends import trend
from reports.showing import TEXT, Change, change, shown
from reports.target_words import target_said
from reports.unsolved import Standing

WIDTH, HEIGHT = 100, 24
UNITS: dict[str, str | Promise] = {
    COUNT: _("count"),
    SECONDS: _("seconds"),
    SHARE: _("share"),
    RATE: _("rate"),
    SCORE: _("score"),
}


@dataclass(frozen=True)
class Tile:
    """`standing` says how the figure stands against its target, if it has one (reports.targets)."""

    kpi: Kpi
    figure: Figure
    before: Figure | None
    asked: Asked
    line: Sequence[float | None] = ()
    standing: str = "none"
    target: float | None = None

    @property
    def words(self) -> str:
        return shown(self.figure.value, self.kpi.unit)

    @property
    def url(self) -> str:
        return self.asked.tickets(self.kpi.key)

    @property
    def before_words(self) -> str:
        return shown(self.before.value, self.kpi.unit) if self.before else ""

    @property
    def before_url(self) -> str:
        return self.asked.tickets(self.kpi.key, past=True)

    @property
    def change(self) -> Change | None:
        return change(self.kpi, self.figure.value, self.before.value) if self.before else None

    @property
    def p90(self) -> str:
        return shown(self.figure.p90, self.kpi.unit) if self.figure.p90 is not None else ""

    @property
    def mean(self) -> str:
        """Of what is spread; a score is a mean itself."""
        told = self.figure.mean is not None and self.figure.p90 is not None
        return shown(self.figure.mean, self.kpi.unit) if told else ""

    @property
    def interval(self) -> tuple[str, str] | None:
        if self.figure.low is None or self.figure.high is None:
            return None
        return shown(self.figure.low, SHARE), shown(self.figure.high, SHARE)

    @property
    def is_count(self) -> bool:
        """Its value is how many there are, so n says nothing more."""
        return self.kpi.unit == COUNT and self.figure.mean is None and self.figure.value == self.figure.n

    @property
    def is_provisional(self) -> bool:
        since = self.kpi.provisional_since(self.asked.at)
        return since is not None and self.asked.selection.end > since

    @property
    def ignores_hours(self) -> bool:
        """What stands at the end of a range knows no hour of an event."""
        return bool(self.asked.slices.get("hour")) and isinstance(self.kpi.measure, Standing)

    @property
    def points(self) -> list[str]:
        """Of its small line, a gap wherever there is no value: the points of one polyline each."""
        known = [value for value in self.line if value is not None]
        if len(known) < 2 or not any(known):
            return []
        least, most = min(0, *known), max(known)
        parts: list[list[str]] = [[]]
        for place, value in enumerate(self.line):
            if value is None:
                parts.append([])
                continue
            x = WIDTH * place / (len(self.line) - 1)
            y = HEIGHT - 2 - (HEIGHT - 4) * ((value - least) / (most - least) if most > least else 0)
            parts[-1].append(f"{x:.1f},{y:.1f}")
        return [" ".join(part) for part in parts if len(part) > 1]

    @property
    def target_said(self) -> str:
        return target_said(self.kpi, self.target)

    @property
    def cells(self) -> list[Cell]:
        unit, told = self.kpi.unit, self.change
        return [
            Cell(str(self.kpi.name), TEXT),
            Cell(self.figure.value, unit, self.url),
            Cell(str(UNITS[unit]), TEXT),
            Cell(self.before.value if self.before else None, unit, self.before_url),
            Cell(told.words if told else "", TEXT),
            Cell(self.figure.n),
        ]


def tiles(keys: Sequence[str], asked: Asked, *, lined: Collection[str] | None = None) -> list[Tile]:
    """`lined`: those of them that are drawn over time; all, if it is not said."""
    expect([KPIS[key] for key in keys], asked)
    return [tile(key, asked, line=lined is None or key in lined) for key in keys]


def tile(key: str, asked: Asked, *, line: bool = True) -> Tile:
    """`line` False where the figure is not drawn over time."""
    kpi = KPIS[key]
    figure = kpi.figure(asked.selection)
    before = kpi.figure(asked.before) if asked.before else None
    drawn = [one.value for _step, one in trend(key, asked)] if line else []
    book, selection = asked.targets, asked.selection
    return Tile(kpi, figure, before, asked, drawn, book.standing(key, figure, selection), book.value(key, selection))
