"""The figures once more, told in plain Python from all Events: slow, simple, and sharing nothing with reports/.

Each function yields items: what a figure counts, with when, whose, and how much.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from sla.clocks import replayed
from sla.history import histories
from sla.models import CalendarVersion, Escalation, SlaAssignment, SlaPolicyVersion
from surveys.models import Survey
from tickets.models import BulkItem, Event, Ticket

UNSOLVED = ("new", "open", "pending", "on_hold")
PRIORITIES = {"low": 1, "normal": 2, "high": 3, "urgent": 4}
WEEK = 7 * 24 * 3600


@dataclass
class Item:
    at: datetime
    ticket: int
    whose: dict[str, Any]
    value: float | None = None
    business: float | None = None
    hit: bool = False


@dataclass
class Step:
    key: int
    at: datetime
    actor: tuple[str, int | None]
    via: str
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def cut(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def seconds(a: datetime, b: datetime) -> int:
    return int((cut(b) - cut(a)).total_seconds())


def office_seconds(a: datetime, b: datetime, version: CalendarVersion) -> int:
    """Walks over the days: opening hours of the weekday, by the local clock; none on a holiday, others where others
    were set for the day."""
    zone, total = ZoneInfo(version.zone), 0
    day = a.astimezone(zone).date()
    while day <= b.astimezone(zone).date():
        shut = day.isoformat() in version.closed_days or day.isoformat() in (version.holidays or ())
        usual = [] if shut else version.weekly[day.weekday()]
        for opens, closes in version.openings.get(day.isoformat(), usual):
            midnight = datetime(day.year, day.month, day.day)
            start = (midnight + timedelta(minutes=opens)).replace(tzinfo=zone).astimezone(UTC)
            end = (midnight + timedelta(minutes=closes)).replace(tzinfo=zone).astimezone(UTC)
            total += max(0, int((min(cut(b), end) - max(cut(a), start)).total_seconds()))
        day += timedelta(days=1)
    return total


class Life:
    """One ticket."""

    def __init__(self, ticket: Ticket, steps: list[Step]) -> None:
        self.ticket, self.steps = ticket, steps
        self.created = steps[0].at
        self.imported = steps[0].via == "import"
        self.merged = ticket.merged_into_id is not None
        self.spam = ticket.tags.filter(name="spam").exists()
        self.gone = {data["message"] for step in steps for kind, data in step.events if kind == "message_withdrawn"}
        self.policies = list(SlaAssignment.objects.filter(ticket=ticket).order_by("pk"))
        self.states = self._states()

    def _states(self) -> list[tuple[datetime, str, Step]]:
        """(since, state, by which step), without what was taken back."""
        found: list[tuple[datetime, str, Step]] = []
        where: dict[int, int] = {}
        for step in self.steps:
            for kind, data in step.events:
                if kind == "message_added":
                    where[data["message"]] = step.key
            back = [d for k, d in step.events if k == "status_changed" and d.get("reason") == "withdrawn"]
            if back:
                sent = {where.get(d["message"]) for k, d in step.events if k == "message_withdrawn"}
                found = [one for one in found if one[2].key not in sent or one[2] is self.steps[0]]
                continue
            for kind, data in step.events:
                if kind == "opened":
                    found.append((step.at, data["status"], step))
                elif kind == "status_changed":
                    found.append((step.at, data["to"], step))
        return found

    def whose(self, moment: datetime) -> dict[str, Any]:
        """Every slice as of that moment, gestures of that moment included."""
        known: dict[str, Any] = {"team": None, "agent": None, "priority": 2, "tags": set()}
        languages = [d for s in self.steps for k, d in s.events if k == "language_changed"]
        known["language"] = languages[0]["from"] if languages else self.ticket.language
        for step in self.steps:
            if step.at > moment:
                break
            for kind, data in step.events:
                if kind == "opened":
                    known["team"] = data["team"]["id"] if data["team"] else None
                    known["priority"] = PRIORITIES[data["priority"]]
                elif kind == "team_changed":
                    known["team"] = data["to"]["id"] if data["to"] else None
                elif kind == "assignee_changed":
                    known["agent"] = data["to"]["id"] if data["to"] else None
                elif kind == "priority_changed":
                    known["priority"] = PRIORITIES[data["to"]]
                elif kind == "language_changed":
                    known["language"] = data["to"]
                elif kind == "tag_added":
                    known["tags"] = known["tags"] | {data["tag"]}
                elif kind == "tag_removed":
                    known["tags"] = known["tags"] - {data["tag"]}
        known["channel"] = self.ticket.channel
        known["organization"] = self.ticket.organization_id
        known["tier"] = self.ticket.organization.tier if self.ticket.organization else None
        known["customer"] = self.ticket.requester_id
        known["policy"], known["calendar"] = None, None
        for row in self.policies:
            if row.at <= moment:
                version = row.policy_version_id and SlaPolicyVersion.objects.get(pk=row.policy_version_id)
                known["policy"] = version.policy_id if version else None
                known["calendar"] = row.calendar_version_id
        local = moment.astimezone(ZoneInfo(settings.REPORTS_ZONE))
        known["hour"] = 24 * local.weekday() + local.hour
        return known

    def item(self, at: datetime, value: float | None = None, business: float | None = None, **more: Any) -> Item:
        whose = self.whose(at) | more.pop("whose", {})
        return Item(at, self.ticket.pk, whose, value, business, **more)

    def lasted(self, a: datetime, b: datetime, as_of: datetime) -> tuple[int, int | None]:
        calendar = self.whose(as_of)["calendar"]
        version = CalendarVersion.objects.get(pk=calendar) if calendar else None
        return seconds(a, b), office_seconds(a, b, version) if version else None

    # --- flows ---------------------------------------------------------------------------------------------------

    def flows(self) -> list[tuple[str, datetime]]:
        """("solved" | "reopened" | "merged" | "restored", when): the state before and after each step."""
        found = []
        for step in self.steps:
            mine = [state for _at, state, by in self.states if by is step]
            before = [state for _at, state, by in self.states if by.key < step.key]
            if not mine:
                continue
            was = before[-1] if before else "new"
            kinds = dict(step.events)
            if was in UNSOLVED and mine[-1] not in UNSOLVED:
                found.append(("merged" if "merged_into" in kinds else "solved", step.at))
            if was not in UNSOLVED and mine[-1] in UNSOLVED:
                far = kinds.get("merge_undone", {}).get("from_far_side")
                found.append(("restored" if far else "reopened", step.at))
        return found

    def solving(self) -> list[int]:
        """The Changes that solved it."""
        return [step.key for step in self.steps if ("solved", step.at) in self.flows()]

    def moments(self, flow: str) -> list[datetime]:
        return [at for one, at in self.flows() if one == flow]

    # --- answers -------------------------------------------------------------------------------------------------

    def messages(self) -> list[tuple[Step, str]]:
        return [
            (step, data["author"])
            for step in self.steps
            for kind, data in step.events
            if kind == "message_added"
            and data["public"]
            and data["author"] in ("agent", "customer")
            and "thanks" not in data
            and "participant" not in data
            and data["message"] not in self.gone
        ]

    @property
    def by_agent(self) -> bool:
        opening = self.steps[0]
        wrote = any(
            kind == "message_added" and data["author"] == "customer" and "participant" not in data
            for kind, data in opening.events
        )
        return opening.actor[0] != "customer" and not wrote

    def first_replies(self) -> list[Item]:
        ours = [step for step, author in self.messages() if author == "agent"]
        if self.by_agent or not ours:
            return []
        wall, office = self.lasted(self.created, ours[0].at, ours[0].at)
        return [self.item(ours[0].at, wall, office, whose={"agent": ours[0].actor[1]})]

    def next_replies(self) -> list[Item]:
        said = self.messages()
        found = []
        start = 0
        if not self.by_agent:
            ours = [n for n, (_step, author) in enumerate(said) if author == "agent"]
            if not ours:
                return []
            start = ours[0] + 1
        solves = [at for flow, at in self.flows() if flow in ("solved", "merged")]
        asked: datetime | None = None
        for step, author in said[start:]:
            if asked is not None and any(asked <= at < step.at for at in solves):
                asked = None
            if author == "customer":
                asked = asked or step.at
            else:
                if asked is not None:
                    wall, office = self.lasted(asked, step.at, step.at)
                    found.append(self.item(step.at, wall, office, whose={"agent": step.actor[1]}))
                asked = None
        return found

    # --- solves --------------------------------------------------------------------------------------------------

    def solves(self) -> list[Item]:
        return [self.item(at, *self.lasted(self.created, at, at)) for at in self.moments("solved")]

    def last_solve(self) -> datetime | None:
        return max(self.moments("solved"), default=None)

    def time_in(self, states: tuple[str, ...], until: datetime) -> tuple[int, int | None]:
        wall, office = 0, 0
        known = True
        ends = [at for at, _state, _by in self.states[1:]] + [until]
        for (at, state, _by), end in zip(self.states, ends, strict=True):
            if state in states and at < until:
                more, business = self.lasted(at, min(end, until), until)
                wall += more
                known &= business is not None
                office += business or 0
        calendar = self.whose(until)["calendar"]
        return wall, office if calendar and known else None

    def replies_until(self, moment: datetime) -> int:
        return sum(author == "agent" and step.at <= moment for step, author in self.messages())

    def put_back(self) -> set[int]:
        """The Changes of bulk edits that were undone, and of their undoings, by the rows of the jobs."""
        found: set[int] = set()
        for item in BulkItem.objects.filter(ticket=self.ticket.pk, job__undoes__isnull=False, change__isnull=False):
            found |= {item.change, item.job.undoes.items.get(ticket=self.ticket.pk).change}
        return found

    def hands(self) -> list[Item]:
        found = []
        never = self.put_back()
        for kind in ("assignee_changed", "team_changed"):
            holders: list[int] = []
            for step in self.steps:
                for told, data in step.events:
                    to = data["to"] if told == kind else None
                    if told == "opened" and kind == "team_changed":
                        to = data["team"]
                    if to is None or step.key in never or holders[-1:] == [to["id"]]:
                        continue
                    holders.append(to["id"])
                    if len(holders) > 1:
                        found.append(self.item(step.at))
        return found

    # --- promises and escalations ----------------------------------------------------------------------------------

    def promises(self) -> list[tuple[str, str, Item]]:
        """(metric, outcome, item) from a replay of the Events."""
        found = []
        for clock in replayed(histories([self.ticket.pk])[self.ticket.pk]).clocks:
            if clock.outcome == "cancelled":
                outcome, at = "cancelled", clock.ended
            elif clock.breached:
                outcome, at = "missed", clock.breached
            elif clock.ended and clock.rule.target is not None:
                outcome, at = clock.outcome, clock.satisfied if clock.outcome == "met" else clock.ended
            else:
                continue
            if outcome == "cancelled" and clock.rule.target is None and not clock.breached:
                continue
            policy = clock.rule.policy
            row = SlaPolicyVersion.objects.get(pk=policy) if policy else None
            whose = {"policy": row.policy_id if row else None}
            if clock.metric == "team_handling":
                whose["team"] = clock.team
            found.append((str(clock.metric), outcome, self.item(at, whose=whose)))
        return found


def lives(tickets: Collection[int] | None = None) -> list[Life]:
    """Of all tickets, or of these."""
    steps: dict[int, dict[int, Step]] = defaultdict(dict)
    events = Event.objects.select_related("change").order_by("pk")
    for event in events if tickets is None else events.filter(change__ticket__in=tickets):
        change = event.change
        step = steps[change.ticket_id].setdefault(
            change.pk, Step(change.pk, change.created_at, (change.actor_kind, change.actor_id), change.via)
        )
        step.events.append((event.kind, event.data))
    tickets = Ticket.objects.in_bulk(list(steps))
    return [Life(tickets[pk], [by_key[key] for key in sorted(by_key)]) for pk, by_key in sorted(steps.items())]


def items(key: str, every: list[Life], of: Collection[int] | None = None) -> list[Item]:
    """What the figure of this key counts, whenever it happened: of all of them, or of these tickets among them."""
    every = [life for life in every if not life.spam]
    counted = [life for life in every if not life.merged and not life.imported]
    counted = counted if of is None else [life for life in counted if life.ticket.pk in of]
    if key.startswith("sla_") and key not in ("sla_tickets", "sla_cancelled", "sla_unanswered"):
        metric = key.removeprefix("sla_")
        return [
            _hit(item, outcome == "met")
            for life in counted
            for one, outcome, item in life.promises()
            if one == metric and outcome in ("met", "missed")
        ]
    if key.startswith("csat"):
        return [item for life in counted for item in _surveyed(life, key)]
    return [item for life in counted for item in _ITEMS[key](life, every)]


def _hit(item: Item, hit: bool) -> Item:
    item.hit = hit
    return item


def _flow(*flows: str):
    return lambda life, every: [life.item(at) for flow in flows for at in life.moments(flow)]


def _net(life: Life, every: list[Life]) -> list[Item]:
    came = [life.item(life.created), *_flow("reopened")(life, every)]
    return [_hit(item, True) for item in came] + _flow("solved")(life, every)


def _at_last(measure):
    def found(life: Life, every: list[Life]) -> list[Item]:
        last = life.last_solve()
        return [measure(life, last)] if last else []

    return found


def _resolution(life: Life, last: datetime) -> Item:
    return life.item(last, *life.lasted(life.created, last, last))


def _time_in(*states: str):
    return _at_last(lambda life, last: life.item(last, *life.time_in(states, last)))


def _first_resolution(life: Life, every: list[Life]) -> list[Item]:
    return life.solves()[:1]


def _first_contact(life: Life, every: list[Life]) -> list[Item]:
    last = life.last_solve()
    if last is None:
        return []
    again = [
        other
        for other in every
        if other is not life
        and not other.merged
        and not other.imported
        and other.ticket.requester_id == life.ticket.requester_id
        and other.created > last
        and seconds(last, other.created) <= WEEK
    ]
    held = len(life.moments("solved")) == 1 and not [at for at in life.moments("reopened") if at > last]
    return [life.item(last, hit=life.replies_until(last) == 1 and held and not again)]


def _reopen(life: Life, every: list[Life]) -> list[Item]:
    found = []
    for at in life.moments("solved"):
        later = [when for when in life.moments("reopened") if when > at]
        found.append(life.item(at, hit=bool(later) and seconds(at, later[0]) <= WEEK))
    return found


def _escalations(life: Life, every: list[Life]) -> list[Item]:
    found = []
    for one in Escalation.objects.filter(ticket=life.ticket):
        wall, office = None, None
        if one.acknowledged_at:
            wall, office = life.lasted(one.opened_at, one.acknowledged_at, one.acknowledged_at)
        found.append(life.item(one.opened_at, wall, office, hit=True))
    return found


def _handed_back(life: Life, every: list[Life]) -> list[Item]:
    ended = Escalation.objects.filter(ticket=life.ticket, closed_at__isnull=False).exclude(state="expired")
    return [life.item(one.closed_at, hit=one.state == "handed_back") for one in ended]


def _surveyed(life: Life, key: str) -> list[Item]:
    found = []
    for survey in Survey.objects.filter(ticket=life.ticket, sent_at__isnull=False):
        answered = survey.state == "answered"
        if not answered and key != "csat_response":
            continue
        hit = {"csat": survey.score in (4, 5), "csat_low": survey.score in (1, 2), "csat_response": answered}.get(key)
        own = {name: getattr(survey, name) for name in ("channel", "language")}
        whose = life.whose(survey.solved_at) | own | {"team": survey.team_id, "agent": survey.agent_id}
        found.append(Item(survey.sent_at, life.ticket.pk, whose, survey.score, hit=bool(hit)))
    return found


def _outcomes(*wanted: str):
    return lambda life, every: [
        _hit(item, outcome == "missed") for _metric, outcome, item in life.promises() if outcome in wanted
    ]


_ITEMS = {
    "created": lambda life, every: [life.item(life.created)],
    "solved": _flow("solved"),
    "reopened": _flow("reopened"),
    "net_flow": _net,
    "first_response": lambda life, every: life.first_replies(),
    "next_response": lambda life, every: life.next_replies(),
    "resolution": _at_last(_resolution),
    "first_resolution": _first_resolution,
    "active_resolution": _time_in("new", "open"),
    "requester_wait": _time_in("new", "open", "on_hold"),
    "agent_wait": _time_in("pending"),
    "sla_tickets": _outcomes("met", "missed"),
    "sla_cancelled": _outcomes("cancelled"),
    "sla_unanswered": _outcomes("unanswered"),
    "one_touch": _at_last(lambda life, last: life.item(last, hit=life.replies_until(last) == 1)),
    "silent": lambda life, every: [
        life.item(last) for last in [life.last_solve()] if last and life.replies_until(last) == 0
    ],
    "first_contact": _first_contact,
    "reopen_rate": _reopen,
    "escalation_rate": lambda life, every: [*_escalations(life, every), life.item(life.created)],
    "acknowledgement": lambda life, every: [one for one in _escalations(life, every) if one.value is not None],
    "hand_back_rate": _handed_back,
    "reassignments": lambda life, every: life.hands(),
    "replies": _at_last(lambda life, last: life.item(last, life.replies_until(last))),
}


def within(found: list[Item], start: datetime, end: datetime, slices: dict[str, Any]) -> list[Item]:
    chosen = [item for item in found if start <= item.at < end]
    for key, value in slices.items():
        if key == "tag":
            chosen = [one for one in chosen if (value in one.whose["tags"] if value else not one.whose["tags"])]
        else:
            chosen = [one for one in chosen if one.whose[key] == value]
    return chosen


def number(key: str, unit: str, found: list[Item], *, business: bool = False) -> dict[str, Any]:
    """What a figure must say of these."""
    hits = sum(item.hit for item in found)
    if key == "net_flow":
        return {"value": hits - (len(found) - hits), "n": len(found)}
    if key == "escalation_rate":
        base = len(found) - hits
        return {"value": hits / base if base else None, "n": base, "hits": hits}
    if key in ("reopen_rate", "sla_tickets"):
        every, those = {item.ticket for item in found}, {item.ticket for item in found if item.hit}
        if key == "sla_tickets":
            those = every - those
        return {"value": len(those) / len(every) if every else None, "n": len(every), "hits": len(those)}
    if unit == "score":
        scores = [item.value for item in found]
        return {"value": statistics.fmean(scores) if scores else None, "n": len(scores)}
    if unit == "share":
        return {"value": hits / len(found) if found else None, "n": len(found), "hits": hits}
    if unit == "seconds" or key == "replies":
        values = [item.business if business and key != "replies" else item.value for item in found]
        known = [value for value in values if value is not None]
        if not known:
            return {"value": None, "n": 0}
        p90 = statistics.quantiles(known, n=10, method="inclusive")[8] if len(known) > 1 else known[0]
        return {"value": statistics.median(known), "n": len(known), "p90": p90, "mean": statistics.fmean(known)}
    return {"value": len(found), "n": len(found)}


def standing(every: list[Life], moment: datetime) -> list[tuple[Life, str]]:
    """Who stood unsolved at the moment, in which state."""
    found = []
    for life in every:
        if life.spam:
            continue
        told = [state for at, state, _by in life.states if at <= moment]
        if life.created <= moment and told and told[-1] in UNSOLVED:
            found.append((life, told[-1]))
    return found
