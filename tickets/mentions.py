"""Whom a note addresses: "@Leo Chief" read from its words, the same way at every door."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from agents.models import Agent
from agents.permissions import Permission
from tickets.models.people import Follower
from tickets.sight import who_see

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Ticket

MOST = 20
# Not inside an address: "kim@alpha.example" mentions nobody.
_AT = re.compile(r"(?<![\w@.])@(?=\w)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def named_in(text: str, agents: list[Agent]) -> list[Agent]:
    """Agents whose whole name follows an "@", or whose first name does when no other agent here has it.

    The longest name wins; people of one and the same name are all meant, since nobody can tell them apart.
    """
    by_name: dict[str, list[Agent]] = {}
    for agent in agents:
        by_name.setdefault(agent.name.casefold(), []).append(agent)
    firsts: dict[str, list[Agent]] = {}
    for agent in agents:
        firsts.setdefault(agent.get_short_name().casefold(), []).append(agent)
    for first, bearers in firsts.items():
        if len(bearers) == 1:
            by_name.setdefault(first, bearers)
    names = sorted(filter(None, by_name), key=len, reverse=True)
    found: dict[int, Agent] = {}
    for rest in _after_signs(text):
        if name := next((name for name in names if _begins(rest, name)), ""):
            found.update((agent.pk, agent) for agent in by_name[name])
    return list(found.values())[:MOST]


def _after_signs(text: str) -> Iterator[str]:
    words = _CODE.sub(" ", text).casefold()
    for match in _AT.finditer(words):
        yield words[match.end() : match.end() + 200]


def _begins(rest: str, name: str) -> bool:
    end = rest[len(name) : len(name) + 1]
    return rest.startswith(name) and not (end.isalnum() or end == "_")


def mentioned(text: str, ticket: Ticket, by: Actor) -> list[Agent]:
    """The active agents that a note of `by` on this ticket tells of it, at most MOST.

    Whoever may add followers (ASSIGN) may mention everybody: the mentioned become followers and so see the ticket.
    Others reach only those who see it already, so that a mention never opens a ticket by the back door (E02, E11).
    """
    if not _AT.search(text):
        return []
    agents = Agent.objects.active().only("name", "role", "is_active", "email")
    found = [agent for agent in named_in(text, list(agents)) if not (by.is_agent and agent.pk == by.id)]
    if by.kind == "system" or by.can(Permission.ASSIGN):
        return found
    return seeing(found, ticket)


def seeing(agents: list[Agent], ticket: Ticket) -> list[Agent]:
    """Those of them who see the ticket, in their order."""
    allowed = set(who_see(ticket.pk, [agent.pk for agent in agents]).values_list("pk", flat=True))
    return [agent for agent in agents if agent.pk in allowed]


def follow_by_mention(ticket: Ticket, agents: list[Agent]) -> list[Agent]:
    """Make them followers; those who were none before."""
    return [agent for agent in agents if Follower.objects.get_or_create(ticket=ticket, agent=agent)[1]]
