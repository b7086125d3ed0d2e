"""What lets programs in: tokens, kept as hashes, and the answers that a repeated request is given again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from agents.permissions import Permission

if TYPE_CHECKING:
    from agents.actors import Actor


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, actor: Actor) -> ApiTokenQuerySet:
        """One's own; those who manage agents see everybody's, so that they can end them."""
        if actor.can(Permission.MANAGE_AGENTS):
            return self
        return self.filter(agent_id=actor.id or 0) if actor.is_agent else self.none()

    def with_agent(self) -> ApiTokenQuerySet:
        """With its agent, and `agent_has_two_factor`: the twin of Agent.objects.with_two_factor()."""
        totp = apps.get_model("mfa", "Authenticator").objects.filter(user_id=models.OuterRef("agent_id"), type="totp")
        return self.select_related("agent").annotate(agent_has_two_factor=models.Exists(totp))

    def working(self, at: datetime) -> ApiTokenQuerySet:
        """The twin of ApiToken.works()."""
        return self.filter(
            models.Q(expires_at=None) | models.Q(expires_at__gt=at),
            revoked_at=None,
            epoch=models.F("agent__session_epoch"),
            agent__is_active=True,
        )


class ApiToken(models.Model):
    """Speaks for one agent and may do no more than that agent. The secret is shown once and never kept."""

    class Scope(models.TextChoices):
        """Each of the last three holds those before it. What has only `file` reads nothing, so that a form on a
        website holds no key to the desk."""

        FILE = "file", _("Only file what customers write")
        READ = "read", _("Read")
        WRITE = "write", _("Read and write")
        ADMIN = "admin", _("Read, write and change settings")

    agent = models.ForeignKey("agents.Agent", models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    # SHA-256 of the secret, which is 256 random bits: it is looked up, never compared (F13).
    digest = models.CharField(max_length=64, unique=True, editable=False)
    # Its beginning, by which people tell one from another.
    hint = models.CharField(max_length=12, editable=False)
    scope = models.CharField(_("may"), max_length=5, choices=Scope.choices, default=Scope.READ)
    # Agent.session_epoch when it was made: whatever ends all sessions of the agent ends the token too (E12).
    epoch = models.PositiveIntegerField(editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    # To the minute, so that a busy program does not write a row with each request.
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    def works(self, at: datetime) -> bool:
        """The twin of ApiToken.objects.working()."""
        in_time = self.expires_at is None or self.expires_at > at
        return in_time and self.revoked_at is None and self.agent.is_active and self.epoch == self.agent.session_epoch

    def allows(self, scope: str) -> bool:
        if scope == ApiToken.Scope.FILE:
            return self.scope != ApiToken.Scope.READ
        order = [str(value) for value in ApiToken.Scope.values]
        return order.index(self.scope) >= order.index(scope)


class RepeatedRequestQuerySet(models.QuerySet["RepeatedRequest"]):
    def old(self) -> RepeatedRequestQuerySet:
        """No longer answered from; rides request_by_time."""
        return self.filter(begun_at__lt=now() - RepeatedRequest.KEPT_FOR)


class RepeatedRequest(models.Model):
    """A write that carried an Idempotency-Key: who sent what, and the answer, so that a retry is given it again.

    Without `status` it is being done at this moment; a `begun_at` that is long ago means that its process died.
    """

    KEPT_FOR = timedelta(hours=24)
    LEASE = timedelta(minutes=10)
    """Longer than any request takes, as nothing else bounds one."""

    agent = models.ForeignKey("agents.Agent", models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    # Of the method, the address and the body.
    digest = models.CharField(max_length=64)
    begun_at = models.DateTimeField(default=now)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)

    objects = RepeatedRequestQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agent", "key"], name="request_done_once"),)
        indexes = (models.Index(fields=["begun_at"], name="request_by_time"),)

    def __str__(self) -> str:
        return f"{self.key} of {self.agent_id}"
