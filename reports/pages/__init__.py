"""The pages of reports, in the order of their tabs. A new one is a module with KEY, NAME and build(), named here."""

from __future__ import annotations

from typing import Any

from reports.flowing import FLOWING
from reports.pages import agents, channels, csat, customers, overview, promises, times, volume
from reports.pages.base import PageModule

PAGES: tuple[PageModule, ...] = (overview, volume, times, promises, csat, agents, customers, channels)  # type: ignore[assignment]


# Of each figure the page that tells most of it; any other one stands on the overview alone.
_TOLD_BY: dict[str, Any] = {
    **dict.fromkeys((*volume.FIGURES, *FLOWING), volume),
    **dict.fromkeys((*times.LINED, *times.PLAIN, *times.SETTLED, "replies"), times),
    **dict.fromkeys((*promises.LINED, *promises.PLAIN, *promises.ESCALATED), promises),
    **dict.fromkeys(("sla_cancelled", "sla_unanswered", "sla_running"), promises),
    **dict.fromkeys(("csat", "csat_score", "csat_low", "csat_response", "csat_not_asked"), csat),
    **dict.fromkeys(("answers", "reassignments"), agents),
    "reopen_rate": customers,
}


def page_telling(kpi: str) -> PageModule:
    """The page on which a figure stands, or the figure of which this is a piece."""
    told: PageModule = _TOLD_BY.get(kpi.partition(".")[0], overview)
    return told


def page_of(key: str) -> PageModule | None:
    return next((page for page in PAGES if key == page.KEY), None)
