"""What an edit of promises would mean for the open tickets, exactly, before anybody decides: counted by workers in
batches, each ticket through the very engine that would later carry the edit out."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.timezone import now

from helpdesk.lib.claims import claim
from sla.calendar import Clockwork
from sla.calendar_revisions import proposed_version
from sla.clocks import projection
from sla.decisions import NEW, NOTHING, Move, Standing, decide, standings
from sla.engine import Book, Track, fold
from sla.first_match import Rule, first_matches
from sla.models import Calendar, SlaPolicy, SlaPolicyVersion, SlaRevision
from sla.occurrences import Assigned, Occurrence
from sla.policies import SAID, said_in
from sla.prospects import tracks
from sla.schedules import DeskTime, clockwork, version_in_force
from sla.terms import read_terms, terms
from sla.ticking import Terms
from tickets.models import Ticket

BATCH = 500
HOLD = timedelta(seconds=60)
LISTED = 50
PROPOSED = -1
"""What stands for the key of a version that is not stored yet."""


@dataclass(slots=True)
class Impact:
    """Numbers of open tickets. `late` lists the first of those that would be late at once, with what they were due."""

    seen: int = 0
    touched: int = 0
    """Come under another policy or another wording, whether or not that alters a due time."""
    gets: int = 0
    loses: int = 0
    keeps: int = 0
    """Come under the edited policy, leave it, stay under it."""
    sooner: int = 0
    later: int = 0
    """Fall due at another time than now; a due time that goes away counts as later, one that comes as sooner."""
    late_at_once: int = 0
    late: list[tuple[int, int | None]] = field(default_factory=list)
    by_policy: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Of each policy that gains or loses tickets: how many it has, and how many it would have."""

    @classmethod
    def of(cls, revision: SlaRevision) -> Impact:
        told = dict(revision.impact)
        told["by_policy"] = {int(pk): (pair[0], pair[1]) for pk, pair in told.get("by_policy", {}).items()}
        return cls(**told)


def policies_after(revision: SlaRevision) -> list[Rule[int]]:
    """The active policies in the order in which they would be tried, with their conditions."""
    rows = list(SlaPolicy.objects.all_in_order())
    if revision.kind == SlaRevision.Kind.ORDER:
        place = {pk: number for number, pk in enumerate(revision.proposal["order"])}
        rows.sort(key=lambda policy: place.get(policy.pk, len(place)))
    conditions: dict[int, Any] = {}
    for policy_id, said in SlaPolicyVersion.objects.order_by("number").values_list("policy", "conditions"):
        conditions[policy_id] = said
    active = {policy.pk: policy.active for policy in rows}
    keys = [policy.pk for policy in rows]
    if revision.kind == SlaRevision.Kind.POLICY:
        edited = revision.policy_id or NEW
        keys += [] if edited in active else [edited]
        active[edited], conditions[edited] = revision.proposal["active"], revision.proposal["conditions"]
    return [(pk, conditions[pk]) for pk in keys if active[pk] and pk in conditions]


def weigh_waiting(until: float) -> None:
    """Go on counting what waits to be counted."""
    for revision in SlaRevision.objects.to_weigh():
        weigh(revision, until)


def weigh(revision: SlaRevision, until: float | None = None) -> bool:
    """Count until it is done (True) or time is up; goes on where the last who counted stopped, or was killed.

    One at a time counts: who comes while another does leaves it to them.
    """
    free = SlaRevision.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=now()), pk=revision.pk)
    if not claim(free.filter(state="weighing"), claimed_until=now() + HOLD):
        return False
    revision.refresh_from_db()
    scales = _Scales(revision)
    while True:
        if not scales.batch():
            state = {"state": SlaRevision.State.WEIGHED, "claimed_until": None}
            return claim(scales.mine(), impact=asdict(scales.impact), **state)
        late = until is not None and time.monotonic() > until
        kept = {"impact": asdict(scales.impact), "weighed_to": scales.to}
        if not claim(scales.mine(), claimed_until=None if late else now() + HOLD, **kept) or late:
            return False


class _Scales:
    """One revision being counted."""

    def __init__(self, revision: SlaRevision) -> None:
        self.revision, self.at, self.to = revision, revision.weighed_at.replace(microsecond=0), revision.weighed_to
        self.impact = Impact.of(revision)
        self.by_conditions = revision.kind != SlaRevision.Kind.CALENDAR
        self.rules = policies_after(revision) if self.by_conditions else []
        self.edited = revision.policy_id or NEW
        self.terms, self.hours = _proposed(revision)
        self.book = Book(self._terms, self._clockwork)
        self._newest: dict[int, SlaPolicyVersion] = {}
        self._in_force: dict[int, int] = {}

    def mine(self) -> Any:
        """Whoever asked for a new count meanwhile has another `weighed_at`."""
        row = SlaRevision.objects.filter(pk=self.revision.pk, state="weighing")
        return row.filter(weighed_at=self.revision.weighed_at)

    def batch(self) -> bool:
        """Count the next tickets; False when there are none."""
        rows = Ticket.objects.open().filter(pk__gt=self.to).order_by("pk")
        tickets = {row.pk: row for row in rows.only("pk", "next_due_at", "status")[:BATCH]}
        if not tickets:
            return False
        met = first_matches(self.rules, tickets) if self.by_conditions else {}
        known = standings(tickets)
        moves: dict[int, tuple[Assigned, Standing]] = {}
        before: Counter[int] = Counter()
        after: Counter[int] = Counter()
        for pk in tickets:
            standing = known.get(pk, NOTHING)
            move = decide(self.revision, standing, met.get(pk))
            self._note_policy(standing, move, before, after)
            assigned = self._assigned(move, standing) if move else None
            if assigned is not None:
                moves[pk] = (assigned, standing)
        self._note_policies(before, after)
        for pk, track in tracks(list(moves)).items():
            self._note_due(tickets[pk], track, moves[pk][0])
        self.impact.seen += len(tickets)
        self.impact.touched += len(moves)
        self.to = max(tickets)
        return True

    def _note_policy(self, standing: Standing, move: Move | None, before: Counter[int], after: Counter[int]) -> None:
        here = standing.policy_id
        there = move.policy_id if move else here
        before.update([here] if here is not None else [])
        after.update([there] if there is not None else [])
        if self.revision.kind == SlaRevision.Kind.POLICY:
            self.impact.keeps += here == there == self.edited
            self.impact.gets += there == self.edited != here
            self.impact.loses += here == self.edited != there

    def _note_policies(self, before: Counter[int], after: Counter[int]) -> None:
        for pk in before | after:
            had, would = self.impact.by_policy.get(pk, (0, 0))
            self.impact.by_policy[pk] = (had + before[pk], would + after[pk])

    def _assigned(self, move: Move, standing: Standing) -> Assigned | None:
        """What would be pinned on the ticket; None when that is so already."""
        policy, calendar = self._pinned(move, standing)
        if (policy, calendar) == (standing.version_id, standing.calendar_version_id):
            return None
        return Assigned(policy, calendar, move.by_hand)

    def _pinned(self, move: Move, standing: Standing) -> tuple[int | None, int | None]:
        if move.policy_id is None:
            return None, None
        if self.revision.kind == SlaRevision.Kind.CALENDAR:
            return standing.version_id, PROPOSED
        if move.policy_id == self.edited and self.terms is not None:
            return PROPOSED, self._calendar(self.revision.proposal["calendar"])
        version = self._newest_of(move.policy_id)
        return version.pk, self._calendar(version.calendar_id)

    def _newest_of(self, policy_id: int) -> SlaPolicyVersion:
        if policy_id not in self._newest:
            rows = SlaPolicyVersion.objects.filter(policy=policy_id).order_by("-number")
            self._newest[policy_id] = rows[:1].get()
        return self._newest[policy_id]

    def _calendar(self, calendar_id: int | None) -> int | None:
        if calendar_id is None:
            return None
        if calendar_id not in self._in_force:
            self._in_force[calendar_id] = version_in_force(Calendar(pk=calendar_id), self.at).pk
        return self._in_force[calendar_id]

    def _terms(self, key: int) -> Terms:
        return self.terms if key == PROPOSED and self.terms else terms(key)

    def _clockwork(self, key: int | None) -> Clockwork:
        return self.hours if key == PROPOSED and self.hours else clockwork(key)

    def _note_due(self, ticket: Ticket, track: Track, assigned: Assigned) -> None:
        due, late = projection(track)[0], late_clocks(track, self.at)
        fold(track, Occurrence(self.at, assigned=assigned), self.book)
        then = projection(track)[0]
        self.impact.sooner += then is not None and (due is None or then < due)
        self.impact.later += due is not None and (then is None or then > due)
        if late_clocks(track, self.at) - late:
            self.impact.late_at_once += 1
            if len(self.impact.late) < LISTED:
                self.impact.late.append((ticket.pk, int(due.timestamp()) if due else None))


def _proposed(revision: SlaRevision) -> tuple[Terms | None, Clockwork | None]:
    """The wording and the hours that are proposed, where they are others than those that hold."""
    if revision.kind == SlaRevision.Kind.CALENDAR:
        return None, DeskTime(proposed_version(revision))
    if revision.kind == SlaRevision.Kind.ORDER:
        return None, None
    wanted = {name: revision.proposal[name] for name in SAID}
    newest = revision.policy.versions.order_by("-number").first() if revision.policy else None
    if newest is not None and said_in(newest) == wanted:
        return None, None
    said = {name: value for name, value in wanted.items() if name != "calendar"}
    return read_terms(SlaPolicyVersion(pk=PROPOSED, **said)), None


def late_clocks(track: Track, at: datetime) -> set[tuple[str, int]]:
    """Those that go on and are late, or were due before that moment."""
    return {
        (clock.metric, clock.sequence)
        for clock in track.going_on()
        if clock.breached is not None or (clock.due is not None and clock.due < at)
    }
