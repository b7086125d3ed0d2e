"""What is kept about accounts: who did what to whom, and which account mails are owed."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from agents.querysets import AccountMailQuerySet, AgentAuditQuerySet, DepartureQuerySet


class AgentAudit(models.Model):
    """One fact about accounts or teams. Rows are added and never changed; names are kept as they were then."""

    at = models.DateTimeField(default=now, editable=False)
    kind = models.CharField(max_length=40)
    actor_kind = models.CharField(max_length=10)
    actor = models.ForeignKey("agents.Agent", models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=120, blank=True)
    agent = models.ForeignKey("agents.Agent", models.SET_NULL, null=True, related_name="audits")
    team = models.ForeignKey("agents.Team", models.SET_NULL, null=True, related_name="+")
    subject = models.CharField(max_length=254, blank=True)
    data = models.JSONField(default=dict)
    ip = models.GenericIPAddressField(null=True)

    objects = AgentAuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("account audit entry")
        verbose_name_plural = _("account audit entries")
        indexes = (models.Index(fields=["at", "id"], name="audit_by_time"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An audit entry is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("An audit entry is never deleted.")


class AccountMail(models.Model):
    """A mail about an account that is owed or was sent. It holds no link: the worker makes that when it sends.

    A row without an agent answers a question about an unknown address: it costs what a real one costs, and is dropped.
    """

    agent = models.ForeignKey("agents.Agent", models.CASCADE, null=True, related_name="account_mails")
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(default=now)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = AccountMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("account mail")
        verbose_name_plural = _("account mails")
        indexes = (
            models.Index(fields=["due_at"], name="account_mail_owed", condition=models.Q(ended_at=None)),
            models.Index(fields=["agent", "kind", "created_at"], name="account_mail_of_agent"),
        )

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class Departure(models.Model):
    """An agent left a team; whoever keeps lists of agents above this app follows it (tickets/departures.py)."""

    agent = models.ForeignKey("agents.Agent", models.CASCADE, related_name="+")
    team = models.ForeignKey("agents.Team", models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=now)
    followed_at = models.DateTimeField(null=True)

    objects = DepartureQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["id"], name="departure_to_follow", condition=models.Q(followed_at=None)),)

    def __str__(self) -> str:
        return f"{self.agent_id} left {self.team_id}"
