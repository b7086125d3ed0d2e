"""Every figure of the house, each defined once (reports/definitions/).

A figure and its drill-down come from one place and always agree, on every selection.
"""

from __future__ import annotations

from reports.beside import BESIDE
from reports.cells import Cell
from reports.definitions.promises import PROMISES
from reports.definitions.quality import QUALITY
from reports.definitions.satisfied import SATISFIED
from reports.definitions.times import TIMES
from reports.definitions.volume import VOLUME
from reports.kpi import Kpi
from reports.pieces import piece_of

__all__ = ["KPIS", "Kpi", "cells", "find", "the"]

KPIS: dict[str, Kpi] = {kpi.key: kpi for kpi in (*VOLUME, *TIMES, *PROMISES, *QUALITY, *SATISFIED)}


def cells() -> dict[str, Cell]:
    """Everything that is summed per day, by the name under which it is (reports.models.DayCount.measure)."""
    return {name: cell for kpi in KPIS.values() for name, cell in kpi.measure.cells(kpi.key).items()}


def find(key: str) -> Kpi | None:
    """A figure, one that pages show beside the figures, or a piece of either ("sla_tickets.cause-workload"): whatever a
    number on a page can be opened by. None when there is no such thing."""
    whole, point, name = key.partition(".")
    kpi = KPIS.get(whole) or BESIDE.get(whole)
    return piece_of(kpi, name) if kpi and point else kpi


def the(key: str) -> Kpi:
    """The same of a key that is written in the code. Raises KeyError."""
    found = find(key)
    if found is None:
        raise KeyError(key)
    return found
