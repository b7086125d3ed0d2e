"""Tells people of promises: that one falls due or was missed, that an escalation asks for them, or was answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.dateparse import parse_datetime

from agents.models import Agent
from notifications.kinds import WEIGHT, Kind, Way
from notifications.lateness import end_of_slot, is_late
from notifications.models import Notification, Wishes
from notifications.wishing import after_quiet, mail_at, wishes_of
from sla.models import Escalation
from sla.owners import those_asked
from tickets.models import Follower
from tickets.outbox import reacts_to
from tickets.sight import who_see

if TYPE_CHECKING:
    from tickets.models import Change, Event

ANSWERS = ("escalation_acknowledged", "escalation_taken_over", "escalation_handed_back", "escalation_resolved")


@reacts_to("escalated", "escalation_reminded", "escalation_expired", *ANSWERS, "sla_step_taken", "sla_breached")
def tell_of_promises(change: Change) -> None:
    """Each agent once for each change, of what weighs most, if they may see the ticket; nobody of their own doing."""
    if change.via == "import":
        return
    found: dict[int, set[str]] = defaultdict(set)
    for event in change.events.all():
        for kind, agents in _meaning(event, change):
            for agent_id in agents:
                found[agent_id].add(kind)
    if change.actor_kind == "agent" and change.actor_id is not None:
        found.pop(change.actor_id, None)
    people = who_see(change.ticket_id, found)
    wishes, folded = wishes_of(people), is_late(change)
    rows = [row for one in people if (row := _told(change, one, wishes[one.pk], found[one.pk], folded))]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def _meaning(event: Event, change: Change) -> Iterable[tuple[str, Iterable[int]]]:
    """(kind, whom it concerns)."""
    data = event.data
    told_again = event.kind == "escalation_expired" and data["next"] is None
    if event.kind in ("escalated", "escalation_reminded") or told_again:
        yield Kind.ESCALATION, _asked(data["escalation"])
    elif event.kind in ANSWERS:
        raised = Escalation.objects.filter(pk=data["escalation"], raised_by__isnull=False)
        yield Kind.ESCALATION_ANSWER, raised.values_list("raised_by_id", flat=True)
    elif event.kind == "sla_breached" and change.ticket.assignee_id:
        yield Kind.SLA_BREACH, [change.ticket.assignee_id]
    elif event.kind == "sla_step_taken":
        kind = Kind.SLA_WARNING if is_before_due(event) else Kind.SLA_BREACH
        for name in data["notify"]:
            yield kind, _named(name, change)


def _asked(escalation_id: int) -> list[int]:
    """Those of an escalation that still waits for an answer."""
    rows = Escalation.objects.select_related("owner", "team").filter(pk=escalation_id, state="open")
    return [agent.pk for escalation in rows for agent in those_asked(escalation)]


def _named(name: str, change: Change) -> Iterable[int]:
    """Whom a step of a ladder means; see sla.ladders.NOTIFY. A role means those of the ticket's team, if there are."""
    ticket = change.ticket
    if name == "assignee":
        return [ticket.assignee_id] if ticket.assignee_id else []
    if name == "followers":
        return Follower.objects.filter(ticket=ticket).values_list("agent_id", flat=True)
    word, _, which = name.partition(":")
    if word == "agent":
        return [int(which)]
    active = Agent.objects.active()
    if word == "team_lead":
        leads = active.filter(memberships__team_id=ticket.team_id, memberships__is_lead=True)
        return leads.values_list("pk", flat=True) if ticket.team_id else []
    of_role = list(active.filter(role=which).values_list("pk", flat=True))
    in_team = active.filter(role=which, memberships__team_id=ticket.team_id) if ticket.team_id else active.none()
    return list(in_team.values_list("pk", flat=True)) or of_role


def is_before_due(event: Event) -> bool:
    """Of a step of a ladder: whether it was planned for a moment before the due time."""
    planned, due = (parse_datetime(event.data[name] or "") for name in ("planned_at", "due_at"))
    return planned is not None and due is not None and planned < due


def _told(change: Change, agent: Agent, wishes: Wishes, kinds: set[str], folded: bool) -> Notification | None:
    wanted = [kind for kind in sorted(kinds, key=WEIGHT.__getitem__) if wishes.way(kind) != Way.OFF]
    if not wanted:
        return None
    kind, at = wanted[0], change.created_at
    due = mail_at(wishes, agent.time_zone, kind, at)
    if folded and wishes.way(kind) == Way.MAIL:
        due = after_quiet(wishes, agent.time_zone, end_of_slot(at))
    return Notification(agent=agent, ticket_id=change.ticket_id, change=change, kind=kind, created_at=at, mail_at=due)
