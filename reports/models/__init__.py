"""What figures are counted from: told anew from Events, ticket by ticket, so that nothing here is anybody's truth."""

from reports.models.fact import Fact, Kind, Span
from reports.models.rollup import DayCount, StaleDay
from reports.models.stale import Keeper, Stale

__all__ = ["DayCount", "Fact", "Keeper", "Kind", "Span", "Stale", "StaleDay"]
