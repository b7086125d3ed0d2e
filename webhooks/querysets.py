"""Named questions about receivers and what they are owed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.timezone import now

from tickets.models import Ticket

if TYPE_CHECKING:
    from agents.actors import Actor
    from webhooks.models import Webhook, WebhookDelivery  # noqa: F401  names inside QuerySet["…"]

OWED = ("queued", "sending")


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def for_settings(self) -> WebhookQuerySet:
        """What the list shows: its owner, how the newest delivery went, and whether something waits."""
        from webhooks.models import WebhookDelivery

        newest = WebhookDelivery.objects.filter(webhook=OuterRef("pk")).order_by("-pk")
        waits = WebhookDelivery.objects.filter(webhook=OuterRef("pk"), state__in=OWED)
        return self.select_related("owner").annotate(
            last_state=Subquery(newest.values("state")[:1]),
            last_at=Subquery(newest.values("created_at")[:1]),
            waits=Exists(waits),
        )

    def active(self) -> WebhookQuerySet:
        return self.filter(active=True)

    def at_work(self) -> WebhookQuerySet:
        """Active ones, and those that are off and have a test to end."""
        from webhooks.models import WebhookDelivery

        tests = WebhookDelivery.objects.filter(webhook=OuterRef("pk")).interrupted_tests()
        return self.filter(Q(active=True) | Exists(tests))

    def behind(self, place: int) -> WebhookQuerySet:
        """Active ones that the feed has news for."""
        return self.active().filter(place__lt=place).select_related("owner").order_by("pk")

    def ready(self) -> WebhookQuerySet:
        """Active, not left alone for a while, with something due; rides webhook_delivery_due."""
        from webhooks.models import WebhookDelivery

        due = WebhookDelivery.objects.filter(webhook=OuterRef("pk")).due()
        rested = Q(resting_until=None) | Q(resting_until__lte=now())
        return self.active().filter(rested, Exists(due)).select_related("owner").order_by("pk")


class DeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def visible_to(self, actor: Actor) -> DeliveryQuerySet:
        """Of tickets that the actor sees, and tests."""
        if actor.sees_all_tickets:
            return self
        return self.filter(Q(ticket=None) | Q(ticket__in=Ticket.objects.visible_to(actor)))

    def due(self) -> DeliveryQuerySet:
        """Queued and due, or claimed by a sender that has died since."""
        moment = now()
        free = Q(claimed_until=None) | Q(claimed_until__lte=moment)
        return self.filter(free, state__in=OWED, due_at__lte=moment, event__isnull=False)

    def interrupted_tests(self) -> DeliveryQuerySet:
        """Tests whose sender has died, also before it began, when nobody had claimed them yet."""
        from webhooks.outcomes import LEASE

        dead = Q(claimed_until__lte=now()) | Q(claimed_until=None, created_at__lte=now() - LEASE)
        return self.filter(dead, event=None, state__in=OWED)

    def heads(self, webhook_id: int) -> DeliveryQuerySet:
        """What may be sent to it now: of each ticket only the oldest that is still owed. The rest waits for it, so
        that the changes of a ticket arrive in order; rides webhook_delivery_in_order."""
        earlier = self.model._default_manager.filter(
            webhook_id=webhook_id, ticket_id=OuterRef("ticket_id"), pk__lt=OuterRef("pk"), state__in=OWED
        )
        return self.filter(~Exists(earlier), webhook_id=webhook_id).due().order_by("due_at", "pk")

    def owed(self) -> DeliveryQuerySet:
        return self.filter(state__in=OWED)

    def ended(self) -> DeliveryQuerySet:
        return self.exclude(state__in=OWED)

    def ended_before(self, moment: datetime) -> DeliveryQuerySet:
        """Rides webhook_delivery_to_prune."""
        return self.filter(ended_at__lt=moment)

    def for_detail(self) -> DeliveryQuerySet:
        return self.select_related("webhook__owner", "event__change", "asked_by")
