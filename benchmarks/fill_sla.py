"""Promises for a database that fill.py has filled: policies with ladders, and the clocks of every open ticket.

    DATABASE_URL=postgres://… python -m benchmarks.fill_sla [--clocks 200000] [--processes 2]

Too few tickets are open for so many clocks, so the youngest closed ones are reopened first, by Changes of their own.
The clocks are what the engine makes of each Event of a ticket, as a replay would; what is late was noticed, and its
ladder was climbed. Closed tickets get no rows: they were solved before anything was promised.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    django.setup()

from django.db import connection, connections, transaction
from django.db.models import F
from django.utils.timezone import now

from agents.models import Agent, Availability, Membership, Team
from sla.checkpoints import next_check_at, next_checkpoint
from sla.clocks import projection, replayed
from sla.engine import Track, fold
from sla.history import histories
from sla.memory import clock_row
from sla.models import (
    Calendar,
    CalendarVersion,
    ClockStep,
    Metric,
    SlaClock,
    SlaPolicy,
    SlaPolicyVersion,
    SlaTrack,
)
from sla.occurrences import Occurrence
from sla.statements import write_clocks, write_legs, write_tracks
from sla.terms import BOOK, wording
from tickets.models import Change, Event, Ticket
from tickets.querysets import OPEN_STATUSES

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SLICE = 1000
CLOCKS_OF_A_TICKET = 3.1
"""How many go on, on average: found by filling, and used only to say how many tickets to reopen."""
DAY = 480
"""Minutes of a working day."""
TARGETS = {
    Metric.FIRST_RESPONSE: {"low": 2 * DAY, "normal": DAY, "high": DAY // 2, "urgent": 60},
    Metric.NEXT_RESPONSE: {"low": 6 * DAY, "normal": 5 * DAY, "high": 4 * DAY, "urgent": 3 * DAY},
    Metric.PERIODIC_UPDATE: {"low": 30 * DAY, "normal": 30 * DAY, "high": 25 * DAY, "urgent": 20 * DAY},
    Metric.RESOLUTION: {"low": 60 * DAY, "normal": 50 * DAY, "high": 40 * DAY, "urgent": 30 * DAY},
    Metric.TEAM_HANDLING: {"low": 60 * DAY, "normal": 50 * DAY, "high": 40 * DAY, "urgent": 30 * DAY},
}
LADDER = [
    {"metric": "resolution", "at": "80%", "notify": ["assignee"]},
    {"metric": "resolution", "at": "0", "notify": ["team_lead"], "escalate": True, "ack_minutes": 60},
    {"metric": "next_response", "at": "-30m", "notify": ["assignee", "followers"]},
]
STANDARD, URGENT, STRICT = "Bench, standard", "Bench, urgent", "Bench, strict"


def fill(clocks: int, processes: int) -> None:
    started = time.perf_counter()
    until = now().replace(microsecond=0)
    policies()
    people()
    reopen(int(clocks / CLOCKS_OF_A_TICKET), until)
    print(f"  reopened after {time.perf_counter() - started:.0f} s", flush=True)
    assign()
    tickets = list(Ticket.objects.filter(sla_assignments__isnull=False).order_by("pk").values_list("pk", flat=True))
    slices = [(tickets[place : place + SLICE], until) for place in range(0, len(tickets), SLICE)]
    _follow_all(slices, processes, lambda line: print(line, f"after {time.perf_counter() - started:.0f} s", flush=True))
    going = SlaClock.objects.filter(ended_at=None)
    print(
        f"  {going.count():,} clocks go on, {going.filter(state='breached_open').count():,} of them late,"
        f" on {SlaTrack.objects.count():,} tickets, after {time.perf_counter() - started:.0f} s"
    )


def _follow_all(slices: Sequence[tuple[Sequence[int], datetime]], processes: int, say: Callable[[str], None]) -> None:
    """With one process in this one, within whatever transaction there is."""
    if processes == 1:
        for one in slices:
            _follow(one)
        return
    connections.close_all()
    with ProcessPoolExecutor(processes, initializer=connections.close_all) as pool:
        for done, _nothing in enumerate(pool.map(_follow, slices), 1):
            if done % 10 == 0:
                say(f"  {done * SLICE:,} tickets")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def policies() -> None:
    """Two that hold, by priority, and one that holds for nobody, to ask what would have been under it."""
    calendar = Calendar.objects.create(name="Bench")
    CalendarVersion.objects.create(
        calendar=calendar,
        number=1,
        zone="Europe/Copenhagen",
        weekly=[[[540, 720], [765, 1020]]] * 5 + [[], []],
        country="DK",
        categories=["public"],
        in_force_from=LONG_AGO,
    )
    strict = {metric: {name: minutes // 8 for name, minutes in of.items()} for metric, of in TARGETS.items()}
    conditions: list[dict[str, list[str]]] = [{"priority": ["urgent"]}]
    told = ((URGENT, conditions, TARGETS, True), (STANDARD, [], TARGETS, True), (STRICT, [], strict, False))
    for place, (name, meets, targets, active) in enumerate(told):
        SlaPolicyVersion.objects.create(
            policy=SlaPolicy.objects.create(name=name, position=place, active=active),
            number=1,
            conditions=meets,
            calendar=calendar,
            targets=targets,
            ladder=LADDER,
            in_force_from=LONG_AGO,
        )


def people() -> None:
    """Somebody to ask: each team has a lead, and they are there."""
    for team in Team.objects.all():
        first = Membership.objects.filter(team=team).order_by("agent_id").first()
        if first is not None:
            Membership.objects.filter(pk=first.pk).update(is_lead=True)
            Agent.objects.filter(pk=first.agent_id).update(availability=Availability.ONLINE)


def reopen(wanted: int, until: datetime) -> None:
    """So many tickets are open afterwards; each of the reopened at its own time within the last two days."""
    missing = wanted - Ticket.objects.filter(status__in=OPEN_STATUSES).count()
    if missing <= 0:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE TEMP TABLE fill_reopened ON COMMIT DROP AS
            SELECT row_number() OVER (ORDER BY at) AS n, * FROM (
                SELECT t.id, t.version, t.status, t.assignee_id, a.name AS agent_name,
                       greatest(t.activity_at, %(until)s - interval '2 days' * random()) AS at
                FROM tickets_ticket t JOIN agents_agent a ON a.id = t.assignee_id
                WHERE t.status IN ('solved', 'closed') ORDER BY t.id DESC LIMIT %(missing)s) AS young;
            CREATE TEMP TABLE fill_reopening ON COMMIT DROP AS
            SELECT *, nextval(pg_get_serial_sequence('tickets_change', 'id')) AS change
            FROM (SELECT * FROM fill_reopened ORDER BY n) AS in_order;
            INSERT INTO tickets_change (id, ticket_id, actor_kind, actor_id, actor_name, via, version, created_at)
            SELECT change, id, 'agent', assignee_id, agent_name, 'web', version + 1, at FROM fill_reopening;
            INSERT INTO tickets_event (change_id, kind, data)
            SELECT change, 'status_changed', jsonb_build_object('from', status, 'to', 'open')
            FROM fill_reopening ORDER BY change;
            UPDATE tickets_ticket t SET status = 'open', solved_at = NULL, closed_at = NULL, version = r.version + 1,
                   activity_at = r.at FROM fill_reopening r WHERE t.id = r.id
            """,
            {"until": until, "missing": missing},
        )


def assign() -> None:
    """What the conditions would have said when each ticket was opened."""
    versions = dict(SlaPolicyVersion.objects.values_list("policy__name", "pk"))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO sla_slaassignment (ticket_id, change_id, policy_version_id, calendar_version_id, cause, at)
            SELECT t.id, c.id, CASE WHEN t.priority = 4 THEN %s ELSE %s END, %s, 'matched', c.created_at
            FROM tickets_ticket t
            JOIN LATERAL (SELECT id, created_at FROM tickets_change c WHERE c.ticket_id = t.id ORDER BY id LIMIT 1) c
                 ON true
            WHERE t.status = ANY(%s)
            """,
            [versions[URGENT], versions[STANDARD], CalendarVersion.objects.get().pk, list(OPEN_STATUSES)],
        )


def _follow(one: tuple[Sequence[int], datetime]) -> None:
    """The clocks of some tickets as a replay makes them; what is late, and the steps until now, were noticed."""
    tickets, until = one
    with transaction.atomic():
        tracks = {pk: replayed(told) for pk, told in histories(tickets).items()}
        _notice(tracks, until)
        rows, climbed = [], []
        for pk, track in tracks.items():
            for clock in track.clocks:
                row = clock_row(pk, clock)
                if row.policy_version_id:
                    row.policy_version = wording(row.policy_version_id).row
                climbed.append(_climbed(row, until))
                row.next_check_at = next_check_at(row, set(climbed[-1]))
                rows.append(row)
        write_clocks(rows)
        ClockStep.objects.bulk_create(
            ClockStep(clock=row, step=label, planned_at=at, done_at=until)
            for row, taken in zip(rows, climbed, strict=True)
            for label, at in taken.items()
        )
        clocks = [clock for track in tracks.values() for clock in track.clocks]
        write_legs([(row.pk, leg) for row, clock in zip(rows, clocks, strict=True) for leg in clock.legs])
        write_tracks(list(tracks.items()))
        _show(tracks)


def _notice(tracks: Mapping[int, Track], until: datetime) -> None:
    """Tell the clocks that are late, each ticket by a Change of the house, as the sweep would have."""
    late = [pk for pk, track in tracks.items() if any(c.due and c.due < until for c in track.going_on())]
    versions = dict(Ticket.objects.filter(pk__in=late).values_list("pk", "version"))
    changes = Change.objects.bulk_create(
        Change(
            ticket_id=pk,
            actor_kind="system",
            actor_name="sla",
            via="schedule",
            version=versions[pk] + 1,
            created_at=until,
        )
        for pk in late
    )
    Ticket.objects.filter(pk__in=late).update(version=F("version") + 1)
    events = []
    for change in changes:
        track = tracks[change.ticket_id]
        for clock in track.going_on():
            if clock.due and clock.due < until:
                told = {"metric": clock.metric, "sequence": clock.sequence, "due_at": clock.due.isoformat()}
                events.append(Event(change=change, kind="sla_breached", data={**told, "cause": "due"}))
        fold(track, Occurrence(until, change.pk, noticed=True), BOOK)
    Event.objects.bulk_create(events)


def _climbed(row: SlaClock, until: datetime) -> dict[str, datetime]:
    """The steps that the sweep would have taken on it by now, and when each was due."""
    taken: dict[str, datetime] = {}
    while (found := next_checkpoint(row, set(taken))) is not None and found.at <= until:
        taken[found.label] = found.at
    return taken


def _show(tracks: Mapping[int, Track]) -> None:
    shown = [(pk, *projection(track)) for pk, track in tracks.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tickets_ticket t SET next_due_at = s.due, sla_state = s.state"
            " FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[]) AS s(id, due, state) WHERE t.id = s.id",
            [list(column) for column in zip(*shown, strict=True)],
        )


def main() -> None:
    given = argparse.ArgumentParser(prog="python -m benchmarks.fill_sla", description=__doc__)
    given.add_argument("--clocks", type=int, default=200_000)
    given.add_argument("--processes", type=int, default=2)
    options = given.parse_args()
    fill(options.clocks, options.processes)


if __name__ == "__main__":
    main()
