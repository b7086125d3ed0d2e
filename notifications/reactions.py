"""Tells agents what a change means to them: rows only, each agent once for each change, never of one's own doing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from agents.models import Agent, Membership
from notifications.kinds import WEIGHT, Kind, Way
from notifications.models import Notification, Wishes
from notifications.wishing import mail_at, wishes_of
from tickets.models import Follower, Ticket
from tickets.outbox import reacts_to
from tickets.sight import who_see

if TYPE_CHECKING:
    from tickets.models import Change, Event

# {kind: message or None}, for one agent.
News = dict[str, int | None]
# {team: its members who want to hear of new work}
Members = dict[int, list[int]]
ENDED = ("solved", "closed")
# A mention list is written by a form; a change never tells more people than this by name.
MOST_MENTIONED = 50


def _concerns(data: Mapping[str, Any]) -> bool:
    """Whether the data of any of the kinds below can mean something to somebody."""
    if "requester" in data and "channel" in data:  # opened
        return bool(data["team"])
    if "author" in data:  # message_added: our own answers are news to nobody
        return data["author"] == "customer" or not data["public"]
    if "agent" in data:  # reply_held
        return True
    if data.get("reason") == "customer_reply":
        return False  # told as the customer's answer
    if "to" in data and "from" in data and isinstance(data["from"], str):  # status_changed
        return data["from"] in ENDED and data["to"] not in ENDED
    return True


def tell_agents_together(changes: Sequence[Change]) -> None:
    """The same for many: who wants to hear of new work is asked once for all teams."""
    opened = (event.data["team"] for change in changes for event in change.events.all() if event.kind == "opened")
    members = _wanting({team["id"] for team in opened if team})
    for change in changes:
        _tell(change, members)


@reacts_to(
    "message_added",
    "assignee_changed",
    "team_changed",
    "status_changed",
    "woken",
    "reply_held",
    "opened",
    where=_concerns,
    together=tell_agents_together,
)
def tell_agents(change: Change) -> None:
    """Leave a notification for everybody whom this change concerns and who may see the ticket now."""
    _tell(change, {})


def _tell(change: Change, members: Members) -> None:
    """`members`: those of teams that were asked already."""
    if change.via == "import":
        return
    found = _news_of(change, members)
    if change.actor_kind == "agent":
        found.pop(change.actor_id, None)
    if not found:
        return
    agents = who_see(change.ticket_id, [pk for pk in found if pk is not None])
    wishes = wishes_of(agents)
    rows = [row for agent in agents if (row := _told(change, agent, wishes[agent.pk], found[agent.pk]))]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def _news_of(change: Change, members: Members) -> dict[int | None, News]:
    """What the change means to whom, whether they may see it or not."""
    found: dict[int | None, News] = defaultdict(dict)
    watchers: set[int] | None = None
    events = list(change.events.all())
    begins = any(event.kind == "opened" for event in events)
    for event in events:
        kind, message_id, named = _meaning(event)
        if kind is None or (begins and kind == Kind.REPLY):  # nobody waits for the first words of a new ticket
            continue
        if kind == Kind.TEAM:
            named = _members(event, members)
        elif kind in (Kind.REPLY, Kind.NOTE, Kind.REOPENED, Kind.WOKE):
            watchers = _watchers(change.ticket) if watchers is None else watchers
            named = watchers
        for agent_id in named:
            found[agent_id].setdefault(kind, message_id)
        for agent_id in _mentioned(event):
            found[agent_id].setdefault(Kind.MENTION, message_id)
    return found


def _meaning(event: Event) -> tuple[str | None, int | None, Iterable[int]]:
    """(kind, message, the agents whom the event itself names)."""
    data = event.data
    if not _concerns(data):
        return None, None, ()
    if event.kind == "message_added":
        return (Kind.REPLY if data["author"] == "customer" else Kind.NOTE), data["message"], ()
    if event.kind == "assignee_changed" and data["to"]:
        return Kind.ASSIGNED, None, [data["to"]["id"]]
    if event.kind == "opened" or (event.kind == "team_changed" and data["to"]):
        return Kind.TEAM, None, ()
    if event.kind == "status_changed":
        return Kind.REOPENED, None, ()
    if event.kind == "woken" and event.change.actor_kind == "system":
        return Kind.WOKE, None, ()
    if event.kind == "reply_held":
        return Kind.HELD, None, [data["agent"]["id"]]
    return None, None, ()


def _mentioned(event: Event) -> list[int]:
    """Agents named with an @ in a note: ids that the composer resolved."""
    if event.kind != "message_added" or event.data["public"]:
        return []
    return [agent_id for agent_id in event.data.get("mentions", [])[:MOST_MENTIONED] if isinstance(agent_id, int)]


def _watchers(ticket: Ticket) -> set[int]:
    """The assignee and whoever follows the ticket, as it stands now."""
    followers = set(Follower.objects.filter(ticket=ticket).values_list("agent_id", flat=True))
    return followers | ({ticket.assignee_id} if ticket.assignee_id else set())


def _members(event: Event, known: Members) -> list[int]:
    """Members of the team that want to hear of new work; nobody else is asked anything."""
    team_id = (event.data["team"] if event.kind == "opened" else event.data["to"])["id"]
    return (known if team_id in known else _wanting({team_id}))[team_id]


def _wanting(team_ids: set[int]) -> Members:
    wanting = Wishes.objects.filter(**{f"ways__{Kind.TEAM}__in": [Way.BELL, Way.MAIL, Way.DIGEST]})
    found: Members = {team_id: [] for team_id in team_ids}
    rows = Membership.objects.filter(team__in=team_ids, agent__in=wanting.values("agent_id"))
    for team_id, agent_id in rows.values_list("team_id", "agent_id") if team_ids else ():
        found[team_id].append(agent_id)
    return found


def _told(change: Change, agent: Agent, wishes: Wishes, news: News) -> Notification | None:
    """The weightiest of what the change means to the agent, unless they want to hear of none of it."""
    wanted = [kind for kind in sorted(news, key=WEIGHT.__getitem__) if wishes.way(kind) != Way.OFF]
    if not wanted:
        return None
    kind = wanted[0]
    return Notification(
        agent=agent,
        ticket_id=change.ticket_id,
        change=change,
        message_id=news[kind],
        kind=kind,
        created_at=change.created_at,
        mail_at=mail_at(wishes, agent.time_zone, kind, change.created_at),
    )
