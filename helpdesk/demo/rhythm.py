"""When people write and when they answer: days and hours as a shop knows them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

HOUSE = ZoneInfo("Europe/Copenhagen")
DAYS = 90
OPENS, CLOSES = 8, 17

# How much of a week's mail comes on each day, Monday first, and how much of a day's in each hour of the writer's clock.
_BY_WEEKDAY = (1.45, 1.15, 1.05, 1.0, 0.9, 0.18, 0.16)
_BY_HOUR = {
    6: 0.08, 7: 0.3, 8: 0.85, 9: 1.35, 10: 1.45, 11: 1.2, 12: 0.55, 13: 1.0, 14: 1.25, 15: 1.1, 16: 0.95, 17: 0.65,
    18: 0.25, 19: 0.3, 20: 0.35, 21: 0.2, 22: 0.08,
}  # fmt: skip


def arrival(rng: Random, now: datetime, zone: ZoneInfo) -> datetime:
    """A moment of the last 90 days at which somebody in `zone` might write."""
    first = (now - timedelta(days=DAYS)).date()
    days = [first + timedelta(days=n) for n in range(DAYS + 1)]
    while True:
        day = rng.choices(days, [_BY_WEEKDAY[day.weekday()] for day in days])[0]
        hour = rng.choices(list(_BY_HOUR), list(_BY_HOUR.values()))[0]
        local = datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), zone)
        if now - timedelta(days=DAYS) < local < now:
            return local.astimezone(now.tzinfo)


def worked(at: datetime, minutes: float) -> datetime:
    """The moment at which the house has worked `minutes` more after `at`."""
    local = _at_work(at.astimezone(HOUSE))
    left = timedelta(minutes=minutes)
    while local + left > (end := local.replace(hour=CLOSES, minute=0, second=0)):
        left -= end - local
        local = _at_work(end)
    return (local + left).astimezone(at.tzinfo)


def _at_work(local: datetime) -> datetime:
    """This moment if the house is at work, else the beginning of the next working day."""
    if local.hour >= CLOSES:
        local = (local + timedelta(days=1)).replace(hour=OPENS, minute=local.minute % 9, second=local.second)
    elif local.hour < OPENS:
        local = local.replace(hour=OPENS, minute=local.minute % 9)
    while local.weekday() > 4:
        local = (local + timedelta(days=1)).replace(hour=OPENS, minute=local.minute % 9)
    return local


def spare_time(rng: Random, at: datetime, hours: float, zone: ZoneInfo) -> datetime:
    """When a customer answers who takes about `hours`: not at night, seldom in the evening or at the weekend."""
    local = (at + timedelta(hours=hours)).astimezone(zone)
    if (local.hour >= 18 and rng.random() < 0.8) or local.hour >= 22:
        local = (local + timedelta(days=1)).replace(hour=8)
    elif local.hour < 8:
        local = local.replace(hour=8)
    if local.weekday() > 4 and rng.random() < 0.85:
        local += timedelta(days=7 - local.weekday())
        local = local.replace(hour=rng.choice((8, 8, 9, 9, 10)))
    return max(local.astimezone(at.tzinfo), at + timedelta(minutes=2))


def days_before(now: datetime, days: int, hour: int) -> datetime:
    """The hour of the house's clock on the Tuesday nearest before `days` ago."""
    local = (now - timedelta(days=days)).astimezone(HOUSE)
    local -= timedelta(days=(local.weekday() - 1) % 7)
    return local.replace(hour=hour, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)
