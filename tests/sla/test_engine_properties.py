"""The engine under random histories: told piece by piece, and through rows, it is where it is when told all at once."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sla.calendar import WALL_CLOCK, BusinessTime, Schedule
from sla.engine import Book, Track, fold
from sla.memory import recall, remembered
from sla.models import SlaTrack
from sla.occurrences import Assigned, Occurrence, Said
from sla.ticking import FIRST, NEXT, RESOLUTION, TEAM, UPDATE, Terms
from tests.sla.making import assert_ledger

OFFICE = tuple([((540, 1020),)] * 5 + [(), ()])
NIGHTS = tuple([((0, 360), (1320, 1440))] * 7)
HOURS = {
    1: BusinessTime(Schedule("Europe/Copenhagen", OFFICE, {}, {})),
    2: BusinessTime(Schedule("America/New_York", NIGHTS, {}, {})),
    None: WALL_CLOCK,
}
ALL = (FIRST, NEXT, UPDATE, RESOLUTION, TEAM)


def every(minutes):
    return {"low": minutes * 240, "normal": minutes * 120, "high": minutes * 60, "urgent": minutes * 30}


POLICIES = {
    1: Terms(1, dict.fromkeys(ALL, every(60))),
    2: Terms(2, {FIRST: every(20), RESOLUTION: every(300)}, frozenset({RESOLUTION})),
    3: Terms(3, {NEXT: {"urgent": 900}, UPDATE: every(600)}, pauses={NEXT: frozenset({"pending"})}),
}
BOOK = Book(POLICIES.__getitem__, HOURS.__getitem__)
BEGIN = datetime(2026, 3, 27, 14, 0, tzinfo=UTC)  # a Friday before two switches of the clocks

STATES = st.sampled_from(["open", "pending", "on_hold", "solved"])
PACES = st.sampled_from([0, 1, 59, 600, 3600, 5 * 3600, 86400, 5 * 86400])
STEPS = st.lists(
    st.tuples(
        PACES,
        st.one_of(
            st.tuples(st.just("status"), STATES),
            st.tuples(st.just("priority"), st.sampled_from(["low", "normal", "high", "urgent"])),
            st.tuples(st.just("team"), st.sampled_from([None, 1, 2])),
            st.tuples(st.just("assigned"), st.tuples(st.sampled_from([None, 1, 2, 3]), st.sampled_from([None, 1, 2]))),
            st.tuples(st.just("reply"), st.sampled_from(["", "pending", "solved"])),
            st.tuples(st.just("customer"), st.booleans()),
            st.tuples(st.just("withdraw"), st.none()),
            st.tuples(st.just("merge"), st.none()),
            st.tuples(st.just("taken away"), st.none()),
            st.tuples(st.just("given back"), st.none()),
            st.tuples(st.just("closed"), st.none()),
        ),
    ),
    max_size=14,
)


def told(begin, steps):
    """A possible history: what the doors of the product would have let happen."""
    at, status, merged, replies = BEGIN, "new", "", []
    history = [begin]
    message = 100
    for number, (pace, (kind, value)) in enumerate(steps):
        at += timedelta(seconds=pace)
        one = Occurrence(at, number + 2)
        message += 1
        if merged:
            if kind != "merge":
                continue
            one.merge_undone, one.status, status, merged = True, merged, merged, ""
        elif status == "closed":
            continue
        elif kind == "status":
            if value == status:
                continue
            one.status = status = value
        elif kind == "priority":
            one.priority = value
        elif kind == "team":
            one.team, one.team_changed = value, True
        elif kind == "assigned":
            one.assigned = Assigned(*value)
        elif kind == "reply":
            one.said = [Said(message, by_customer=False)]
            replies.append(message)
            if value and value != status:
                one.status = status = value
            elif status == "new":
                one.status = status = "open"
        elif kind == "customer":
            one.said = [Said(message, by_customer=True)]
            if status in ("pending", "on_hold", "solved"):
                one.status = status = "open"
        elif kind == "withdraw":
            if not replies:
                continue
            one.withdrawn = [replies.pop()]
        elif kind == "merge":
            one.merged, one.status, merged, status = True, "closed", status, "closed"
        elif kind == "taken away":
            one.taken_away = frozenset(range(100, message, 2))
        elif kind == "given back":
            one.given_back = True
        elif status == "solved":
            one.status = status = "closed"
        history.append(one)
    return history


OPENINGS = st.builds(
    lambda policy, calendar, team, said: Occurrence(
        BEGIN,
        1,
        opened=True,
        by_customer=said != "reply",
        status="new",
        priority="normal",
        team=team,
        team_changed=True,
        said=[Said(1, by_customer=said == "customer")] if said else [],
        assigned=Assigned(policy, calendar) if policy else None,
    ),
    st.sampled_from([None, 1, 1, 1, 2, 3]),
    st.sampled_from([None, 1, 2]),
    st.sampled_from([None, 1]),
    st.sampled_from(["customer", "customer", "reply", ""]),
)
HISTORIES = st.builds(told, OPENINGS, STEPS)


def played(history):
    track = Track()
    for one in history:
        fold(track, copy.deepcopy(one), BOOK)
    return track


@settings(max_examples=3000, deadline=None)
@given(HISTORIES)
def test_after_any_history_the_ledgers_are_whole_and_the_states_say_what_they_mean(history):
    track = Track()
    late = {}
    for one in history:
        fold(track, copy.deepcopy(one), BOOK)
        for clock in track.clocks:
            assert_ledger(clock)
            rule = clock.rule
            assert clock.used == sum(
                HOURS[leg.rule.calendar].between(leg.began, leg.ended)
                for leg in clock.legs
                if leg.ended and leg.rule.running
            )
            # A breach is a fact: nothing that comes later takes it away or moves it.
            name = (clock.metric, clock.sequence)
            assert late.setdefault(name, clock.breached or None) in (None, clock.breached)
            late[name] = clock.breached
            if clock.state == "running" and rule.target is not None:
                assert clock.due == HOURS[rule.calendar].add(clock.last.began, rule.target - clock.used)
                assert clock.used <= rule.target
            if clock.state == "paused" or clock.ended:
                assert clock.due is None
            if clock.state in ("met", "unanswered"):
                assert clock.breached is None
            if clock.state == "breached_open" and rule.running and rule.target is not None:
                assert clock.due == clock.breached
        going = [clock.metric for clock in track.going_on()]
        assert len(going) == len(set(going))
        assert not (FIRST in going and NEXT in going)
        if track.status in ("solved", "closed"):
            assert set(going) <= {UPDATE}
            assert all(not clock.rule.running for clock in track.going_on())
        if track.status == "closed":
            assert not going


@settings(max_examples=2000, deadline=None)
@given(HISTORIES)
def test_a_track_that_was_laid_down_in_its_row_goes_on_as_one_that_was_kept(history):
    """What is read for one more Change (the clocks that go on, with their open legs) is all that it takes."""
    kept, light, ended = Track(), Track(), {}
    for one in history:
        reaches_back = one.withdrawn or one.merge_undone or one.given_back
        fold(kept, copy.deepcopy(one), BOOK)
        if reaches_back:
            light = copy.deepcopy(kept)
        else:
            fold(light, copy.deepcopy(one), BOOK)
        assert remembered(light) == remembered(kept)
        for clock in light.clocks:
            ended.setdefault((clock.metric, clock.sequence), {})
            ended[clock.metric, clock.sequence] = clock
        for clock in kept.clocks:
            twin = ended[clock.metric, clock.sequence]
            seen = [getattr(clock, name) for name in ("state", "used", "due", "satisfied", "breached", "ended")]
            assert seen == [getattr(twin, name) for name in ("state", "used", "due", "satisfied", "breached", "ended")]
            assert (clock.last.rule, clock.last.began, clock.last.position) == (
                twin.last.rule,
                twin.last.began,
                twin.last.position,
            )
        row = SlaTrack(
            policy_version_id=light.policy,
            calendar_version_id=light.calendar,
            by_hand=light.by_hand,
            memory=remembered(light),
        )
        left = [
            clock
            for clock in light.clocks
            if clock.ended is None or (clock.metric in (FIRST, RESOLUTION) and clock.ended_cause == "solved")
        ]
        for clock in left:
            clock.legs = clock.legs[-1:]
        light = recall(row, left)
