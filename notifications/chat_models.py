"""Channels of chat programs that are told what happens, what they are told, and each attempt to tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.owing import Owed
from notifications.chat_kinds import ChatKind
from notifications.chat_querysets import ChatDeliveryQuerySet, ChatHookQuerySet, ChatNewsQuerySet

if TYPE_CHECKING:
    from agents.models import Team

_WHY = {
    "timeout": _("no answer in time"),
    "connection": _("the host could not be reached"),
    "tls": _("the certificate is not valid"),
    "answer": _("the answer could not be read"),
    "refused": _("nothing may be sent to this address"),
    "secret_lost": _("the stored address cannot be read any more; type it in again"),
    "crashed": _("given up after two interrupted attempts"),
}


class ChatHook(models.Model):
    """An incoming webhook of a chat program, by which one channel of it is written to."""

    class Program(models.TextChoices):
        SLACK = "slack", _("Slack")
        TEAMS = "teams", _("Microsoft Teams")

    name = models.CharField(_("name"), max_length=80, unique=True)
    program = models.CharField(_("program"), max_length=10, choices=Program.choices)
    # Whoever knows the address can write there: encrypted (helpdesk.lib.vault), and shown to nobody again.
    url_secret = models.TextField(editable=False)
    # What of it is shown: the host, and the last characters.
    url_shown = models.CharField(max_length=120, editable=False)
    # Of which teams' tickets it is told; none: of all.
    teams: models.ManyToManyField[Team, models.Model] = models.ManyToManyField(
        "agents.Team", blank=True, related_name="+", verbose_name=_("teams")
    )
    # Values of ChatKind.
    kinds = models.JSONField(default=list)
    # Whether the subjects of tickets, which are customers' words, are told.
    with_words = models.BooleanField(_("Show the subjects of tickets"), default=True)
    active = models.BooleanField(_("active"), default=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    objects = ChatHookQuerySet.as_manager()

    class Meta:
        verbose_name = _("chat channel")
        verbose_name_plural = _("chat channels")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ChatDelivery(Owed):
    """One message to one channel, with all news of its time; attempts are counted when a worker takes it."""

    hook = models.ForeignKey(ChatHook, models.CASCADE, related_name="deliveries", db_index=False)
    # Asked for by the test button: it carries no news.
    is_test = models.BooleanField(default=False)
    # Of the last attempt: the status that came back, or why none did; and the beginning of what it said.
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=20, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    objects = ChatDeliveryQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=["due_at", "id"], name="chat_delivery_due", condition=Q(state__in=["queued", "sending"])
            ),
            models.Index(fields=["hook", "id"], name="chat_delivery_of_hook"),
        )

    def __str__(self) -> str:
        return f"message to {self.hook_id}: {self.state}"

    @property
    def why(self) -> str:
        """Why the last attempt was in vain, in the reader's language; "" when it was not, or the status says it."""
        return str(_WHY.get(self.last_error, ""))


class ChatNews(models.Model):
    """One channel is told of one change. Facts only: what happened is read from the change."""

    hook = models.ForeignKey(ChatHook, models.CASCADE, related_name="+", db_index=False)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+")
    change = models.ForeignKey("tickets.Change", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=ChatKind.choices)
    due_at = models.DateTimeField(default=now)
    delivery = models.ForeignKey(ChatDelivery, models.SET_NULL, null=True, blank=True, related_name="news")
    created_at = models.DateTimeField(default=now)

    objects = ChatNewsQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["due_at"], name="chat_news_waiting", condition=Q(delivery=None)),)
        constraints = (models.UniqueConstraint(fields=["hook", "change", "kind"], name="chat_told_once"),)

    def __str__(self) -> str:
        return f"{self.hook_id} is told of {self.change_id}: {self.kind}"
