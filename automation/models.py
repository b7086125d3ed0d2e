"""How each team's tickets find their agents, whose turn it is, and when each agent works; and macros."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from automation.macros.model import Macro
from automation.querysets import TeamRoutingQuerySet

__all__ = ["AgentHours", "Macro", "Mode", "TeamRouting", "Turn"]


class Mode(models.TextChoices):
    MANUAL = "manual", _("By hand")
    ROUND_ROBIN = "round_robin", _("In turn")
    LEAST_LOADED = "least_loaded", _("To the least loaded")


class TeamRouting(models.Model):
    """How a team hands its tickets out; a team without a row does it by hand.

    The row is what workers lock before they give a ticket of the team to anybody, so they take turns.
    """

    team = models.OneToOneField("agents.Team", models.CASCADE, primary_key=True, related_name="routing")
    mode = models.CharField(_("mode"), max_length=20, choices=Mode.choices, default=Mode.MANUAL)
    # When tickets are handed out to members without hours of their own; None: always.
    calendar = models.ForeignKey(
        "sla.Calendar", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("working hours")
    )
    # How many tickets were handed out: the number of the newest turn.
    turns = models.PositiveBigIntegerField(default=0, editable=False)

    objects = TeamRoutingQuerySet.as_manager()

    def __str__(self) -> str:
        return f"routing of {self.team_id}: {self.mode}"


class Turn(models.Model):
    """When a member was last given a ticket of the team: the longest ago is next. Nobody who was passed over for want
    of a skill loses a turn by it."""

    routing = models.ForeignKey(TeamRouting, models.CASCADE, related_name="taken", db_index=False)
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    number = models.PositiveBigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["routing", "agent"], name="turn_once_per_member"),)

    def __str__(self) -> str:
        return f"turn {self.number} of {self.agent_id}"


class AgentHours(models.Model):
    """An agent's own working hours, which hold in every team instead of the team's."""

    agent = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="working_hours"
    )
    calendar = models.ForeignKey("sla.Calendar", models.PROTECT, related_name="+", verbose_name=_("working hours"))

    def __str__(self) -> str:
        return f"hours of {self.agent_id}"
