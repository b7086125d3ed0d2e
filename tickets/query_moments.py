"""Moments in the query language: `created>7d` is longer ago than seven days, `due<2h` no further ahead than two hours,
`<2026-03-01` before that day begins."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from django.db.models import Q
from django.utils import timezone

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_AGE = re.compile(r"([0-9]{1,6})([mhdw])")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Day = TypeVar("Day", bound=date)
_BOUND = re.compile(r"(>=|<=|>|<|)(.*)", re.DOTALL)
_NAMED_DAYS = {"today": 0, "yesterday": 1, "tomorrow": -1}
FLIPPED = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}


def read_bound(bound: str) -> str | None:
    """The bound in the one form in which it is stored, or None: an age ("7d"; needs < or >), a day, or a moment
    with its zone. An age is counted from when the question is asked, so a saved view stays true."""
    operator, value = split(bound)
    value = value.strip()
    if _AGE.fullmatch(value.lower()):
        age = value.lower()
        return operator + age if operator and _ago(age) is not None else None
    if value.lower() in _NAMED_DAYS:
        return operator + value.lower()
    read = _day(value) or (_moment(value) if operator else None)
    if read is None:
        return None
    return operator + (read.astimezone(UTC).isoformat() if isinstance(read, datetime) else read.isoformat())


def split(bound: str) -> tuple[str, str]:
    match = _BOUND.fullmatch(bound)
    return (match.group(1), match.group(2)) if match else ("", bound)


def condition(column: str, bound: str, *, ahead: bool = False) -> Q:
    """What a stored bound asks of a column, now and in the reader's zone. Ages count back from now, or `ahead` on from
    now: `<2h` is then everything up to two hours from now. Raises ValueError for what is none."""
    operator, value = split(bound)
    if (back := _NAMED_DAYS.get(value)) is not None:
        return _on_day(column, operator, timezone.localdate() - timedelta(days=back))
    if (day := _day(value)) is not None:
        return _on_day(column, operator, day)
    if not operator:
        raise ValueError(bound)
    if (away := _ago(value, ahead=ahead)) is not None:
        # Longer ago is a smaller moment, further ahead a greater one.
        return Q(**{f"{column}__{_LOOKUP[operator if ahead else _MIRRORED[operator]]}": away})
    if (moment := _moment(value)) is not None:
        return Q(**{f"{column}__{_LOOKUP[operator]}": moment})
    raise ValueError(bound)


_LOOKUP = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
_MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">="}


def _on_day(column: str, operator: str, day: date) -> Q:
    begins, ends = _midnight(day), _midnight(day + timedelta(days=1))
    return {
        "": Q(**{f"{column}__gte": begins, f"{column}__lt": ends}),
        ">": Q(**{f"{column}__gte": ends}),
        ">=": Q(**{f"{column}__gte": begins}),
        "<": Q(**{f"{column}__lt": begins}),
        "<=": Q(**{f"{column}__lt": ends}),
    }[operator]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone())


def _ago(age: str, *, ahead: bool = False) -> datetime | None:
    match = _AGE.fullmatch(age)
    if match is None:
        return None
    try:
        length = timedelta(**{UNITS[match.group(2)]: int(match.group(1))})
        return _of_our_time(timezone.now() + length if ahead else timezone.now() - length)
    except OverflowError:
        return None


def _day(value: str) -> date | None:
    if not _DAY.fullmatch(value):
        return None
    try:
        return _of_our_time(date.fromisoformat(value))
    except ValueError:
        return None


def _moment(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if _of_our_time(moment) is None or not value.isascii():
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_current_timezone())


def _of_our_time(day: Day) -> Day | None:
    """Databases and zones know no moments near the ends of time."""
    return day if 1900 <= day.year <= 2999 else None
