"""Saved views: a question that somebody named, for themselves or for others; and how each agent looks at a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from agents.actors import Actor


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, actor: Actor) -> SavedViewQuerySet:
        """One's own, those of one's teams, and those for everyone. Others are absent, whoever asks (E14)."""
        if actor.account_id is None or not actor.permissions:
            return self.none()
        return self.filter(
            Q(owner_id=actor.id)
            | Q(sharing=SavedView.Sharing.EVERYONE)
            | Q(sharing=SavedView.Sharing.TEAM, team_id__in=actor.team_ids)
        )

    def in_order_of(self, actor: Actor) -> SavedViewQuerySet:
        """As the side of the inbox lists them: one's own in one's order, then those of others by name."""
        others = Case(When(owner_id=actor.id, then=0), default=1)
        own = Case(When(owner_id=actor.id, then="position"), default=0)
        return self.order_by(others, own, "name", "pk")


class SavedView(models.Model):
    """A query with its sort and columns. What it finds still depends on who looks: `me` and `mine` are the reader's.

    `parameters` is what `text` meant when it was saved, with keys instead of names, so that a team may be renamed.
    """

    class Sharing(models.TextChoices):
        NOBODY = "nobody", _("Only me")
        TEAM = "team", _("A team")
        EVERYONE = "everyone", _("Everyone")

    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    sharing = models.CharField(_("for"), max_length=10, choices=Sharing.choices, default=Sharing.NOBODY)
    team = models.ForeignKey("agents.Team", models.CASCADE, null=True, blank=True, related_name="saved_views")
    text = models.CharField(_("query"), max_length=2000, blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    sort = models.CharField(max_length=20, blank=True)
    columns = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = (
            models.CheckConstraint(
                condition=Q(sharing="team", team__isnull=False) | (~Q(sharing="team") & Q(team=None)),
                name="a_team_when_shared_with_one",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        return self.sharing != SavedView.Sharing.NOBODY


class ListLook(models.Model):
    """How one agent looks at one view: its sort and columns, and (in the row whose view is "") how dense lists are."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="list_looks", db_index=False)
    view = models.CharField(max_length=20, blank=True)
    sort = models.CharField(max_length=20, blank=True)
    columns = models.JSONField(default=list, blank=True)
    compact = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["agent", "view"], name="one_look_at_each_view"),)

    def __str__(self) -> str:
        return f"{self.agent_id} looks at {self.view or 'all lists'}"
