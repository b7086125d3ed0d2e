"""Says before several figures are asked for which they are, so that what is summed for them is read together."""

from __future__ import annotations

from collections.abc import Iterable

from reports.asking import Asked
from reports.cells import key_of
from reports.kpi import Kpi
from reports.summing import UNPARTED


def expect(kpis: Iterable[Kpi], asked: Asked, by: str = UNPARTED) -> None:
    """`by`: the slice by which they will be parted. Alters no figure, only how many statements they take."""
    key = key_of(asked.selection, by)
    if key is not None:
        cells = (kpi.measure.cells_for(asked.selection, kpi.key).items() for kpi in kpis)
        asked.kept.expect({name: cell for some in cells for name, cell in some if key in cell.keys}, key)
