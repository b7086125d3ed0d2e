"""Which policy a ticket meets: the first active one, in their order, of whose conditions it meets any.

What the house knows of its policies is remembered for settings.SLA_POLICY_CACHE_SECONDS only to learn that there is
nothing to ask: that there are no policies at all, or that none reads the facts that have changed. So another process
may pass over a change of such a fact for that long after a policy was made. Whatever is asked, is asked of the rows.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Value
from django.utils.timezone import now

from agents.actors import Actor
from sla import known
from sla.at_hand import meets
from sla.known import Remembered
from sla.models import SlaPolicyVersion, SlaTrack
from sla.terms import wordings
from tickets.filters import TicketFilter, stored_question
from tickets.models import Ticket
from tickets.query_keys import FIELD, KEYS
from tickets.query_text import NOT

HOUSE = Actor.system("sla")
_PLAIN = {key.name for key in KEYS}
# The facts by which what a parameter asks for can have changed. Of any other parameter: by all of them.
_READ: Mapping[str, frozenset[str]] = {
    "is": frozenset({"status_changed", "snoozed", "woken", "message_added", "message_withdrawn"}),
    "status": frozenset({"status_changed"}),
    "priority": frozenset({"priority_changed"}),
    "type": frozenset({"type_changed"}),
    "channel": frozenset(),
    "team": frozenset({"team_changed"}),
    "assignee": frozenset({"assignee_changed"}),
    "follower": frozenset({"follower_added", "follower_removed"}),
    "requester": frozenset({"requester_changed", "requester_merged"}),
    "organization": frozenset({"requester_changed", "requester_merged"}),
    "tier": frozenset({"requester_changed", "requester_merged"}),
    "tag": frozenset({"tag_added", "tag_removed"}),
    "created": frozenset(),
}
_OTHERS = frozenset().union(*_READ.values()) | {"field_changed", "subject_changed", "language_changed"}


def remembered() -> Remembered:
    found = known.POLICIES.get("")
    if found is None or found.until < time.monotonic():
        active = versions_in_force(now())
        read = frozenset().union(*(facts_read(version.conditions) for version in active))
        idle = not active and not SlaTrack.objects.exists()
        found = known.POLICIES[""] = Remembered(time.monotonic() + settings.SLA_POLICY_CACHE_SECONDS, idle, read)
    return found


def facts_read(conditions: Iterable[Mapping[str, Sequence[str]]]) -> frozenset[str]:
    names = {name.removeprefix(NOT) for parameters in conditions for name in parameters}
    return frozenset().union(*(_facts_of(name) for name in names))


def _facts_of(name: str) -> frozenset[str]:
    if name.startswith(FIELD):
        return frozenset({"field_changed"})
    return _READ.get(name, _OTHERS)


def versions_in_force(at: datetime) -> list[SlaPolicyVersion]:
    """Of each active policy what it says at that moment, in their order; one statement, and one more for new ones."""
    rows = (
        SlaPolicyVersion.objects.filter(policy__active=True, in_force_from__lte=at)
        .order_by("policy__position", "policy_id", "-in_force_from", "-number")
        .values_list("policy_id", "pk")
    )
    newest: dict[int, int] = {}
    for policy, version in rows:
        newest.setdefault(policy, version)
    return [wording.row for wording in wordings(list(newest.values()))]


def version_of(policy_id: int, at: datetime) -> SlaPolicyVersion | None:
    """What this policy says at that moment, active or not; before its first version, what that says."""
    versions = SlaPolicyVersion.objects.filter(policy=policy_id)
    in_force = versions.filter(in_force_from__lte=at).order_by("-in_force_from", "-number").first()
    return in_force or versions.order_by("number").first()


def policy_for(ticket: Ticket, at: datetime | None = None) -> SlaPolicyVersion | None:
    """What holds for a ticket, as its row stands, by conditions; two statements at most when the versions are known."""
    return policies_of([ticket], at or now()).get(ticket.pk)


def policies_for(tickets: Iterable[int], at: datetime) -> dict[int, SlaPolicyVersion]:
    """As policies_of(), of tickets by their keys; one statement more, which reads them."""
    return policies_of(list(Ticket.objects.filter(pk__in=tickets)), at)


def policies_of(tickets: Sequence[Ticket], at: datetime) -> dict[int, SlaPolicyVersion]:
    """By ticket, for all at the cost of one; tickets that meet none are left out. What the tickets in memory cannot
    answer is asked of their rows, in one statement."""
    active = versions_in_force(at)
    first = dict.fromkeys((ticket.pk for ticket in tickets), len(active))
    questions: list[Any] = []
    for place, version in enumerate(active):
        undecided = [ticket for ticket in tickets if first[ticket.pk] == len(active)]
        if not undecided:
            break
        for parameters in version.conditions:
            unknown = []
            for ticket in undecided:
                met = meets(ticket, parameters)
                if met:
                    first[ticket.pk] = min(first[ticket.pk], place)
                elif met is None:
                    unknown.append(ticket.pk)
            if unknown:
                questions.append(_question(parameters, unknown, place))
        if not version.conditions:
            for ticket in undecided:
                first[ticket.pk] = place
    asked = [question for question in questions if question is not None]
    if asked:
        for pk, place in asked[0].union(*asked[1:], all=True) if len(asked) > 1 else asked[0]:
            first[pk] = min(first[pk], place)
    return {pk: active[place] for pk, place in first.items() if place < len(active)}


def _question(parameters: Mapping[str, Sequence[str]], tickets: Sequence[int], place: int) -> Any:
    """Which of the tickets meet the set, with the place of its policy; None when it cannot be read any more."""
    rows = Ticket.objects.filter(pk__in=tickets)
    if all(name.removeprefix(NOT) in _PLAIN for name in parameters):
        found = stored_question(parameters, rows, HOUSE)
    else:
        asked = TicketFilter(parameters, queryset=rows, actor=HOUSE)
        if not asked.is_sound:
            return None
        found = asked.qs
    return found.order_by().values_list("pk", Value(place))
