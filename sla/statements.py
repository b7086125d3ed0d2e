"""The statements of the road that every reply takes, put together once: the ORM's own would cost more than the clocks.

Measured (benchmarks/sla.py): read and written by the ORM, tracking added half to a reply. The same on both databases.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import connection, models

from sla.engine import Track
from sla.memory import CLOCK_COLUMNS, LEG_COLUMNS, leg_row, recall_memory, remembered
from sla.models import SlaClock, SlaLeg, SlaTrack
from sla.ticking import Clock, Leg, Rule

ROWS = 400
"""Of one INSERT: SQLite takes 32,766 parameters at most."""
_TRACK = ("policy_version_id", "calendar_version_id", "by_hand", "memory")
_CLOCK = (
    *("id", "metric", "sequence", "state", "started_at", "team_id_then", "used_seconds", "due_at", "satisfied_at"),
    *("breached_at", "detected_at", "breach_cause", "ended_at", "ended_cause"),
)
_LEG = (
    *("position", "running", "status", "policy_version_id", "calendar_version_id", "target_seconds", "reason"),
    *("began_at", "change_id", "ended_at", "used_seconds"),
)


def read_track(ticket_id: int, *, also_solved: bool = False) -> Track | None:
    """The track with the clocks that go on, each with its open leg; `also_solved`: those too that a reopened ticket
    goes on with. One statement, by the primary key, clock_once and leg_once."""
    with connection.cursor() as cursor:
        cursor.execute(_question(also_solved), [ticket_id])
        rows = cursor.fetchall()
    if not rows:
        return None
    policy, calendar, by_hand, memory = rows[0][:4]
    clocks: dict[int, Clock] = {}
    for row in rows:
        if row[4] is not None:
            clock = clocks.get(row[4]) or clocks.setdefault(row[4], _clock(row[4 : 4 + len(_CLOCK)]))
            clock.legs.append(_leg(row[4 + len(_CLOCK) :]))
    track = Track(policy=policy, calendar=calendar, by_hand=bool(by_hand), clocks=list(clocks.values()))
    return recall_memory(track, json.loads(memory) if isinstance(memory, str) else memory)


@cache
def _question(also_solved: bool) -> str:
    columns = ", ".join(
        f"{alias}.{name}" for alias, names in (("t", _TRACK), ("c", _CLOCK), ("l", _LEG)) for name in names
    )
    solved = " OR (c.metric IN ('first_response', 'resolution') AND c.ended_cause = 'solved')" if also_solved else ""
    return (
        f"SELECT {columns} FROM {SlaTrack._meta.db_table} t"  # noqa: S608  names of our own, no values
        f" LEFT JOIN {SlaClock._meta.db_table} c ON c.ticket_id = t.ticket_id AND (c.ended_at IS NULL{solved})"
        f" LEFT JOIN {SlaLeg._meta.db_table} l ON l.clock_id = c.id"
        " AND (l.ended_at IS NULL OR c.ended_at IS NOT NULL)"
        " WHERE t.ticket_id = %s ORDER BY c.id, l.position"
    )


def _clock(row: Sequence[Any]) -> Clock:
    key, metric, sequence, state, started, team, used, due, satisfied, breached, detected, why, ended, cause = row
    clock = Clock(
        metric,
        sequence,
        _moment(started),  # type: ignore[arg-type]
        team=team,
        used=used,
        due=_moment(due),
        satisfied=_moment(satisfied),
        breached=_moment(breached),
        detected=_moment(detected),
        breach_cause=why,
        ended=_moment(ended),
        ended_cause=cause,
        key=key,
        altered=False,
    )
    if ended is not None:
        clock.outcome = "cancelled" if state == "cancelled" else "met" if satisfied is not None else "unanswered"
    return clock


def _leg(row: Sequence[Any]) -> Leg:
    position, running, status, policy, calendar, target, reason, began, change, ended, used = row
    rule = Rule(bool(running), status, policy, calendar, target)
    return Leg(position, rule, reason, _moment(began), change, _moment(ended), used, altered=False)  # type: ignore[arg-type]


def _moment(value: datetime | None) -> datetime | None:
    """SQLite keeps moments in UTC and does not say so."""
    return value if value is None or value.tzinfo is not None else value.replace(tzinfo=UTC)


def write_clocks(rows: Sequence[SlaClock]) -> None:
    """Insert or update; every row has its key afterwards."""
    columns = (
        "ticket_id",
        "metric",
        "sequence",
        *(_attname(SlaClock, name) for name in CLOCK_COLUMNS),
        "next_check_at",
    )
    by_name = {(row.ticket_id, row.metric, row.sequence): row for row in rows}
    for key, *name in _upsert(SlaClock, columns, 3, rows, returning=("id", "ticket_id", "metric", "sequence")):
        by_name[tuple(name)].pk = key


def write_legs(legs: Sequence[tuple[int, Leg]]) -> None:
    """Insert; of one that is there, say when it ended and what it counted. Nothing else of a leg ever alters."""
    columns = ("clock_id", "position", *(_attname(SlaLeg, name) for name in LEG_COLUMNS))
    rows = [leg_row(clock, leg) for clock, leg in legs]
    list(_upsert(SlaLeg, columns, 2, rows, altering=("ended_at", "used_seconds")))


def write_tracks(tracks: Sequence[tuple[int, Track]]) -> None:
    rows = [
        SlaTrack(
            ticket_id=ticket,
            policy_version_id=track.policy,
            calendar_version_id=track.calendar,
            by_hand=track.by_hand,
            memory=json.dumps(remembered(track)),
        )
        for ticket, track in tracks
    ]
    list(_upsert(SlaTrack, ("ticket_id", *_TRACK), 1, rows))


def _attname(model: type[models.Model], name: str) -> str:
    found: str = getattr(model._meta.get_field(name), "attname")  # noqa: B009  not every kind of field has it
    return found


def _upsert(
    model: type[models.Model],
    columns: tuple[str, ...],
    keys: int,
    rows: Sequence[models.Model],
    *,
    altering: tuple[str, ...] = (),
    returning: tuple[str, ...] = (),
) -> Iterator[tuple[Any, ...]]:
    """One statement for ROWS rows; the first `keys` of the columns are unique together."""
    for start in range(0, len(rows), ROWS):
        some = rows[start : start + ROWS]
        statement = _statement(model._meta.db_table, columns, keys, len(some), altering, returning)
        with connection.cursor() as cursor:
            cursor.execute(statement, [_adapted(getattr(row, name)) for row in some for name in columns])
            if returning:
                yield from cursor.fetchall()


@cache
def _statement(
    table: str, columns: tuple[str, ...], keys: int, rows: int, altering: tuple[str, ...], returning: tuple[str, ...]
) -> str:
    one = f"({', '.join(['%s'] * len(columns))})"
    sets = ", ".join(f"{name} = excluded.{name}" for name in altering or columns[keys:])
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([one] * rows)}"  # noqa: S608  as above
        f" ON CONFLICT ({', '.join(columns[:keys])}) DO UPDATE SET {sets}"
        + (f" RETURNING {', '.join(returning)}" if returning else "")
    )


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
