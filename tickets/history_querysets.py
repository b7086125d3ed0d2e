"""Named questions about the past of tickets, and about what their changes still owe."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.timezone import now

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.models import Change, Event, OutboxEntry  # noqa: F401  names inside QuerySet["…"]


class ChangeQuerySet(models.QuerySet["Change"]):
    def made_by(self, actor: Actor, gesture: str) -> Change | None:
        """What this gesture of this actor already made; rides gesture_done_once."""
        return self.filter(actor_kind=actor.kind, actor_id=actor.id, gesture=gesture).select_related("ticket").first()

    def newest_id(self) -> int:
        """The end of the primary key, 0 in an empty house: where a stream of changes begins."""
        newest: int | None = self.order_by("-pk").values_list("pk", flat=True).first()
        return newest or 0

    def after(self, change_id: int) -> ChangeQuerySet:
        return self.filter(pk__gt=change_id).order_by("pk")

    def spoken_by_others(self, ticket_id: int, actor: Actor, after: int) -> ChangeQuerySet:
        """In which somebody else wrote on the ticket since that change."""
        rows = self.filter(ticket_id=ticket_id, pk__gt=after, events__kind="message_added")
        return rows.exclude(actor_kind="agent", actor_id=actor.id).order_by("-pk")

    def without_place(self) -> ChangeQuerySet:
        """Committed, but not in the feed yet; rides change_without_place."""
        return self.filter(place=None)

    def newest_place(self) -> int:
        """The end of change_by_place, 0 before the first."""
        newest: int | None = self.aggregate(newest=models.Max("place"))["newest"]
        return newest or 0

    def in_feed_after(self, place: int) -> ChangeQuerySet:
        """In the order of commits; rides change_by_place."""
        return self.filter(place__gt=place).order_by("place")


class EventQuerySet(models.QuerySet["Event"]):
    def of_ticket(self, ticket_id: int) -> EventQuerySet:
        return self.filter(change__ticket_id=ticket_id).order_by("pk")

    def told_after(self, change_id: int, kinds: Iterable[str]) -> EventQuerySet:
        return self.filter(change_id__gt=change_id, kind__in=set(kinds))

    def asking_on(self, tickets: Iterable[int]) -> EventQuerySet:
        """Words that an agent put there for somebody who was nobody to the ticket; rides change_in_ticket."""
        return self.filter(change__ticket__in=set(tickets), kind="message_added", data__asks=True)


class OutboxQuerySet(models.QuerySet["OutboxEntry"]):
    def owed(self) -> OutboxQuerySet:
        """Rides outbox_owed."""
        return self.filter(state="owed")

    def due(self) -> OutboxQuerySet:
        return self.owed().filter(due_at__lte=now()).order_by("due_at", "pk")

    def done_before(self, moment: Any) -> OutboxQuerySet:
        return self.filter(state="done", done_at__lt=moment)
