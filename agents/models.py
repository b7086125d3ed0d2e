"""Who works here: agents, their teams, and whether they are there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from agents.permissions import ROLE_PERMISSIONS, Permission, Role
from agents.querysets import AgentManager, TeamQuerySet, normalise_email
from agents.records import AccountMail, AgentAudit, Departure
from agents.service_records import Service
from agents.skills import Skill
from agents.token_records import ApiToken, RepeatedRequest

__all__ = [
    "AccountMail",
    "Agent",
    "AgentAudit",
    "ApiToken",
    "Availability",
    "Departure",
    "Membership",
    "RepeatedRequest",
    "Service",
    "Skill",
    "Team",
]


class Availability(models.TextChoices):
    ONLINE = "online", _("Online")
    AWAY = "away", _("Away")
    OFFLINE = "offline", _("Offline")


class Agent(AbstractBaseUser):
    """Somebody with a sign-in. The address is the identity; it is never linked from outside."""

    email = models.EmailField(_("email address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.AGENT)
    is_active = models.BooleanField(_("active"), default=True)
    # The account of an integration (agents/service_records.py): nobody signs in with it, and no list of people has it.
    is_service = models.BooleanField(default=False, editable=False)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    theme = models.CharField(_("theme"), max_length=10, default="system")
    signature = models.TextField(_("signature"), blank=True)
    availability = models.CharField(
        _("availability"), max_length=10, choices=Availability.choices, default=Availability.OFFLINE
    )
    availability_changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Up to how many open tickets routing gives the agent; None: any number. Whoever assigns by hand may exceed it.
    capacity = models.PositiveSmallIntegerField(_("capacity"), null=True, blank=True, default=20)
    # Who is asked while this agent is not online.
    stand_in = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("stand-in"), db_index=False
    )
    two_factor_required = models.BooleanField(_("must use two-factor sign-in"), default=False)
    created_at = models.DateTimeField(default=now, editable=False)
    # Raised to end every session of the agent (disabled, demoted, asked for), and to spoil every link mailed before.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    link_epoch = models.PositiveIntegerField(default=0, editable=False)

    teams: models.ManyToManyField[Team, Membership] = models.ManyToManyField(
        "agents.Team", through="agents.Membership", related_name="agents", verbose_name=_("teams")
    )

    objects: ClassVar[AgentManager] = AgentManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = normalise_email(self.email)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def is_staff(self) -> bool:
        """Admins may open the read-mostly Django admin; nobody else."""
        return self.is_active and self.role == Role.ADMIN and not self.is_service

    @property
    def is_superuser(self) -> bool:
        return self.is_staff

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    @property
    def is_invited(self) -> bool:
        """Has an account, but has never chosen a password."""
        return not self.has_usable_password()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry to be valid: Django's hash of the password, and our epoch."""
        key_salt = "agents.models.Agent.session"
        value = f"{self.password}:{self.session_epoch}:{self.role}"
        return salted_hmac(key_salt, value, secret=secret, algorithm="sha256").hexdigest()

    def may(self, permission: Permission) -> bool:
        """What the role grants; doors ask `Actor.can()`, this is for listing people by what they may do."""
        return self.is_active and not self.is_service and permission in ROLE_PERMISSIONS[self.role]


class Team(models.Model):
    """A group that shares a queue. Archived rather than deleted: tickets keep naming it."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("short name"), max_length=80, unique=True)
    description = models.CharField(_("description"), max_length=250, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """An agent's place in a team."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    is_lead = models.BooleanField(_("team lead"), default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agent", "team"], name="member_once_per_team"),)

    def __str__(self) -> str:
        return f"{self.agent} in {self.team}"
