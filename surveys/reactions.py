"""Plans a survey when a ticket was solved, and calls it off when the ticket is reopened or merged: rows only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from surveys.daytime import next_daytime
from surveys.eligibility import why_not
from surveys.models import Reason, State, Survey, SurveySettings
from surveys.steps import move, note
from tickets.models import Status
from tickets.outbox import reacts_to

if TYPE_CHECKING:
    from tickets.models import Change

ENDED = (Status.SOLVED, Status.CLOSED)


def concerns(data: Mapping[str, Any]) -> bool:
    """Solving, reopening and merging; of the many other moves from state to state nothing is owed."""
    to, before = data.get("to"), data.get("from")
    if not isinstance(to, str) or not isinstance(before, str):
        return True  # merged_into
    return to == Status.SOLVED or (before in ENDED and to not in ENDED)


@reacts_to("status_changed", "merged_into", where=concerns)
def schedule_survey(change: Change) -> None:
    """One survey for each Change that solved a ticket; the unique key on it makes a second run a no-op."""
    for event in change.events.all():
        if event.kind == "merged_into":
            _call_off(change, State.SUPPRESSED, Reason.MERGED)
        elif event.kind == "status_changed" and event.data["to"] == Status.SOLVED:
            _plan(change)
        elif event.kind == "status_changed" and event.data["from"] in ENDED and event.data["to"] not in ENDED:
            _call_off(change, State.CANCELLED, Reason.REOPENED)


def _plan(change: Change) -> None:
    chosen = SurveySettings.current()
    if not chosen.enabled or change.via == "import" or Survey.objects.filter(solve=change).exists():
        return
    ticket = change.ticket
    last = Survey.objects.filter(ticket=ticket).aggregate(last=Max("sequence"))["last"] or 0
    reason = why_not(ticket, last + 1, change.created_at, chosen)
    survey = Survey.objects.create(
        ticket=ticket,
        solve=change,
        sequence=last + 1,
        customer_id=ticket.requester_id,
        state=State.SUPPRESSED if reason else State.SCHEDULED,
        reason=reason,
        solved_at=change.created_at,
        created_at=change.created_at,
        agent_id=change.actor_id if change.actor_kind == "agent" else ticket.assignee_id,
        due_at=None if reason else _first_moment(change, chosen),
    )
    note(survey, survey.state, reason=reason, at=change.created_at)
    if not reason and ticket.status not in ENDED:  # reopened before this ran
        move(survey, State.CANCELLED, reason=Reason.REOPENED, at=change.created_at)


def _first_moment(change: Change, chosen: SurveySettings) -> Any:
    return next_daytime(change.created_at + timedelta(hours=chosen.delay_hours), change.ticket.requester, chosen)


def _call_off(change: Change, to: State, reason: Reason) -> None:
    """Only what was planned before this Change: a reaction that ran late must not call off a later solving."""
    planned = Survey.objects.filter(ticket_id=change.ticket_id, solve__lt=change.pk).planned()
    for survey in planned:
        move(survey, to, reason=reason, at=change.created_at)
