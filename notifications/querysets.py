"""Named questions about what agents were told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils.timezone import now

from helpdesk.lib.owing import OwedQuerySet
from tickets.models import Ticket

if TYPE_CHECKING:
    from agents.actors import Actor
    from notifications.models import Notification, NotificationMail  # noqa: F401  names inside QuerySet["…"]


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, actor: Actor) -> NotificationQuerySet:
        """One's own, about tickets that one may see today: access that was lost takes its news along (E11)."""
        if not actor.permissions:
            return self.none()
        own = self.of(actor)
        if actor.sees_all_tickets:
            return own
        return own.filter(ticket__in=Ticket.objects.visible_to(actor))

    def of(self, actor: Actor) -> NotificationQuerySet:
        """An agent's own; nobody else has any."""
        return self.filter(agent_id=actor.id) if actor.is_agent and actor.id is not None else self.none()

    def unread(self) -> NotificationQuerySet:
        """With an agent, rides notification_unread."""
        return self.filter(read_at=None)

    def tickets_up_to(self, limit: int) -> int:
        """Of how many tickets there is news, counted no further than `limit + 1`."""
        return self.order_by().values("ticket_id").distinct()[: limit + 1].count()

    def for_list(self) -> NotificationQuerySet:
        """What a row shows: who did it, and on which ticket."""
        return self.select_related("ticket", "change")

    def for_mail(self) -> NotificationQuerySet:
        return self.for_list().select_related("message").order_by("pk")

    def to_mail(self) -> NotificationQuerySet:
        """Due and not taken up by a mail; rides notification_to_mail."""
        return self.filter(mail_at__lte=now(), mail=None)

    def told_before(self, moment: datetime) -> NotificationQuerySet:
        return self.filter(created_at__lt=moment)

    def after(self, pk: int) -> NotificationQuerySet:
        return self.filter(pk__gt=pk).order_by("pk")


class NotificationMailQuerySet(OwedQuerySet["NotificationMail"]):
    def ended_before(self, moment: datetime) -> NotificationMailQuerySet:
        return self.filter(state__in=["sent", "failed", "dropped"], created_at__lt=moment)
