"""Moments as the reader's language writes them, in the reader's zone."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime


def day_and_time(moment: datetime) -> str:
    """With the year: "22 Nov 2026, 09:00"."""
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT")


def near_day_and_time(moment: datetime) -> str:
    """Of these weeks, so with the weekday and no year: "Sun 22 Nov, 09:00"."""
    local = localtime(moment)
    return f"{date_format(local, 'D')} {date_format(local, 'MONTH_DAY_FORMAT')}, {local:%H:%M}"
