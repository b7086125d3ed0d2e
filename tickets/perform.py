"""The one door. Nothing else in the house changes a ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.lib.errors import HelpdeskError
from tickets import outbox
from tickets.actions import FollowCustomerMerge
from tickets.models import Change, Event, Ticket

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.actions import Action, Fact

# Bookkeeping of the house: it stands in the past of the ticket but does not lift it to the top of the lists.
QUIET_KINDS = frozenset(
    {
        "requester_merged",
        "participant_merged",
        "sla_breached",
        "sla_step_taken",
        "sla_step_refused",
        "escalation_reminded",
    }
)

_inside: ContextVar[bool] = ContextVar("inside_perform", default=False)


def perform(
    ticket_id: int,
    *actions: Action,
    by: Actor,
    via: str,
    version: int | None = None,
    cause: Change | None = None,
    gesture: str | None = None,
    at: datetime | None = None,
) -> Change | None:
    """Apply actions to one ticket: one lock, one transaction, one Change.

    Returns None when nothing altered, so a no-op leaves no trace. `version` is what the actor read: Stale is raised
    when the ticket has moved on. `gesture` names one press of a button: the same gesture again returns the Change
    that it made. `at` states when it truly happened (imports and demo data only); such history is recorded and told
    to subscribers, but owes no reaction: nobody is mailed about the past. Raises NotVisible, Denied, Stale or
    HelpdeskError; then nothing has changed.
    """
    refuse_inside()
    with transaction.atomic():
        ticket = Ticket.objects.lock(ticket_id, by)
        if gesture and (done := Change.objects.made_by(by, gesture)):
            return done
        if not all(isinstance(action, FollowCustomerMerge) for action in actions):
            ticket.expect_unmerged()
        ticket.expect(version)
        ticket.acting_at = moment(by, at)
        facts = _alter(ticket, actions, by)
        if not facts:
            return None
        return record(ticket, facts, by=by, via=via, cause=cause, gesture=gesture, past=at is not None)


def perform_together(actions: Mapping[int, Action], *, by: Actor, via: str) -> list[Change]:
    """One Action on each of many tickets, in the order given, with their Changes recorded at the cost of one.

    All or nothing: raises what perform() would raise of the first that cannot be, and then nothing has changed.
    """
    refuse_inside()
    with transaction.atomic():
        tickets = Ticket.objects.lock_each(actions, by)
        gestures = []
        for pk, action in actions.items():
            ticket = tickets[pk]
            ticket.expect_unmerged()
            ticket.acting_at = moment(by, None)
            if facts := _alter(ticket, [action], by):
                gestures.append(Gesture(ticket, facts, by, via))
        return record_each(gestures) if gestures else []


def _alter(ticket: Ticket, actions: Iterable[Action], by: Actor) -> list[Fact]:
    """Run the actions on a locked ticket, and save it when they altered anything."""
    facts = [fact for action in actions for fact in action.run(ticket, by)]
    if facts:
        ticket.version += 1
        if any(fact.kind not in QUIET_KINDS for fact in facts):
            ticket.activity_at = max(ticket.activity_at, ticket.acting_at)
        ticket.save()
    return facts


@dataclass(frozen=True)
class Gesture:
    """What one actor did to one locked or new ticket, ready to be recorded; `past`: it owes no reaction."""

    ticket: Ticket
    facts: Sequence[Fact]
    by: Actor
    via: str
    cause: Change | None = None
    gesture: str | None = None
    past: bool = False


def record(
    ticket: Ticket,
    facts: Sequence[Fact],
    *,
    by: Actor,
    via: str,
    cause: Change | None,
    gesture: str | None,
    past: bool,
) -> Change:
    """Write the Change and its Events, tell the subscribers, leave the reactions in the outbox unless it is `past`."""
    return record_each([Gesture(ticket, facts, by, via, cause, gesture, past)])[0]


def record_each(gestures: Sequence[Gesture]) -> list[Change]:
    """Record many at the cost of one: each has its own Change, Events and reactions; in the order given."""
    changes = Change.objects.bulk_create(_change(gesture) for gesture in gestures)
    Event.objects.bulk_create(
        Event(change=change, kind=fact.kind, data=fact.data) for change in changes for fact in change.facts
    )
    with _subscribers_are_told():
        for path in settings.TICKET_SUBSCRIBERS:
            _tell(import_string(path), changes)
    outbox.enqueue_each([change for change, gesture in zip(changes, gestures, strict=True) if not gesture.past])
    return changes


def _tell(subscriber: Callable[[Change], None], changes: Sequence[Change]) -> None:
    """Change by change; a subscriber may name as `together` what does the same for many in fewer statements."""
    together = getattr(subscriber, "together", None)
    if together and len(changes) > 1:
        together(changes)
        return
    for change in changes:
        subscriber(change)


def _change(gesture: Gesture) -> Change:
    change = Change(
        ticket=gesture.ticket,
        root=gesture.cause.chain if gesture.cause else None,
        actor_kind=gesture.by.kind,
        actor_id=gesture.by.id,
        actor_name=gesture.by.name,
        via=gesture.via,
        version=gesture.ticket.version,
        gesture=gesture.gesture or None,
        created_at=gesture.ticket.acting_at,
    )
    change.facts = gesture.facts
    return change


def moment(by: Actor, at: datetime | None) -> datetime:
    """When the gesture happens: now, unless the actor may state another time and does."""
    if at is None:
        return now()
    if not by.may_backdate:
        raise HelpdeskError("denied", _("Only imports may say when something happened."), field="at")
    return at


def refuse_inside() -> None:
    if _inside.get():
        raise RuntimeError("A subscriber called perform() or open_ticket(); make it a reaction instead.")


@contextmanager
def _subscribers_are_told() -> Iterator[None]:
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)
