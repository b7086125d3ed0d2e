"""Lengths, days and moments as a clock speaks of them: in the reader's language, and in the reader's zone by name."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sla.durations import minutes_said

WEEK = timedelta(days=6)


def length(seconds: int) -> str:
    """ "45 s", "12 min", "1 h 12"; never days, since a day of business time is not 24 hours."""
    return minutes_said(seconds // 60) if seconds >= 60 else _("%(seconds)d s") % {"seconds": seconds}


def exact(seconds: int) -> str:
    """To the second, as an account says it: "1:12:05"."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"


def moment(of: datetime, at: datetime) -> str:
    """Near `at` with the weekday, else with the date; and whose time it is: "Mon 10:48 Copenhagen time"."""
    local = timezone.localtime(of)
    words = {"day": date_format(local, "D"), "time": f"{local:%H:%M}", "city": city()}
    if abs(local.date() - timezone.localtime(at).date()) > WEEK:
        words["day"] = _("%(weekday)s %(date)s,") % {"weekday": words["day"], "date": _date(local.date(), at)}
    if words["city"] == "UTC":
        return _("%(day)s %(time)s UTC") % words
    return _("%(day)s %(time)s %(city)s time") % words


def day(of: date, at: datetime) -> str:
    """ "Tuesday" when it is near, else "3 March"."""
    if abs(of - timezone.localtime(at).date()) <= WEEK:
        return date_format(of, "l")
    return _date(of, at)


def _date(of: date, at: datetime) -> str:
    return date_format(of, "MONTH_DAY_FORMAT" if of.year == timezone.localtime(at).year else "DATE_FORMAT")


def city() -> str:
    """The place by which the reader's zone is named."""
    key = timezone.get_current_timezone_name()
    return "UTC" if key in ("UTC", "Etc/UTC") else key.rsplit("/", 1)[-1].replace("_", " ")
