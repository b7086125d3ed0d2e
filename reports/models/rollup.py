"""Sums of days and of whole weeks, so that a year is told from hundreds of rows rather than from millions."""

from __future__ import annotations

from django.db import models


class DaySum(models.Model):
    """What one measure counts on one day of the reporting zone, or in the week of seven days that begins on it, parted
    by one slice (reports.summing.Row). Of each week that is summed there is a row without a measure, too.

    `told` says of each part that occurs how many facts there were; `values` of a column every value, in order within
    its part, so that percentiles stay exact over any number of days.
    """

    day = models.DateField()
    # 1, or 7 of a whole week from Monday on.
    days = models.PositiveSmallIntegerField(default=1)
    # A name of reports.metrics.cells, e.g. "first_response" and, in business time, "first_response~".
    measure = models.CharField(max_length=24)
    # A key of reports.slices.SLICES; empty: not parted.
    key = models.CharField(max_length=12, blank=True)
    told = models.TextField()
    values = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["measure", "key", "days", "day"], name="day_sum_once"),)
        # A day is summed as a whole.
        indexes = (models.Index(fields=["day"], name="day_sum_day"),)

    def __str__(self) -> str:
        return f"{self.measure} by {self.key or 'nothing'} on {self.day}"


class StaleDay(models.Model):
    """A day whose sums are to be made anew, because a fact in it came, went or altered."""

    day = models.DateField(unique=True)

    def __str__(self) -> str:
        return str(self.day)
