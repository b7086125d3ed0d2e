"""Texts that agents write again and again, kept to be put into an answer: one's own, a team's, or everybody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

if TYPE_CHECKING:
    from agents.actors import Actor


class CannedTextQuerySet(models.QuerySet["CannedText"]):
    def visible_to(self, actor: Actor) -> CannedTextQuerySet:
        """One's own, those for everybody, and those of one's teams (of all teams for who sees all tickets) (E14)."""
        if not (actor.is_agent and actor.permissions):
            return self.none()
        shared = Q(owner=None) if actor.sees_all_tickets else Q(owner=None, team=None) | Q(team_id__in=actor.team_ids)
        return self.filter(Q(owner_id=actor.id) | shared)

    def matching(self, words: str) -> CannedTextQuerySet:
        """Every word in title, shortcut or body; what begins with the words comes first. A house has some hundreds of
        them, so they are simply read."""
        found = self
        for word in words.split()[:6]:
            found = found.filter(Q(title__icontains=word) | Q(shortcut__icontains=word) | Q(body__icontains=word))
        begins = Q(shortcut__istartswith=words.strip()) | Q(title__istartswith=words.strip())
        rank = models.Case(models.When(begins, then=0), default=1, output_field=models.IntegerField())
        return found.annotate(rank=rank).order_by("rank", "title", "pk")


class CannedText(models.Model):
    """Without an owner it is shared: with one team, or without a team with everybody."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    team = models.ForeignKey("agents.Team", models.CASCADE, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=120)
    # What one types after "/" to find it at once.
    shortcut = models.CharField(max_length=40, blank=True)
    body = models.TextField()
    # Counts its savings, so that nobody writes over what they have not read.
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(default=now)

    objects = CannedTextQuerySet.as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(owner=None) | Q(team=None), name="canned_own_or_team"),)

    def __str__(self) -> str:
        return self.title
