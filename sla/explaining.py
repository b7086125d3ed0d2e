"""Why a clock stands as it does, in one sentence: what was promised, what was used, what did not count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from sla.clauses import Legs, clauses
from sla.ledger import used
from sla.models import ClockState, SlaClock
from sla.saying import length, moment


def explanation(clock: SlaClock, legs: Legs, at: datetime) -> str:
    """One sentence about the clock as it is at this moment; `legs` are all of it, in order."""
    form, words = _HEADS[clock.state](clock, legs, at)
    return form % {"parts": ", ".join(clauses(clock, legs, at)), **words}


Head = tuple[str, dict[str, str]]


def _running(clock: SlaClock, legs: Legs, at: datetime) -> Head:
    if clock.target_seconds is None:
        return _("No target for this priority: %(parts)s."), {}
    if clock.due_at is None:
        return _("Never due, since its hours do not come within ten years: %(parts)s."), {}
    return _("Due %(moment)s: %(parts)s."), {"moment": moment(clock.due_at, at)}


def _paused(clock: SlaClock, legs: Legs, at: datetime) -> Head:
    if clock.target_seconds is None:
        return _("Paused, without a target for this priority: %(parts)s."), {}
    return _("Paused with %(left)s left: %(parts)s."), {"left": length(left_of(clock, legs, at) or 0)}


def _late(clock: SlaClock, legs: Legs, at: datetime) -> Head:
    words = {"moment": moment(clock.breached_at or at, at)}
    if clock.breach_cause == "rebase":
        return _("Late since %(moment)s, when the target became shorter than what was used: %(parts)s."), words
    if legs and not legs[-1].running:
        return _("Late since %(moment)s, and paused now: %(parts)s."), words
    return _("Late since %(moment)s: %(parts)s."), words


def _met(clock: SlaClock, legs: Legs, at: datetime) -> Head:
    left = left_of(clock, legs, at)
    words = {"moment": _ended(clock, at), "left": length(max(0, left or 0))}
    if left is None:
        return _("Done %(moment)s, without a target: %(parts)s."), words
    return _("Met %(moment)s with %(left)s left: %(parts)s."), words


def _missed(clock: SlaClock, legs: Legs, at: datetime) -> Head:
    left = left_of(clock, legs, at)
    words = {"due": moment(clock.breached_at or at, at), "moment": _ended(clock, at), "over": length(-(left or 0))}
    if clock.satisfied_at is None:
        return _("Missed: due %(due)s, ended %(moment)s without an answer: %(parts)s."), words
    if left is None or left >= 0:
        return _("Missed: due %(due)s, done %(moment)s: %(parts)s."), words
    return _("Missed: due %(due)s, done %(moment)s, %(over)s too late: %(parts)s."), words


def _unanswered(clock: SlaClock, legs: Legs, at: datetime) -> Head:
    return _("Solved without an answer %(moment)s: %(parts)s."), {"moment": _ended(clock, at)}


def _cancelled(clock: SlaClock, legs: Legs, at: datetime) -> Head:
    why = _WHY_CANCELLED.get(clock.ended_cause)
    words = {"moment": _ended(clock, at), "why": why() if why else ""}
    return (
        _("Cancelled %(moment)s, since %(why)s: %(parts)s.") if why else _("Cancelled %(moment)s: %(parts)s.")
    ), words


_HEADS: dict[str, Callable[[SlaClock, Legs, datetime], Head]] = {
    ClockState.RUNNING: _running,
    ClockState.PAUSED: _paused,
    ClockState.BREACHED_OPEN: _late,
    ClockState.MET: _met,
    ClockState.BREACHED_CLOSED: _missed,
    ClockState.UNANSWERED: _unanswered,
    ClockState.CANCELLED: _cancelled,
}
_WHY_CANCELLED: dict[str, Callable[[], str]] = {
    "merged": lambda: _("the ticket was merged into another"),
    "spam": lambda: _("the ticket is spam"),
    "withdrawn": lambda: _("the reply that it hung on was taken back"),
    "split_off": lambda: _("the question was split off into another ticket"),
    "closed": lambda: _("the ticket was closed"),
    "policy_removed": lambda: _("no policy promises it any more"),
}


def left_of(clock: SlaClock, legs: Legs, at: datetime) -> int | None:
    """Seconds of its own time until it is due, negative when it is over; None without a target."""
    return None if clock.target_seconds is None else clock.target_seconds - used(legs, at)


def _ended(clock: SlaClock, at: datetime) -> str:
    return moment(clock.satisfied_at or clock.ended_at or at, at)
