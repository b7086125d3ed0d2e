"""From the past of one ticket to its facts and spans. Pure but for opening hours: the same past gives the same rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from reports.answers import DONE, answers, is_public, opened_by_agent, taken_back
from reports.durations import lasted
from reports.models import Kind
from reports.models.fact import TAG
from reports.past import Gesture, Past
from reports.promises import kept_promises
from reports.reassigning import reassignments
from reports.rows import FACT, SPAN, Row
from reports.standing import OPEN, Stand, Stands
from reports.zone import hour_of_week

Rows = tuple[list[Row], list[Row]]


def tell(past: Past) -> Rows:
    """What figures count of this ticket."""
    return _Told(past).rows()


class _Told:
    """One ticket being told."""

    def __init__(self, past: Past) -> None:
        self.past, self.stands = past, Stands(past)
        self.created = past.gestures[0].at
        self.imported = past.gestures[0].via == "import"
        self.facts: list[Row] = []
        self.places: Counter[str] = Counter()

    def rows(self) -> Rows:
        if self.past.spam:
            self._add(Kind.SPAM, self.created)
            return self.facts, []
        self._add(Kind.CREATED, self.created, first=not opened_by_agent(self.past))
        for answer in answers(self.past, self.stands.undone):
            kind = Kind.FIRST_REPLY if answer.first else Kind.NEXT_REPLY
            self._took(kind, answer.since, answer.at, agent_id=answer.author)
        self._add_flows()
        for change in reassignments(self.past):
            self._add(Kind.REASSIGNED, change.at, detail=change.what)
        for promise in kept_promises(self.past):
            self._add(Kind.PROMISE, promise.at, detail=promise.metric, outcome=promise.outcome, **promise.slices)
        for one in self.past.escalations:
            if one.acknowledged_at:
                self._took(Kind.ESCALATED, one.opened_at, one.acknowledged_at, at=one.opened_at, detail=one.source)
            else:
                self._add(Kind.ESCALATED, one.opened_at, detail=one.source)
            if one.closed_at and one.state != "expired":
                self._add(Kind.ESCALATION_CLOSED, one.closed_at, detail=one.source, outcome=one.state)
        return self.facts, self._spans()

    # --- in and out of the backlog -----------------------------------------------------------------------------

    def _add_flows(self) -> None:
        solves: list[Row] = []
        replies = 0
        gone = taken_back(self.past)
        was = ""
        for gesture in self.past.gestures:
            now = ""
            for place, (kind, data) in enumerate(gesture.facts):
                if kind == "message_added":
                    replies += data["author"] == "agent" and is_public(data) and data["message"] not in gone
                elif kind == "status_changed":
                    now = now if (gesture.key, place) in self.stands.undone else data["to"]
                elif kind == "opened":
                    was = data["status"]
            if was in OPEN and now in DONE:
                if gesture.told("merged_into"):
                    self._add(Kind.MERGED_AWAY, gesture.at)
                else:
                    solves.append(self._solved(gesture.at, replies))
            elif was in DONE and now in OPEN:
                self._came_back(gesture, solves)
            was = now or was
        if solves:
            solves[0]["first"] = solves[-1]["last"] = True

    def _came_back(self, gesture: Gesture, solves: list[Row]) -> None:
        if any(data.get("from_far_side") for data in gesture.told("merge_undone")):
            self._add(Kind.RESTORED, gesture.at)
            return
        self._add(Kind.REOPENED, gesture.at)
        if solves and solves[-1]["reopened_after"] is None:
            solves[-1]["reopened_after"] = lasted([(solves[-1]["at"], gesture.at)], None)[0]

    def _solved(self, at: datetime, replies: int) -> Row:
        version = self.stands.at(at).calendar_version
        fact = self._took(Kind.SOLVED, self.created, at, replies=replies)
        times = [(one.status, one.at, min(until or at, at)) for one, until in self._stood() if one.at < at]

        def spent(*statuses: str) -> tuple[int, int | None]:
            return lasted([(a, b) for status, a, b in times if status in statuses], version)

        fact["active"], fact["active_business"] = spent("new", "open")
        fact["ours"], fact["ours_business"] = spent("new", "open", "on_hold")
        fact["theirs"], fact["theirs_business"] = spent("pending")
        return fact

    def _stood(self) -> Iterator[tuple[Stand, datetime | None]]:
        """Each stand and when the next began."""
        stands = self.stands.stands
        return zip(stands, [*(stand.at for stand in stands[1:]), None], strict=True)

    def _spans(self) -> list[Row]:
        """Neighbours that say the same are one."""
        spans: list[Row] = []
        last: Stand | None = None
        for stand, ended in self._stood():
            if not stand.is_open:
                last = None
                continue
            if last is not None and last.told == stand.told:
                spans[-1]["ended"] = ended
            else:
                span = SPAN | self._slices(stand)
                span["place"], span["status"] = len(spans) + 1, stand.status
                span["began"], span["ended"], span["created"] = stand.at, ended, self.created
                spans.append(span)
            last = stand
        return spans

    # --- rows --------------------------------------------------------------------------------------------------

    def _took(self, kind: Kind, since: datetime, until: datetime, *, at: datetime | None = None, **more: Any) -> Row:
        seconds, business = lasted([(since, until)], self.stands.at(until).calendar_version)
        return self._add(kind, at or until, seconds=seconds, business=business, **more)

    def _add(self, kind: Kind, at: datetime, **more: Any) -> Row:
        name = kind.value
        self.places[name] += 1
        fact = FACT | self._slices(self.stands.at(at))
        fact["kind"], fact["place"], fact["merged"] = name, self.places[name], self.past.merged
        fact["at"], fact["hour_of_week"] = at, hour_of_week(at)
        fact |= more
        self.facts.append(fact)
        return fact

    def _slices(self, stand: Stand) -> dict[str, Any]:
        return {
            "ticket_id": self.past.ticket,
            "team_id": stand.team,
            "agent_id": stand.agent,
            "channel": self.past.channel,
            "priority": stand.priority,
            "language": stand.language,
            "policy_id": stand.policy,
            "tags": TAG + TAG.join(sorted(stand.tags)) + TAG if stand.tags else "",
            "requester_id": self.past.requester,
            "organization_id": self.past.organization,
            "imported": self.imported,
        }
