"""Counts per day, so that a year is summed from thousands of rows rather than from millions."""

from __future__ import annotations

from django.db import models


class DayCount(models.Model):
    """Of one measure on one day of the reporting zone: how many facts lie in one bucket (reports.buckets).

    Percentiles stay exact: the buckets tell in which of them the wanted value lies, and only that one is looked into.
    """

    day = models.DateField()
    # A name of reports.metrics.cells, e.g. "first_response" and, in business time, "first_response~".
    measure = models.CharField(max_length=24)
    bucket = models.PositiveSmallIntegerField()
    n = models.PositiveIntegerField()
    total = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["measure", "day", "bucket"], name="day_count_once"),)

    def __str__(self) -> str:
        return f"{self.n} {self.measure} on {self.day} in bucket {self.bucket}"


class StaleDay(models.Model):
    """A day whose counts are to be made anew, because a fact in it came, went or altered."""

    day = models.DateField(unique=True)

    def __str__(self) -> str:
        return str(self.day)
