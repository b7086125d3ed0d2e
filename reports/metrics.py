"""Every figure of the house, each defined once (reports/definitions/).

A figure and its drill-down come from one place and always agree, on every selection.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from django.conf import settings

from reports.beside import BESIDE
from reports.definitions.promises import PROMISES
from reports.definitions.quality import QUALITY
from reports.definitions.satisfied import SATISFIED
from reports.definitions.times import TIMES
from reports.definitions.volume import VOLUME
from reports.exclusions import LEFT
from reports.flowing import FLOWING
from reports.kpi import Kpi
from reports.pieces import piece_of
from reports.summing import FORMAT, Cell

__all__ = ["KPIS", "Kpi", "cells", "find", "summed_as", "the"]

KPIS: dict[str, Kpi] = {kpi.key: kpi for kpi in (*VOLUME, *TIMES, *PROMISES, *QUALITY, *SATISFIED)}


def cells() -> dict[str, Cell]:
    """Everything that is summed per day, by the name under which it is (reports.models.DaySum.measure)."""
    measures = [(kpi.key, kpi.measure) for kpi in (*KPIS.values(), *BESIDE.values(), *FLOWING.values(), *LEFT.values())]
    return {name: cell for key, measure in measures for name, cell in measure.cells(key).items()}


def summed_as() -> str:
    """By which definitions, settings and zone days are summed now; sums that were made by others are not read."""
    return _summed_as(FORMAT, settings.REPORTS_ZONE, settings.REPORTS_REOPEN_DAYS, settings.REPORTS_RETURN_DAYS)


@cache
def _summed_as(*given: object) -> str:
    said = [f"{name} {cell} {cell.keys}" for name, cell in sorted(cells().items())]
    return sha256("\n".join([*map(str, given), *said]).encode()).hexdigest()


def find(key: str) -> Kpi | None:
    """A figure, one that pages show beside the figures, what no figure counts, or a piece of one of them
    ("sla_tickets.cause-workload"): whatever a number on a page can be opened by. None when there is no such thing."""
    whole, point, name = key.partition(".")
    kpi = KPIS.get(whole) or BESIDE.get(whole) or LEFT.get(whole)
    return piece_of(kpi, name) if kpi and point else kpi


def the(key: str) -> Kpi:
    """The same of a key that is written in the code. Raises KeyError."""
    found = find(key)
    if found is None:
        raise KeyError(key)
    return found
