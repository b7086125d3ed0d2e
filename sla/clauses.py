"""The clauses of a clock's explanation: what was promised, what was used, what did not count, when the desk is shut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla.calendar import BusinessTime
from sla.ledger import used
from sla.local_days import DAY, local_day
from sla.models import LegReason, SlaClock, SlaLeg
from sla.saying import day, length
from sla.schedules import clockwork

NAMED_HOLIDAYS = 2
Legs = Sequence[SlaLeg]


def clauses(clock: SlaClock, legs: Legs, at: datetime) -> list[str]:
    return [*_target(clock), _used(legs, at), *_stood(legs, at), *_holidays(clock, legs, at)]


def _target(clock: SlaClock) -> Iterator[str]:
    if clock.target_seconds is not None:
        words = {"time": length(clock.target_seconds)}
        if clock.calendar_version_id is None:
            yield _("%(time)s target, counted day and night") % words
        else:
            yield _("%(time)s target") % words


def _used(legs: Legs, at: datetime) -> str:
    seconds = used(legs, at)
    if not seconds:
        return _("nothing used yet")
    first, alone = _days_of_use(legs, at)
    words = {"time": length(seconds), "day": day(first, at)}
    if not alone:
        return _("%(time)s used since %(day)s") % words
    return (_("%(time)s used today") if first == timezone.localdate(at) else _("%(time)s used on %(day)s")) % words


def _days_of_use(legs: Legs, at: datetime) -> tuple[date, bool]:
    """The first of the reader's days on which something was used, and whether it is the only one."""
    zone, first = timezone.get_current_timezone(), None
    for leg in legs:
        if not leg.running:
            continue
        for opens, closes in clockwork(leg.calendar_version_id).open_spans(leg.began_at, leg.ended_at or at):
            first = first or local_day(opens, zone)
            if local_day(closes, zone) > first and closes > opens:
                return first, False
    return first or timezone.localdate(at), True


def _stood(legs: Legs, at: datetime) -> Iterator[str]:
    """How long it stood still for what, by the wall clock."""
    stood: Counter[str] = Counter()
    for leg in legs:
        if not leg.running:
            nobody = leg.reason == LegReason.NO_POLICY or leg.policy_version_id is None
            known = leg.status if leg.status in _STOOD else ""
            stood["none" if nobody else known] += int(((leg.ended_at or at) - leg.began_at).total_seconds())
    for status, seconds in stood.items():
        if seconds > 0:
            yield _STOOD[status]() % {"time": length(seconds)}


_STOOD: dict[str, Callable[[], str]] = {
    "pending": lambda: _("paused %(time)s while waiting for the customer"),
    "on_hold": lambda: _("paused %(time)s while waiting for a third party"),
    "solved": lambda: _("%(time)s not counted while it was solved"),
    "none": lambda: _("%(time)s not counted while no policy was in force"),
    "": lambda: _("paused %(time)s as the policy says"),
}


def _holidays(clock: SlaClock, legs: Legs, at: datetime) -> Iterator[str]:
    """The days that kept it waiting, or will until it is due."""
    found = dict(
        one
        for leg in legs
        if leg.running
        for one in _shut(leg, leg.ended_at or (clock.due_at if not clock.breached_at else None) or at)
    )
    for closed, name in sorted(found.items())[:NAMED_HOLIDAYS]:
        yield _("closed on %(day)s (%(name)s)") % {"day": day(closed, at), "name": name}
    if (more := len(found) - NAMED_HOLIDAYS) > 0:
        yield ngettext("closed on %(count)d more day", "closed on %(count)d more days", more) % {"count": more}


def _shut(leg: SlaLeg, until: datetime) -> Iterator[tuple[date, str]]:
    hours = clockwork(leg.calendar_version_id)
    if not isinstance(hours, BusinessTime):
        return
    zone = ZoneInfo(hours.schedule.zone)
    this, last = local_day(leg.began_at, zone), local_day(until, zone)
    while this <= last:
        # A holiday on a day that is shut every week keeps nobody waiting.
        if hours.schedule.weekly[this.weekday()] and (name := hours.closed_because(this)):
            yield this, name
        this += DAY
