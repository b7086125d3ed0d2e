"""A macro as a row: what it is called, whose it is, what it does and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from agents.actors import Actor


class MacroQuerySet(models.QuerySet["Macro"]):
    def visible_to(self, actor: Actor) -> MacroQuerySet:
        """One's own, those for everybody, and those of one's teams (of all teams for who sees all tickets) (E14)."""
        if not (actor.is_agent and actor.permissions):
            return self.none()
        shared = Q(owner=None) if actor.sees_all_tickets else Q(owner=None, team=None) | Q(team_id__in=actor.team_ids)
        return self.filter(Q(owner_id=actor.id) | shared)

    def usable(self) -> MacroQuerySet:
        return self.filter(active=True)

    def matching(self, words: str) -> MacroQuerySet:
        """Every word in name or description. A house has some hundreds of them, so they are simply read."""
        found = self
        for word in words.split()[:6]:
            found = found.filter(Q(name__icontains=word) | Q(description__icontains=word))
        return found

    def in_order(self) -> MacroQuerySet:
        """One's own first, then the shared ones, each in the order that was given to them."""
        return self.order_by(Case(When(owner=None, then=1), default=0), "position", "name", "pk")


class Macro(models.Model):
    """Without an owner it is shared: with one team, or without a team with everybody.

    `steps` are Actions as dump() writes them; those that it may hold stand in vocabulary.py. `version` counts the
    savings, so that nobody applies what was changed since they looked at it.
    """

    class Words(models.TextChoices):
        REPLY = "reply", _("Reply to the customer")
        NOTE = "note", _("Internal note")

    name = models.CharField(max_length=120)
    description = models.CharField(max_length=250, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    team = models.ForeignKey("agents.Team", models.CASCADE, null=True, blank=True, related_name="+")
    steps = models.JSONField(default=list, blank=True)
    # What is said with it, with the variables of canned texts; "" for a macro that says nothing.
    body = models.TextField(blank=True)
    kind = models.CharField(max_length=10, choices=Words.choices, default=Words.REPLY)
    active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(default=now, editable=False)

    objects = MacroQuerySet.as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(owner=None) | Q(team=None), name="macro_own_or_team"),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        return self.owner_id is None
