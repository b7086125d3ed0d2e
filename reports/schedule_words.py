"""How the times of a scheduled report are said."""

from __future__ import annotations

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from reports.models import ReportSchedule


def said_when(schedule: ReportSchedule) -> str:
    """In the reporting zone, which stands beside it."""
    told = {
        "hour": f"{schedule.hour:02d}:00",
        "weekday": WEEKDAYS.get(schedule.weekday, ""),
        "day": schedule.month_day,
    }
    if schedule.every == ReportSchedule.Every.DAY:
        return _("every day at %(hour)s") % told
    if schedule.every == ReportSchedule.Every.WEEK:
        return _("every week: %(weekday)s at %(hour)s") % told
    return _("every month: day %(day)s at %(hour)s") % told
