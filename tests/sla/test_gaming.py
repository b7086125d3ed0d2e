"""Nobody makes a promise look kept: what happened to a clock stays written, whatever is done to its ticket."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agents.actors import Actor
from helpdesk.lib.errors import HelpdeskError
from sla.models import SlaLeg
from sla.sweep import sweep
from tests.sla.making import Story, assert_sound, at, make_policy
from tickets.actions import AddReply, SetPriority, SetStatus
from tickets.merging import merge_tickets
from tickets.perform import perform
from tickets.unmerging import undo_merge

pytestmark = pytest.mark.django_db


def written(story):
    """The legs that have ended, as they stand in the table."""
    rows = SlaLeg.objects.filter(clock__ticket=story.ticket, ended_at__isnull=False)
    return set(rows.values_list("pk", "reason", "began_at", "ended_at", "running", "used_seconds", "target_seconds"))


def test_a_ticket_near_its_breach_cannot_be_talked_out_of_it(time_machine, billing, ana, leo):
    """L06"""
    make_policy(first_response=60, resolution={"low": 600, "normal": 120, "high": 60, "urgent": 30})
    time_machine.move_to(at("2026-01-05 10:00"), tick=False)
    story = Story("2026-01-05 10:00", team=billing, agent=ana)
    other = Story("2026-01-05 10:00", team=billing, agent=ana, requester=story.requester)
    by = Actor.agent(ana)
    time_machine.move_to(at("2026-01-05 11:00:05"), tick=False)
    sweep()

    with pytest.raises(HelpdeskError, match="imports"):
        perform(story.ticket.pk, AddReply("In time!"), by=by, via="web", at=at("2026-01-05 10:30"))
    assert story.clock("first_response").state == "breached_open"

    before = written(story)
    steps = [
        [SetStatus("pending")],
        [SetStatus("open")],
        [SetPriority("urgent")],
        [SetPriority("low")],
        [AddReply("Late."), SetStatus("solved")],
        [SetStatus("open")],
    ]
    for minutes, actions in enumerate(steps, 1):
        time_machine.move_to(at("2026-01-05 11:00:05") + timedelta(minutes=minutes), tick=False)
        perform(story.ticket.pk, *actions, by=by, via="web")
        after = written(story)
        assert before <= after
        before = after
    merge_tickets(story.ticket.pk, other.ticket.pk, by=by, via="web")
    undo_merge(story.ticket.pk, by=by, via="web")

    assert before <= written(story)
    assert len(before) > 5
    first, resolution = story.clock("first_response"), story.clock("resolution")
    assert (first.state, first.breached_at) == ("breached_closed", at("2026-01-05 11:00"))
    # Urgent for a minute, when an hour was used: that was a breach, and a lower priority afterwards is no way back.
    assert (resolution.state, resolution.breach_cause) == ("breached_open", "rebase")
    assert resolution.breached_at == at("2026-01-05 11:03:05")
    assert_sound(story.ticket, other.ticket)
