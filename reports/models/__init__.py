"""What figures are counted from: told anew from Events, ticket by ticket, so that nothing here is anybody's truth.

Beside it what people decided about reports: targets, schedules, and the files that they asked for.
"""

from reports.models.export import ExportJob
from reports.models.fact import Fact, Kind, Span
from reports.models.rollup import DaySum, StaleDay
from reports.models.schedule import ReportMail, ReportSchedule
from reports.models.stale import Keeper, Stale
from reports.models.target import Target

__all__ = [
    "DaySum",
    "ExportJob",
    "Fact",
    "Keeper",
    "Kind",
    "ReportMail",
    "ReportSchedule",
    "Span",
    "Stale",
    "StaleDay",
    "Target",
]
