"""What each key of the query language asks of the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q
from django.utils.timezone import now

from customers.tiers import NONE, spellings
from tickets.models import Priority
from tickets.query_keys import Key
from tickets.query_moments import condition, split
from tickets.query_words import OPERATORS
from tickets.querysets import DUE_SOON, OPEN_STATUSES
from tickets.tag_conditions import tagged

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.querysets import TicketQuerySet

_COLUMNS = {
    "created": "created_at",
    "updated": "activity_at",
    "waiting": "waiting_since",
    "solved": "solved_at",
    "due": "next_due_at",
}
_LOOKUPS = {">=": "gte", "<=": "lte", ">": "gt", "<": "lt", "": "exact"}


def narrowed(
    tickets: TicketQuerySet, key: Key, values: Sequence[Any], actor: Actor, *, away: bool = False, few: bool = False
) -> TicketQuerySet:
    """Those of `tickets` that have such values, or with `away` those that have none of them.

    `few`: only open tickets are asked for. Then each is looked at in turn, instead of everything closed as well that
    has the tag or the value; what is found is the same.
    """
    if key.definition is not None:
        return _of_field(tickets, key.definition.key, values, away=away, few=few)
    if key.kind == "tag":
        for tag in values:
            condition = tagged(tag, few=few)
            tickets = tickets.exclude(condition) if away else tickets.filter(condition)
        return tickets
    if away:
        for value in values if key.joins == "all" else [values]:
            tickets = tickets.exclude(_asked(key, [value] if isinstance(value, str) else value, actor))
        return tickets
    find: Callable[[Any, Key, Sequence[Any], Any], TicketQuerySet] = _FOUND.get(key.name, _plainly)
    return find(tickets, key, values, actor)


def _of_field(tickets: TicketQuerySet, field: str, values: Sequence[Any], *, away: bool, few: bool) -> TicketQuerySet:
    """On PostgreSQL rides ticket_custom, unless there are `few`. Without the value are those too that never had one."""
    contains = connection.vendor == "postgresql" and not few
    asked = Q()
    for value in values:
        asked |= Q(custom__contains={field: value}) if contains else Q(**{f"custom__{field}": value})
    if not away:
        return tickets.filter(asked)
    return tickets.filter(~asked if contains else ~asked | Q(**{f"custom__{field}": None}) | ~Q(custom__has_key=field))


def _plainly(tickets: TicketQuerySet, key: Key, values: Sequence[Any], actor: Actor) -> TicketQuerySet:
    return tickets.filter(_asked(key, values, actor))


def _in_states(tickets: TicketQuerySet, key: Key, values: Sequence[Any], actor: Actor) -> TicketQuerySet:
    for value in values:
        tickets = _STATES[value](tickets)
    return tickets


_STATES: dict[str, Callable[[Any], Any]] = {
    "open": lambda tickets: tickets.open().awake(),
    "snoozed": lambda tickets: tickets.open().snoozed(),
    "waiting": lambda tickets: tickets.waiting_on_us(),
    "ended": lambda tickets: tickets.ended(),
    "overdue": lambda tickets: tickets.overdue(),
    "due_soon": lambda tickets: tickets.due_soon(),
    "paused": lambda tickets: tickets.paused(),
    "escalated": lambda tickets: tickets.escalated(),
}


def _at_moments(tickets: TicketQuerySet, key: Key, values: Sequence[Any], actor: Actor) -> TicketQuerySet:
    if key.name == "waiting":
        tickets = tickets.waiting_on_us()
    elif key.name == "due":
        tickets = tickets.open()
    for bound in values:
        tickets = tickets.filter(condition(_COLUMNS[key.name], bound, ahead=key.ahead))
    return tickets


_FOUND: dict[str, Callable[[Any, Key, Sequence[Any], Any], Any]] = {
    "is": _in_states,
    **dict.fromkeys(_COLUMNS, _at_moments),
}


def _asked(key: Key, values: Sequence[Any], actor: Actor) -> Q:
    """The condition that a ticket with any one of the values meets."""
    if key.name in _CONDITIONS:
        return _CONDITIONS[key.name](values, actor)
    return Q(**{f"{key.name}__in": values})


def _state(values: Sequence[str], actor: Actor) -> Q:
    """As Q, because what is taken away is not told by a queryset. `next_due_at` is compared only where there is one:
    of an unknown value SQL says neither yes nor no, and then nothing would be taken away."""
    due = Q(status__in=OPEN_STATUSES, next_due_at__isnull=False)
    return {
        "open": Q(status__in=OPEN_STATUSES, snoozed_until=None),
        "snoozed": Q(status__in=OPEN_STATUSES, snoozed_until__isnull=False),
        "waiting": Q(status__in=OPEN_STATUSES, waiting_since__isnull=False),
        "ended": Q(status__in=("solved", "closed")),
        "overdue": due & Q(next_due_at__lte=now()),
        "due_soon": due & Q(next_due_at__lte=now() + DUE_SOON),
        "paused": Q(status__in=OPEN_STATUSES, sla_state="paused"),
        "escalated": Q(status__in=OPEN_STATUSES, escalated_at__isnull=False),
    }[values[0]]


def _priority(values: Sequence[str], actor: Actor) -> Q:
    """Single values by OR; ranges by AND, also with those."""
    ranks = {item.slug: int(item) for item in Priority}
    compared = Q()
    for value in values:
        if value.startswith(OPERATORS):
            operator, slug = split(value)
            compared &= Q(**{f"priority__{_LOOKUPS[operator]}": ranks[slug]})
    plain = [ranks[value] for value in values if not value.startswith(OPERATORS)]
    return compared & Q(priority__in=plain) if plain else compared


def _team(values: Sequence[str], actor: Actor) -> Q:
    keys = [value for value in values if value != "mine"]
    mine = Q(team_id__in=actor.team_ids) if "mine" in values else Q(pk__in=())
    return _ids_or_none("team", keys) | mine if keys else mine


def _assignee(values: Sequence[str], actor: Actor) -> Q:
    return _ids_or_none("assignee", [str(actor.id) if value == "me" else value for value in values])


def _follower(values: Sequence[str], actor: Actor) -> Q:
    from tickets.models import Ticket

    keys = [actor.id if value == "me" else _key(value) for value in values]
    return Q(Ticket.objects.all()._joined("Follower", agent_id__in=keys))


def _tier(values: Sequence[str], actor: Actor) -> Q:
    """Of the organisation as it is today."""
    found = Q(organization__tier__in=spellings(values))
    return found | Q(organization__tier=None) if NONE in values else found


_CONDITIONS: dict[str, Callable[[Sequence[Any], Any], Q]] = {
    "is": _state,
    "priority": _priority,
    "team": _team,
    "assignee": _assignee,
    "follower": _follower,
    "requester": lambda values, actor: Q(requester_id__in=[_key(value) for value in values]),
    "organization": lambda values, actor: Q(organization_id__in=[_key(value) for value in values]),
    "tier": _tier,
}


def _ids_or_none(column: str, values: Sequence[str]) -> Q:
    keys = [_key(value) for value in values if value != "none"]
    if "none" not in values:
        return Q(**{f"{column}_id": keys[0]}) if len(keys) == 1 else Q(**{f"{column}_id__in": keys})
    nobody = Q(**{column: None})
    return nobody | Q(**{f"{column}_id__in": keys}) if keys else nobody


def _key(value: str) -> int:
    """A key as typed in a URL; what is none matches nothing."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else -1
