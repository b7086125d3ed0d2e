"""What agents were told, how each of them wants to be told, and the mails that carry it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.owing import Owed
from notifications.chat_models import ChatDelivery, ChatHook, ChatNews
from notifications.kinds import DEFAULTS, Kind, Way
from notifications.querysets import NotificationMailQuerySet, NotificationQuerySet

__all__ = ["ChatDelivery", "ChatHook", "ChatNews", "Notification", "NotificationMail", "Wishes"]


class Wishes(models.Model):
    """How an agent wants to be told; without a row the defaults hold."""

    agent = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="wishes")
    # {kind: way}, only for kinds that were chosen: a new kind begins with its default for everybody.
    ways = models.JSONField(default=dict)
    # In the agent's own time zone; from may be later than until, then the night lies between.
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    with_words = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("notification settings")
        verbose_name_plural = _("notification settings")

    def __str__(self) -> str:
        return f"wishes of {self.agent_id}"

    def way(self, kind: str) -> str:
        chosen = self.ways.get(kind)
        return chosen if chosen in Way.values else DEFAULTS[kind]


class NotificationMail(Owed):
    """One mail to one agent with all news of its time; its Message-ID is fixed here, so a second copy shows."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # The Message-ID header, without its angle brackets.
    header_id = models.CharField(max_length=250, unique=True)

    objects = NotificationMailQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=["due_at", "id"], name="notification_mail_due", condition=Q(state__in=["queued", "sending"])
            ),
        )

    def __str__(self) -> str:
        return f"mail to {self.agent_id}: {self.state}"


class Notification(models.Model):
    """One agent is told of one change. Facts only: who did what is read from the change."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", db_index=False)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+")
    change = models.ForeignKey("tickets.Change", models.CASCADE, related_name="+")
    message = models.ForeignKey("tickets.Message", models.CASCADE, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)
    # When a mail about it is due; None when the agent wants none. `mail` is the one that took it up.
    mail_at = models.DateTimeField(null=True, blank=True)
    mail = models.ForeignKey(NotificationMail, models.SET_NULL, null=True, blank=True, related_name="news")

    objects = NotificationQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["agent", "created_at", "id"], name="notification_of_agent"),
            models.Index(fields=["agent", "ticket"], name="notification_unread", condition=Q(read_at=None)),
            models.Index(
                fields=["mail_at"],
                name="notification_to_mail",
                condition=Q(mail_at__isnull=False, mail=None),
            ),
        )
        constraints = (models.UniqueConstraint(fields=["agent", "change", "kind"], name="told_once"),)

    def __str__(self) -> str:
        return f"{self.agent_id} is told of {self.change_id}: {self.kind}"
