"""Keeps the clocks of a ticket true: told of every Change inside its transaction, before anybody can read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sla.clocks import follow, note_assignment, restate, write
from sla.engine import Track, fold
from sla.matching import policies_of, policy_for, remembered, version_of
from sla.models import Calendar, SlaAssignment
from sla.occurrences import REACHING_BACK, Assigned, occurrence
from sla.schedules import version_in_force
from sla.statements import read_track
from sla.terms import BOOK, wording

if TYPE_CHECKING:
    from sla.models import CalendarVersion, SlaPolicyVersion
    from tickets.models import Change

SET_BY_HAND = "sla_policy_set"


def track_clocks(change: Change) -> None:
    """Subscriber. No statement where there are no policies, or where the change concerns neither clocks nor
    conditions; one to find that the ticket has none; see sla/clocks.py for the rest."""
    kinds = {fact.kind for fact in change.facts}
    if "opened" in kinds:
        track_opened([change])
        return
    house = remembered()
    if house.idle and SET_BY_HAND not in kinds:
        return
    asks = SET_BY_HAND in kinds or bool(kinds & house.read)
    told = occurrence(_facts(change), change.created_at, change.pk)
    reaches_back = bool(kinds & REACHING_BACK)
    if not asks and not reaches_back and not told.concerns_clocks:
        return
    track = read_track(change.ticket_id, also_solved=told.status is not None)
    told.assigned = _reassign(change, track) if asks else None
    if track is None and told.assigned is None:
        return
    if track is None or reaches_back:
        restate(change.ticket)
    elif told.concerns_clocks:
        follow(change.ticket, told, track)


def track_opened(changes: Sequence[Change]) -> None:
    """Tickets that were just opened: all for about the statements of one."""
    if remembered().idle:
        return
    by_hand = [change for change in changes if any(fact.kind == SET_BY_HAND for fact in change.facts)]
    matched = policies_of([change.ticket for change in changes], changes[0].created_at)
    rows: list[SlaAssignment] = []
    tracks = []
    calendars: dict[int, CalendarVersion | None] = {}
    for change in changes:
        version = _set_by_hand(change) if change in by_hand else None
        cause = SlaAssignment.Cause.HAND if version else SlaAssignment.Cause.MATCHED
        version = version or matched.get(change.ticket_id)
        if version is None:
            continue
        if version.pk not in calendars:
            calendars[version.pk] = _calendar(version, changes[0])
        calendar = calendars[version.pk]
        rows.append(
            SlaAssignment(
                ticket=change.ticket,
                change=change,
                policy_version=version,
                calendar_version=calendar,
                cause=cause,
                at=change.created_at,
            )
        )
        assigned = Assigned(version.pk, calendar.pk if calendar else None, cause == SlaAssignment.Cause.HAND)
        told = occurrence(
            _facts(change),
            change.created_at,
            change.pk,
            by_customer=change.actor_kind == "customer",
            assigned=assigned,
        )
        tracks.append((change.ticket, fold(Track(), told, BOOK)))
    if tracks:
        SlaAssignment.objects.bulk_create(rows)
        write(tracks)


def track_together(changes: Sequence[Change]) -> None:
    """The same for many changes: those of new tickets at once."""
    opened = [change for change in changes if any(fact.kind == "opened" for fact in change.facts)]
    if opened:
        track_opened(opened)
    for change in changes:
        if change not in opened:
            track_clocks(change)


track_clocks.together = track_together  # type: ignore[attr-defined]


def _facts(change: Change) -> list[tuple[str, dict[str, object]]]:
    return [(fact.kind, fact.data) for fact in change.facts]


def _reassign(change: Change, track: Track | None) -> Assigned | None:
    """The policy that holds from this change on, noted as such; None when it stays as it is.

    A ticket that meets the same policy as before keeps the version that it was promised.
    """
    ticket = change.ticket
    if ticket.is_merged:
        return None
    version = _set_by_hand(change)
    cause = SlaAssignment.Cause.HAND if version else SlaAssignment.Cause.MATCHED
    if version is None:
        back_to_conditions = any(fact.kind == SET_BY_HAND for fact in change.facts)
        if track is not None and track.by_hand and not back_to_conditions:
            return None
        version = policy_for(ticket, change.created_at)
        same = track is not None and _policy_of(track) == (version.policy_id if version else None)
        if (track is None and version is None) or (same and track is not None and not track.by_hand):
            return None
    calendar = _calendar(version, change) if version else None
    note_assignment(ticket, version, calendar, cause, change, change.created_at)
    return Assigned(
        version.pk if version else None, calendar.pk if calendar else None, cause == SlaAssignment.Cause.HAND
    )


def _policy_of(track: Track) -> int | None:
    return None if track.policy is None else wording(track.policy).row.policy_id


def _set_by_hand(change: Change) -> SlaPolicyVersion | None:
    for fact in reversed(change.facts):
        if fact.kind == SET_BY_HAND:
            return version_of(fact.data["to"]["id"], change.created_at) if fact.data["to"] else None
    return None


def _calendar(version: SlaPolicyVersion, change: Change) -> CalendarVersion | None:
    if version.calendar_id is None:
        return None
    return version_in_force(Calendar(pk=version.calendar_id), change.created_at)
