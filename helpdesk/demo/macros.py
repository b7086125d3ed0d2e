"""The macros of the demo: four that people of a helpdesk would miss on their second day."""

from __future__ import annotations

from typing import Any

from agents.models import Team
from automation.models import Macro

WAITS = "Hello {{ requester.first_name | there }},\n\n"

# Name, what it is for, the team's address name ("" for everybody), its steps, what it says and to whom.
KNOWN: tuple[tuple[str, str, str, list[dict[str, Any]], str, str], ...] = (
    (
        "Ask for a picture and wait",
        "Asks for a photo, and looks again after three days",
        "",
        [
            {"do": "take"},
            {"do": "set_status", "status": "pending"},
            {"do": "add_tag", "tag": "waits-for-picture"},
            {"do": "snooze_for", "days": 3},
        ],
        "reply",
        WAITS + "could you send us a picture of it? Answer to this mail and attach it.\n\nBest regards,\n"
        "{{ agent.first_name }}",
    ),
    (
        "Refund approved",
        "The money goes back; the ticket is solved",
        "billing",
        [
            {"do": "set_type", "type": "task"},
            {"do": "add_tag", "tag": "refund"},
            {"do": "set_status", "status": "solved"},
        ],
        "reply",
        WAITS + "we have refunded the amount. It reaches your account within **5 working days**.\n\nBest regards,\n"
        "{{ agent.first_name }}",
    ),
    (
        "Take it, urgent",
        "Assigns it to you with the highest priority",
        "",
        [{"do": "take"}, {"do": "set_priority", "priority": "urgent"}, {"do": "set_status", "status": "open"}],
        "reply",
        "",
    ),
    (
        "Over to technical",
        "For what care and billing cannot answer",
        "",
        [{"do": "set_type", "type": "incident"}, {"do": "move_to_team", "team": "technical"}],
        "note",
        "{{ requester.name }} needs somebody who knows the hardware. The customer has not been answered yet.",
    ),
)


def write_macros() -> int:
    """How many there are."""
    teams = {team.slug: team for team in Team.objects.active()}
    for place, (name, description, team, steps, kind, body) in enumerate(KNOWN):
        known = {"description": description, "kind": kind, "body": body, "position": place}
        known["steps"] = [_with_team(step, teams) for step in steps]
        Macro.objects.get_or_create(name=name, owner=None, team=teams.get(team), defaults=known)
    return Macro.objects.count()


def _with_team(step: dict[str, Any], teams: dict[str, Team]) -> dict[str, Any]:
    """Steps hold keys; the demo knows its teams by name."""
    return {"do": step["do"], "team_id": teams[step["team"]].pk} if "team" in step else step
