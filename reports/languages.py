"""The languages in which tickets come: few, though nothing but a million facts would tell them one by one."""

from __future__ import annotations

import json
from datetime import timedelta

from reports.models import DaySum, Fact, Kind
from reports.summing import WEEK
from reports.zone import start_of

CAME = ("created", "left_imported")
NEWEST = 2000
"""So many tickets that are in no sum of a week yet are looked at; whoever wants another language has its rows."""


def languages() -> list[str]:
    """Their codes in order, "" of tickets whose language is not known; rides day_sum_once and fact_by_kind."""
    weeks = list(DaySum.objects.filter(measure__in=CAME, key="language", days=WEEK).values_list("day", "told"))
    found = {str(part or "") for _day, told in weeks for part in json.loads(told)[0]}
    newest = Fact.objects.filter(kind=Kind.CREATED).order_by("-at").values_list("language", flat=True)
    if weeks:
        newest = newest.filter(at__gte=start_of(max(day for day, _told in weeks) + timedelta(days=WEEK)))
    return sorted(found.union(newest[:NEWEST]))
