"""The account of a clock: each span, whether it counted and why, and the total so far: `used` to the second."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from sla.calendar import BusinessTime
from sla.local_days import DAY, local_day, midnight, next_day, next_monday, next_month, parts
from sla.models import LegReason, SlaLeg
from sla.schedules import clockwork

MOST_LINES = 20
"""A leg with more spans than this is told by the day, by the week, or by the month."""
MOST_DAYS, MOST_WEEKS = 35, 60

COUNTED, CLOSED, STOOD = "counted", "closed", "stood"


@dataclass(frozen=True, slots=True)
class Line:
    """The span [begins, ends) of a leg. `kind`: counted, closed (the desk was), or stood (the clock did).

    `open` means that it goes on and `ends` is the moment at which it was read. `leg` is set on the first line of each
    leg. `summed`: several spans of opening hours told in one.
    """

    begins: datetime
    ends: datetime
    kind: str
    why: str
    seconds: int
    total: int = 0
    open: bool = False
    summed: bool = False
    holiday: str = ""
    leg: SlaLeg | None = None


def ledger(legs: Iterable[SlaLeg], at: datetime) -> list[Line]:
    """The lines of a clock's legs up to this moment, in order, in the reader's language."""
    at = at.replace(microsecond=0)  # whatever is counted is counted in whole seconds
    lines: list[Line] = []
    total = 0
    for leg in legs:
        ends = leg.ended_at or max(at, leg.began_at)
        spans = _told(leg, leg.began_at, ends)
        for number, line in enumerate(spans):
            total += line.seconds
            first, last = number == 0, number == len(spans) - 1
            going_on = last and leg.ended_at is None
            lines.append(replace(line, total=total, open=going_on, leg=leg if first else None))
    return lines


def used(legs: Iterable[SlaLeg], at: datetime) -> int:
    """Counted seconds up to this moment, those of the open leg included."""
    return sum(
        leg.used_seconds
        if leg.ended_at is not None
        else clockwork(leg.calendar_version_id).between(leg.began_at, at)
        if leg.running
        else 0
        for leg in legs
    )


def _told(leg: SlaLeg, begins: datetime, ends: datetime) -> list[Line]:
    if not leg.running:
        return [Line(begins, ends, STOOD, standing_words(leg), 0)]
    hours = clockwork(leg.calendar_version_id)
    if not isinstance(hours, BusinessTime):
        return [Line(begins, ends, COUNTED, _("counted day and night"), hours.between(begins, ends))]
    lines: list[Line] = []
    for line in spans(hours, begins, ends):
        lines.append(line)
        if len(lines) > MOST_LINES:
            return list(_summed(hours, begins, ends))
    return lines or [Line(begins, ends, COUNTED, _("within opening hours"), 0)]


def spans(hours: BusinessTime, begins: datetime, ends: datetime) -> Iterator[Line]:
    """Open and closed spans by turns; a closed one is parted where a holiday begins or ends."""
    place = begins
    for opens, closes in hours.open_spans(begins, ends):
        yield from _closed(hours, place, opens)
        yield Line(opens, closes, COUNTED, _("within opening hours"), hours.between(opens, closes))
        place = closes
    yield from _closed(hours, place, ends)


def _closed(hours: BusinessTime, begins: datetime, ends: datetime) -> Iterator[Line]:
    zone = ZoneInfo(hours.schedule.zone)
    place = begins
    name = hours.closed_because(local_day(place, zone)) if place < ends else None
    while place < ends:
        # From midnight to midnight where the desk is, as long as the reason is the same.
        until = midnight(local_day(place, zone) + DAY, zone)
        while until < ends and hours.closed_because(local_day(until, zone)) == name:
            until = midnight(local_day(until, zone) + DAY, zone)
        until = min(until, ends)
        if until > place:
            why = _("holiday: %(name)s") % {"name": name} if name else _("outside opening hours")
            yield Line(place, until, CLOSED, why, 0, holiday=name or "")
        place, name = until, hours.closed_because(local_day(until, zone)) if until < ends else None


def _summed(hours: BusinessTime, begins: datetime, ends: datetime) -> Iterator[Line]:
    """The same, told by days, weeks or months of the reader; what has no open second in a row is one line."""
    zone = timezone.get_current_timezone()
    length = (ends - begins).days
    step = next_day if length <= MOST_DAYS else next_monday if length / 7 <= MOST_WEEKS else next_month
    waiting: Line | None = None
    for start, end in parts(begins, ends, step, zone):
        seconds = hours.between(start, end)
        if seconds:
            if waiting:
                yield waiting
            waiting = None
            yield Line(start, end, COUNTED, _("within opening hours"), seconds, summed=True)
            continue
        name = _one_reason(hours, start, end)
        if waiting and waiting.holiday == name:
            waiting = replace(waiting, ends=end)
            continue
        if waiting:
            yield waiting
        why = _("holiday: %(name)s") % {"name": name} if name else _("outside opening hours")
        waiting = Line(start, end, CLOSED, why, 0, summed=True, holiday=name)
    if waiting:
        yield waiting


def _one_reason(hours: BusinessTime, begins: datetime, ends: datetime) -> str:
    """The holiday of a span, if one name covers every day of it."""
    zone = ZoneInfo(hours.schedule.zone)
    day, last = local_day(begins, zone), local_day(ends - timedelta(seconds=1), zone)
    names: set[str] = set()
    while day <= last and len(names) < 2:
        names.add(hours.closed_because(day) or "")
        day += DAY
    return names.pop() if len(names) == 1 else ""


def standing_words(leg: SlaLeg) -> str:
    """Why a leg does not count."""
    if leg.reason == LegReason.NO_POLICY or leg.policy_version_id is None:
        return _("no policy in force")
    words = _STANDING.get(leg.status)
    return words() if words else _("the policy lets it stand still in this state")


_STANDING: dict[str, Callable[[], str]] = {
    "pending": lambda: _("pending: waiting for the customer"),
    "on_hold": lambda: _("on hold: waiting for a third party"),
    "solved": lambda: _("solved"),
    "closed": lambda: _("closed"),
}
