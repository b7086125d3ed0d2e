"""All that is promised on one ticket and how it stands, read in as many statements whatever has happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import F
from django.utils.translation import gettext as _

from sla.bars import Bar, bar
from sla.causes import Cause, causes
from sla.explaining import explanation, left_of
from sla.ledger import Line, ledger, used
from sla.models import ClockState, Metric, SlaClock, SlaLeg, SlaTrack
from sla.models.clock import GOING_ON
from sla.saying import exact, length
from tickets.models import Ticket

IN_PANEL, ON_PAGE = 8, 60
"""How many clocks are shown: those that go on, then those that ended last."""
LINES_IN_PANEL = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the account; `cause` and `reason` on the first line of each leg."""

    line: Line
    reason: str
    cause: Cause | None

    @property
    def seconds(self) -> str:
        return exact(self.line.seconds) if self.line.seconds else ""

    @property
    def total(self) -> str:
        return exact(self.line.total)


@dataclass(frozen=True, slots=True)
class Standing:
    """A clock as it stands. `tone`: running, paused, late (whether or not it goes on), met, or over.

    `carried` is the total of the lines that are left out before the first that is shown; "" where none is.
    """

    clock: SlaClock
    tone: str
    target: str
    left: str
    over: str
    used: str
    sentence: str
    bar: Bar | None
    entries: Sequence[Entry]
    carried: str

    @property
    def metric(self) -> str:
        return str(Metric(self.clock.metric).label)

    @property
    def state(self) -> str:
        return str(ClockState(self.clock.state).label)

    @property
    def goes_on(self) -> bool:
        return self.clock.state in GOING_ON

    @property
    def chip_at(self) -> datetime | None:
        """What the due chip counts to, while it runs or is late."""
        return self.clock.breached_at or self.clock.due_at


@dataclass(frozen=True, slots=True)
class Promises:
    """`track` says which policy is in force, and whether by hand; None where none ever was."""

    ticket: Ticket
    track: SlaTrack | None
    going_on: list[Standing]
    ended: list[Standing]
    more: bool


def promises(ticket: Ticket, at: datetime, *, whole: bool = False) -> Promises:
    """Four statements: the policy in force, the clocks (by clock_once), their legs (by leg_once), and what began them.

    `whole`: more clocks, and every line of each account.
    """
    related = ("policy_version__policy", "calendar_version__calendar")
    track = SlaTrack.objects.select_related(*related).filter(pk=ticket.pk).first()
    most = ON_PAGE if whole else IN_PANEL
    asked = SlaClock.objects.filter(ticket=ticket).select_related(*related)
    clocks = list(asked.order_by(F("ended_at").desc(nulls_first=True), "-pk")[: most + 1]) if track else []
    more, clocks = len(clocks) > most, clocks[:most]
    rows = SlaLeg.objects.filter(clock__in=clocks).order_by("clock", "position") if clocks else []
    legs = {key: list(found) for key, found in groupby(rows, key=lambda leg: leg.clock_id)}
    began = causes(ticket.pk, {leg.change_id for found in legs.values() for leg in found if leg.change_id})
    shown = [_standing(clock, legs[clock.pk], began, at, whole) for clock in clocks if clock.pk in legs]
    order = list(Metric.values)
    going_on = sorted(
        (one for one in shown if one.goes_on), key=lambda one: (order.index(one.clock.metric), one.clock.sequence)
    )
    return Promises(ticket, track, going_on, [one for one in shown if not one.goes_on], more)


def _standing(clock: SlaClock, legs: Sequence[SlaLeg], began: dict[int, Cause], at: datetime, whole: bool) -> Standing:
    lines = ledger(legs, at)
    left = left_of(clock, legs, at)
    entries = [_entry(line, began) for line in lines]
    left_out = 0 if whole or len(entries) <= LINES_IN_PANEL else len(entries) - LINES_IN_PANEL
    return Standing(
        clock=clock,
        tone=_tone(clock),
        target=length(clock.target_seconds) if clock.target_seconds is not None else "",
        left=length(left) if left is not None and left >= 0 else "",
        over=length(-left) if left is not None and left < 0 else "",
        used=length(used(legs, at)),
        sentence=explanation(clock, legs, at),
        bar=bar(lines, clock.breached_at or clock.due_at),
        entries=entries[left_out:],
        carried=exact(lines[left_out - 1].total) if left_out else "",
    )


def _entry(line: Line, began: dict[int, Cause]) -> Entry:
    if line.leg is None:
        return Entry(line, "", None)
    return Entry(line, str(line.leg.get_reason_display()), began.get(line.leg.change_id or 0))


def _tone(clock: SlaClock) -> str:
    return _TONES.get(clock.state, "over")


_TONES: dict[str, str] = {
    ClockState.RUNNING: "running",
    ClockState.PAUSED: "paused",
    ClockState.BREACHED_OPEN: "late",
    ClockState.BREACHED_CLOSED: "late",
    ClockState.MET: "met",
}


def whence(promised: Promises) -> str:
    """Where the targets come from, as one phrase; "" where no policy is in force."""
    track = promised.track
    if track is None or track.policy_version is None:
        return ""
    words = {
        "policy": track.policy_version.policy.name,
        "version": track.policy_version.number,
        "priority": promised.ticket.get_priority_display(),
    }
    if track.by_hand:
        return _("%(policy)s, version %(version)s, set by hand; priority: %(priority)s") % words
    return _("%(policy)s, version %(version)s, by its conditions; priority: %(priority)s") % words
