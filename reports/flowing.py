"""The parts of the balance as figures of their own, so that each of them opens to its tickets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reports.counting import Rows
from reports.kpi import COUNT, EITHER, Kpi
from reports.models import Kind
from reports.summing import Cell

if TYPE_CHECKING:
    from reports.selection import Selection


@dataclass(frozen=True)
class Flow(Rows):
    """With tickets that were merged away later: they stood in the backlog until then."""

    kind: str

    def rows(self, asked: Selection) -> QuerySet[Any]:
        return asked.flows(self.kind)

    def cells(self, name: str) -> dict[str, Cell]:
        return {name: Cell((self.kind,), merged=True, parted=False)}


_COUNTED = _("A part of the balance of the backlog. Tickets that were merged into others later are counted here.")

FLOWING: dict[str, Kpi] = {
    f"flow_{kind}": Kpi(f"flow_{kind}", name, COUNT, EITHER, _COUNTED, lambda kind=kind: Flow(kind))  # type: ignore[misc]
    for kind, name in (
        (Kind.CREATED, _("Created")),
        (Kind.REOPENED, _("Reopened")),
        (Kind.RESTORED, _("Restored from merges")),
        (Kind.SOLVED, _("Solved")),
        (Kind.MERGED_AWAY, _("Merged away")),
    )
}
