"""Named questions about channels of chat programs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from helpdesk.lib.owing import OwedQuerySet

if TYPE_CHECKING:
    from notifications.chat_models import ChatDelivery, ChatHook, ChatNews  # noqa: F401  names inside QuerySet["…"]


class ChatHookQuerySet(models.QuerySet["ChatHook"]):
    def for_settings(self) -> ChatHookQuerySet:
        """What the list shows: its teams, and how the newest message went."""
        from notifications.chat_models import ChatDelivery

        newest = ChatDelivery.objects.filter(hook=models.OuterRef("pk")).order_by("-pk")
        shown = {"last_state": newest.values("state")[:1], "last_at": newest.values("created_at")[:1]}
        return self.prefetch_related("teams").annotate(**{name: models.Subquery(of) for name, of in shown.items()})

    def listening(self, team_id: int | None) -> ChatHookQuerySet:
        """Active ones that are told of tickets of this team: those for all teams, and those that name it."""
        for_all = Q(teams=None)
        wanted = for_all | Q(teams=team_id) if team_id is not None else for_all
        return self.filter(wanted, active=True).distinct()


class ChatNewsQuerySet(models.QuerySet["ChatNews"]):
    def waiting(self) -> ChatNewsQuerySet:
        """Due and in no message yet; rides chat_news_waiting."""
        return self.filter(due_at__lte=now(), delivery=None)

    def for_message(self) -> ChatNewsQuerySet:
        return self.select_related("change", "ticket").prefetch_related("change__events").order_by("pk")

    def told_before(self, moment: datetime) -> ChatNewsQuerySet:
        return self.filter(created_at__lt=moment)


class ChatDeliveryQuerySet(OwedQuerySet["ChatDelivery"]):
    def ended_before(self, moment: datetime) -> ChatDeliveryQuerySet:
        return self.filter(state__in=["sent", "failed", "dropped"], created_at__lt=moment)
