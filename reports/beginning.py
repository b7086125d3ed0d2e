"""Since when there are figures: a period that begins before that is compared with less than its days promise."""

from __future__ import annotations

from datetime import date

from reports.models import DaySum, StaleDay


def has_begun(day: date, *, imported: bool) -> bool:
    """Whether tickets had come by the end of that day: those that an import brought count only when they are asked for.

    Read from sums, riding day_sum_once, because an import may have brought a million facts; as long as days of then are
    due to be summed, it is taken for granted.
    """
    came = ("created", "left_imported") if imported else ("created",)
    summed = DaySum.objects.filter(measure__in=came, key="", days=1, day__lte=day)
    # In one statement.
    return summed.values("day").union(StaleDay.objects.filter(day__lte=day).values("day")).exists()
