"""The clocks of one ticket as a machine: told of one Change after another, it starts, pauses, ends and re-prices them.

Pure: it knows no rows and asks nobody but for the terms of a policy and the clockwork of a calendar. The subscriber
tells it each Change as it comes, a replay all of them from nothing; both must arrive at the same clocks and legs.
"""

from __future__ import annotations

from datetime import datetime

from sla.occurrences import Occurrence, Said
from sla.ticking import FIRST, NEXT, RESOLUTION, TEAM, UPDATE, Clock, Rule, Terms
from sla.tracks import Answer, Book, Track

__all__ = ["DONE", "Book", "Track", "fold"]

DONE = frozenset({"solved", "closed"})


def fold(track: Track, told: Occurrence, book: Book) -> Track:
    """Tell the track what happened; it is altered and returned. Time never runs backwards: what is told to have
    happened before the last that is known counts from then on."""
    at = max(told.at, track.at) if track.at else told.at
    return _Fold(track, told, book, at).apply()


class _Fold:
    """One Change being worked in."""

    def __init__(self, track: Track, told: Occurrence, book: Book, at: datetime) -> None:
        self.track, self.told, self.at, self.by = track, told, at, book.clockwork
        self.known_at = max(told.known_at or at, at)
        self.book = book
        self.terms: Terms | None = None
        self.was_done = track.status in DONE
        self.done = False

    def apply(self) -> Track:
        track, told = self.track, self.told
        for clock in track.going_on():
            clock.notice(self.at, self.known_at)
        if told.merge_undone:
            self._unmerge()
        self._learn()
        if told.merged:
            for clock in track.going_on():
                clock.end(self.at, "cancelled", "merged", self.by)
            return track
        for message in told.withdrawn:
            self._take_back(message)
        for said in told.said:
            self._hear(said)
        if told.taken_away:
            self._take_away()
        if told.given_back:
            self._give_back()
        if track.status in DONE and not self.was_done:
            self._ensure_all()
            self._solve()
        if track.status == "closed":
            for clock in track.going_on():
                clock.end(self.at, "cancelled", "closed", self.by)
        self._ensure_all()
        self._settle()
        return track

    def _learn(self) -> None:
        """Take in what is so from now on. What is solved by this very Change counts as open until its end."""
        track, told, at = self.track, self.told, self.at
        track.at = at
        if told.opened:
            track.opened_at = track.team_since = at
        if told.assigned is not None:
            track.policy, track.calendar, track.by_hand = told.assigned
        if told.status is not None:
            track.status = told.status
        if told.priority is not None:
            track.priority = told.priority
        if told.team_changed and told.team != track.team:
            track.team, track.team_since = told.team, at
            for clock in track.going_on(TEAM):
                clock.end(at, "met", "left_team", self.by)
        self.done = track.status in DONE and self.was_done
        if track.status not in DONE:
            if self.was_done:
                track.team_since = at
            track.solved_at = None
        elif not self.was_done:
            track.solved_at = at
        self.terms = self.book.terms(track.policy) if track.policy is not None else None
        if told.opened and told.by_customer and not told.said:
            # Whoever opens a ticket asks, also without a message.
            track.phase, track.asked = "asked", [(0, at)]

    # --- what is said ------------------------------------------------------------------------------------------

    def _hear(self, said: Said) -> None:
        track, at = self.track, self.at
        if not said.by_customer:
            self._answer(said)
            return
        if track.phase == "silent":
            track.phase = "asked"
        track.asked.append((said.message, at))
        self._ensure_answer()

    def _answer(self, said: Said) -> None:
        track, at = self.track, self.at
        ended = [clock for clock in track.going_on() if clock.metric in (FIRST, NEXT, UPDATE)]
        answer = Answer(said.message, at, ended, None, track.phase, track.asked, track.answered_at)
        track.answers.append(answer)
        for clock in ended:
            clock.end(at, "met", "answered", self.by)
        if track.phase == "asked":
            track.phase = "over"
        track.asked, track.answered_at = [], at
        answer.began = self._ensure_update()

    def _take_back(self, message: int) -> None:
        """What this reply stopped goes on as if it had never been; what it started is no promise any more."""
        track = self.track
        place = next((n for n, answer in enumerate(track.answers) if answer.message == message), None)
        if place is None:
            return
        gone = track.answers.pop(place)
        then = track.answers[place] if place < len(track.answers) else None
        if gone.began is not None:
            self._cancel(gone.began, "withdrawn")
        if then is None:
            if gone.phase == "asked" or any(clock.metric != UPDATE for clock in gone.ended):
                # The older question is open again, and what came since belongs to it.
                for clock in track.going_on(NEXT):
                    self._cancel(clock, "withdrawn")
            for clock in track.going_on(UPDATE):  # promised since then by another policy
                self._cancel(clock, "withdrawn")
            track.answered_at = gone.answered_at
            if gone.phase != "silent":  # else the customer has begun to ask since, or has not yet
                track.phase = gone.phase
            track.asked = [*gone.asked, *track.asked]
        else:
            then.answered_at = gone.answered_at
            if gone.phase != "silent":
                then.phase = gone.phase
            then.asked = [*gone.asked, *then.asked]
        for clock in gone.ended:
            if clock.ended_cause == "answered":
                self._answer_again(clock, then)

    def _answer_again(self, clock: Clock, then: Answer | None) -> None:
        """The clock goes on from where the reply had stopped it: up to the next reply, if one stands."""
        since = clock.ended or self.at
        clock.go_on(self._rule(clock.metric), "withdrawn", since, self.told.change, self.by)
        if then is not None:
            clock.notice(then.at, self.known_at)
            clock.end(then.at, "met", "answered", self.by)
            then.ended.append(clock)
        elif self.track.solved_at is not None and clock.metric != UPDATE:
            solved = max(since, self.track.solved_at)
            clock.notice(solved, self.known_at)
            clock.end(solved, "unanswered", "solved", self.by)
            if clock.metric == NEXT:
                self.track.asked = []
        else:
            clock.notice(self.at, self.known_at)

    def _cancel(self, clock: Clock, cause: str) -> None:
        if clock.ended is None:
            clock.end(self.at, "cancelled", cause, self.by)
        else:
            clock.outcome, clock.ended_cause, clock.satisfied, clock.altered = "cancelled", cause, None, True

    # --- merged, parted, solved --------------------------------------------------------------------------------

    def _unmerge(self) -> None:
        """As if the merge had never been: each goes on in the very leg in which it stood."""
        for clock in self.track.clocks:
            if clock.outcome == "cancelled" and clock.ended_cause == "merged":
                clock.go_on(clock.rule, "restored", clock.ended or self.at, self.told.change, self.by)
                clock.notice(self.at, self.known_at)

    def _take_away(self) -> None:
        """Whoever asked in messages that were split off is answered there."""
        track = self.track
        if not track.asked or track.phase != "over":
            return
        track.asked = [one for one in track.asked if one[0] not in self.told.taken_away]
        if not track.asked:
            for clock in track.going_on(NEXT):
                self._cancel(clock, "split_off")

    def _give_back(self) -> None:
        track = self.track
        gone = [c for c in track.clocks if c.outcome == "cancelled" and c.ended_cause == "split_off"]
        if not gone or track.going_on(NEXT) or track.status in DONE:
            return
        clock = gone[-1]
        track.asked = [(0, clock.started), *track.asked]
        clock.go_on(clock.rule, "restored", clock.ended or self.at, self.told.change, self.by)
        clock.notice(self.at, self.known_at)

    def _solve(self) -> None:
        for clock in self.track.going_on():
            if clock.metric in (RESOLUTION, TEAM):
                clock.end(self.at, "met", "solved", self.by)
            elif clock.metric in (FIRST, NEXT):
                clock.end(self.at, "unanswered", "solved", self.by)
        if self.track.phase == "over":
            self.track.asked = []
        self.done = True

    # --- which clocks there must be -----------------------------------------------------------------------------

    def _ensure_all(self) -> None:
        track = self.track
        if not self.done:
            self._ensure_answer()
            if not self._again(RESOLUTION) and track.opened_at:
                self._start(RESOLUTION, track.opened_at)
            if track.team is not None and not track.going_on(TEAM) and track.team_since:
                self._start(TEAM, track.team_since)
        if track.status != "closed":
            self._ensure_update()

    def _ensure_answer(self) -> None:
        track = self.track
        if not track.asked or self.done:
            return
        since = track.asked[0][1]
        if track.phase == "asked" and not self._again(FIRST):
            self._start(FIRST, since)
        elif track.phase == "over" and not track.going_on(NEXT):
            self._start(NEXT, since)

    def _ensure_update(self) -> Clock | None:
        track = self.track
        if track.answered_at is None or track.going_on(UPDATE) or (track.solved_at and track.answered_at < self.at):
            return None
        return self._start(UPDATE, track.answered_at)

    def _again(self, metric: str) -> bool:
        """There is one already; if it ended by solving, it goes on now. Of these two metrics there is one at most."""
        if not self.track.counts.get(metric):
            return False
        for clock in self.track.clocks:
            if clock.metric == metric and clock.ended is not None and clock.ended_cause == "solved":
                clock.go_on(self._rule(metric), "reopened", self.at, self.told.change, self.by)
        return True

    def _start(self, metric: str, since: datetime) -> Clock | None:
        """A clock, if the policy in force has such targets; time before it was promised does not count."""
        if self.terms is None or not self.terms.promises(metric):
            return None
        track, at = self.track, self.at
        sequence = track.counts[metric] = track.counts.get(metric, 0) + 1
        clock = Clock(metric, sequence, since, team=track.team if metric == TEAM else None)
        change = self.told.change
        if since < at:
            clock.begin_leg(Rule(False, track.status, None, None, None), "no_policy", since, change, self.by)
            clock.begin_leg(self._rule(metric), "policy", at, change, self.by)
        else:
            clock.begin_leg(self._rule(metric), "started", at, change, self.by)
        track.clocks.append(clock)
        return clock

    # --- under which rule they run --------------------------------------------------------------------------------

    def _rule(self, metric: str) -> Rule:
        track, terms = self.track, self.terms
        if terms is None or not terms.promises(metric):
            return Rule(False, track.status, terms.key if terms else None, None, None)
        calendar = None if metric in terms.wall_clock else track.calendar
        running = not terms.pauses_in(metric, track.status)
        return Rule(running, track.status, terms.key, calendar, terms.targets[metric].get(track.priority))

    def _settle(self) -> None:
        """Each that goes on moves to the rule that holds now, if it is another."""
        rules: dict[str, Rule] = {}
        for clock in self.track.going_on():
            rule = rules.get(clock.metric) or rules.setdefault(clock.metric, self._rule(clock.metric))
            old = clock.rule
            if rule != old and (rule[2:] != old[2:] or rule.running != old.running or not rule.running):
                clock.switch(rule, self._reason(clock.metric, old, rule), self.at, self.told.change, self.by)

    def _reason(self, metric: str, old: Rule, new: Rule) -> str:
        if self.terms is None or not self.terms.promises(metric):
            return "no_policy"
        if new.running != old.running:
            if not new.running:
                return "paused"
            return "policy" if old.target is None and old.policy != new.policy else "resumed"
        if new.policy != old.policy:
            return "policy"
        if new.calendar != old.calendar:
            return "calendar"
        return "priority" if new.target != old.target else "paused"
