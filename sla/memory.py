"""Between rows and the engine: how a track, its clocks and legs are read from the database and put into it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sla.engine import Track
from sla.models import SlaClock, SlaLeg, SlaTrack
from sla.ticking import Clock, Leg, Rule

_MOMENTS = ("at", "opened_at", "team_since", "solved_at", "answered_at")
_WORDS = ("status", "priority", "team", "phase", "counts")
CLOCK_COLUMNS = (
    "state",
    "target_seconds",
    "policy_version",
    "calendar_version",
    "used_seconds",
    "started_at",
    "due_at",
    "satisfied_at",
    "breached_at",
    "detected_at",
    "breach_cause",
    "ended_at",
    "ended_cause",
    "team_id_then",
)
LEG_COLUMNS = (
    "running",
    "reason",
    "status",
    "policy_version",
    "calendar_version",
    "target_seconds",
    "began_at",
    "ended_at",
    "used_seconds",
    "change",
)


def remembered(track: Track) -> dict[str, Any]:
    """What the column `memory` holds: moments as seconds since 1970."""
    memory = {name: getattr(track, name) for name in _WORDS}
    memory |= {name: _seconds(getattr(track, name)) for name in _MOMENTS}
    memory["asked"] = [[message, _seconds(at)] for message, at in track.asked]
    return memory


def recall(row: SlaTrack, clocks: list[Clock]) -> Track:
    track = Track(policy=row.policy_version_id, calendar=row.calendar_version_id, by_hand=row.by_hand, clocks=clocks)
    return recall_memory(track, row.memory)


def recall_memory(track: Track, memory: dict[str, Any]) -> Track:
    for name in _WORDS:
        setattr(track, name, memory[name])
    for name in _MOMENTS:
        setattr(track, name, _moment(memory[name]))
    track.asked = [(message, _asked_at(at)) for message, at in memory["asked"]]
    return track


def clocks_of(legs: Iterable[SlaLeg]) -> list[Clock]:
    """The clocks of these legs (with their clocks, in the order of position), as the engine holds them."""
    found: dict[int, Clock] = {}
    for row in legs:
        clock = found.get(row.clock_id) or found.setdefault(row.clock_id, _clock(row.clock))
        clock.legs.append(_leg(row))
    return sorted(found.values(), key=lambda clock: clock.key or 0)


def _clock(row: SlaClock) -> Clock:
    clock = Clock(
        row.metric,
        row.sequence,
        row.started_at,
        team=row.team_id_then,
        used=row.used_seconds,
        due=row.due_at,
        satisfied=row.satisfied_at,
        breached=row.breached_at,
        detected=row.detected_at,
        breach_cause=row.breach_cause,
        ended=row.ended_at,
        ended_cause=row.ended_cause,
        key=row.pk,
        altered=False,
    )
    if row.ended_at is not None:
        answered = "met" if row.satisfied_at is not None else "unanswered"
        clock.outcome = "cancelled" if row.state == "cancelled" else answered
    return clock


def _leg(row: SlaLeg) -> Leg:
    rule = Rule(row.running, row.status, row.policy_version_id, row.calendar_version_id, row.target_seconds)
    return Leg(
        row.position, rule, row.reason, row.began_at, row.change_id, row.ended_at, row.used_seconds, altered=False
    )


def clock_row(ticket_id: int, clock: Clock) -> SlaClock:
    rule = clock.rule
    return SlaClock(
        ticket_id=ticket_id,
        metric=clock.metric,
        sequence=clock.sequence,
        state=clock.state,
        target_seconds=rule.target,
        policy_version_id=rule.policy,
        calendar_version_id=rule.calendar,
        used_seconds=clock.used,
        started_at=clock.started,
        due_at=clock.due,
        satisfied_at=clock.satisfied,
        breached_at=clock.breached,
        detected_at=clock.detected,
        breach_cause=clock.breach_cause,
        ended_at=clock.ended,
        ended_cause=clock.ended_cause,
        team_id_then=clock.team,
    )


def leg_row(clock_id: int, leg: Leg) -> SlaLeg:
    rule = leg.rule
    return SlaLeg(
        clock_id=clock_id,
        position=leg.position,
        running=rule.running,
        reason=leg.reason,
        status=rule.status,
        policy_version_id=rule.policy,
        calendar_version_id=rule.calendar,
        target_seconds=rule.target,
        began_at=leg.began,
        ended_at=leg.ended,
        used_seconds=leg.used,
        change_id=leg.change,
    )


def _seconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp()) if moment else None


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else _asked_at(seconds)


def _asked_at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
