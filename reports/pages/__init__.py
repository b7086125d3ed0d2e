"""The pages of reports, in the order of their tabs. A new one is a module with KEY, NAME and build(), named here."""

from __future__ import annotations

from reports.pages import agents, channels, csat, customers, overview, promises, times, volume
from reports.pages.base import PageModule

PAGES: tuple[PageModule, ...] = (overview, volume, times, promises, csat, agents, customers, channels)  # type: ignore[assignment]


def page_of(key: str) -> PageModule | None:
    return next((page for page in PAGES if key == page.KEY), None)
