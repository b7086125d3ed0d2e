"""Every figure of the house, each defined once (reports/definitions/).

A figure and its drill-down come from one place and always agree, on every selection.
"""

from __future__ import annotations

from reports.cells import Cell
from reports.definitions.promises import PROMISES
from reports.definitions.quality import QUALITY
from reports.definitions.satisfied import SATISFIED
from reports.definitions.times import TIMES
from reports.definitions.volume import VOLUME
from reports.kpi import Kpi

__all__ = ["KPIS", "Kpi", "cells"]

KPIS: dict[str, Kpi] = {kpi.key: kpi for kpi in (*VOLUME, *TIMES, *PROMISES, *QUALITY, *SATISFIED)}


def cells() -> dict[str, Cell]:
    """Everything that is summed per day, by the name under which it is (reports.models.DayCount.measure)."""
    return {name: cell for kpi in KPIS.values() for name, cell in kpi.measure.cells(kpi.key).items()}
