"""Rings the bells of the demo's agents with the last days of its story; history itself owes nobody any news."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from agents.models import Agent
from notifications.models import Notification
from notifications.reactions import tell_agents
from tickets.models import Change

TOLD = timedelta(days=7)
UNREAD = 5


def tell_the_last_days(now: datetime) -> int:
    """Tell the agents, mail nobody, and let each have read all but the newest; how many notifications there are."""
    for change in Change.objects.filter(created_at__gte=now - TOLD).select_related("ticket").order_by("pk"):
        tell_agents(change)
    Notification.objects.update(mail_at=None)
    for agent in Agent.objects.all():
        theirs = Notification.objects.filter(agent=agent)
        newest = list(theirs.order_by("-created_at", "-pk").values_list("pk", flat=True)[:UNREAD])
        theirs.exclude(pk__in=newest).update(read_at=F("created_at"))
    return Notification.objects.count()
