"""What the invented company promises: opening hours in four cities, policies in their order, ladders; who gets what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from agents.models import Skill, Team
from automation.models import Mode, TeamRouting
from customers.models import Organization
from helpdesk.demo.organisations import ORGANISATIONS
from helpdesk.demo.people import Colleague
from sla.models import Calendar, CalendarVersion, SlaPolicy, SlaPolicyVersion

# name, zone, country, categories of its holidays, opening and closing hour from Monday to Friday
_CITIES = {
    "Copenhagen": ("Europe/Copenhagen", "DK", ["public"], 8, 17),
    "Warsaw": ("Europe/Warsaw", "PL", ["public"], 8, 16),
    "Kyiv": ("Europe/Kyiv", "UA", ["public", "workday"], 9, 18),
    "Oslo": ("Europe/Oslo", "NO", ["public"], 8, 16),
}

_FIRST = {"urgent": 60, "high": 120, "normal": 240, "low": 480}
_NEXT = {"urgent": 120, "high": 240, "normal": 480, "low": 960}
_SOLVED = {"urgent": 540, "high": 1080, "normal": 2700, "low": 5400}
_PAUSES = {
    "periodic_update": ["pending", "solved"],
    "resolution": ["pending", "on_hold"],
    "team_handling": ["pending", "on_hold"],
}

_LADDER: list[dict[str, Any]] = [
    {"metric": "first_response", "at": "80%", "notify": ["assignee", "team_lead"]},
    {"metric": "first_response", "at": "0", "escalate": True, "ack_minutes": 60},
    {"metric": "next_response", "at": "80%", "notify": ["assignee"]},
    {"metric": "next_response", "at": "+60m", "escalate": True, "ack_minutes": 60},
    {"metric": "resolution", "at": "-120m", "notify": ["assignee"]},
    {"metric": "resolution", "at": "0", "escalate": True, "ack_minutes": 120, "repeat_every": 60, "max_repeats": 2},
]


def make_calendars(since: datetime) -> dict[str, Calendar]:
    """The hours of each city, in force since before the story begins."""
    made = {}
    for city, (zone, country, categories, opens, closes) in _CITIES.items():
        made[city] = Calendar.objects.create(name=city)
        CalendarVersion.objects.create(
            calendar=made[city],
            number=1,
            zone=zone,
            weekly=[[[opens * 60, closes * 60]]] * 5 + [[], []],
            country=country,
            categories=categories,
            in_force_from=since,
        )
    return made


def make_policies(calendars: dict[str, Calendar], teams: dict[str, Team], since: datetime) -> None:
    """Partners abroad in the hours of their own city, then the workshop, then everybody else."""
    quick = {"first_response": _half(_FIRST), "next_response": _half(_NEXT), "resolution": _half(_SOLVED)}
    usual = {"first_response": _FIRST, "next_response": _NEXT, "resolution": _SOLVED}
    workshop = {
        **usual,
        "periodic_update": {"urgent": 540, "high": 1080},
        "team_handling": {"urgent": 480, "high": 960},
    }
    _policy("Partners in Norway", calendars["Oslo"], [_partners("Europe/Oslo")], quick, since)
    _policy("Partners in Poland", calendars["Warsaw"], [_partners("Europe/Warsaw")], quick, since)
    _policy("Partners in Ukraine", calendars["Kyiv"], [_partners("Europe/Kyiv")], quick, since)
    _policy("Workshop", calendars["Copenhagen"], [{"team": [str(teams["technical"].pk)]}], workshop, since)
    _policy("Everybody else", calendars["Copenhagen"], [], usual, since)


def make_routing(calendars: dict[str, Calendar], teams: dict[str, Team], colleagues: list[Colleague]) -> None:
    """Everybody has their languages; the workshop's tickets go to whoever has the fewest."""
    Skill.objects.bulk_create(
        Skill(agent=one.agent, kind=Skill.Kind.LANGUAGE, value=language)
        for one in colleagues
        if one.may_answer
        for language in one.languages
    )
    TeamRouting.objects.create(team=teams["technical"], mode=Mode.LEAST_LOADED, calendar=calendars["Copenhagen"])


def _half(minutes: dict[str, int]) -> dict[str, int]:
    return {priority: value // 2 for priority, value in minutes.items()}


def _partners(zone: str) -> dict[str, list[str]]:
    """Organisations of that country, by the parameter of TicketFilter."""
    names = [name for name, _domain, _language, theirs in ORGANISATIONS if theirs == zone]
    return {
        "organization": [str(pk) for pk in Organization.objects.filter(name__in=names).values_list("pk", flat=True)]
    }


def _policy(
    name: str, calendar: Calendar, conditions: list[dict[str, Any]], targets: dict[str, Any], since: datetime
) -> None:
    policy = SlaPolicy.objects.create(name=name, position=SlaPolicy.objects.count() + 1)
    SlaPolicyVersion.objects.create(
        policy=policy,
        number=1,
        conditions=conditions,
        calendar=calendar,
        targets=targets,
        pauses=_PAUSES,
        ladder=_LADDER,
        in_force_from=since,
    )
