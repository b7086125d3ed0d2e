"""Forms of the ticket page about promises: choosing the policy by hand, escalating, answering an escalation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Team
from agents.permissions import ROLE_PERMISSIONS, Permission
from helpdesk.lib.forms import StrictForm
from sla.actions import (
    AcknowledgeEscalation,
    Escalate,
    HandBackEscalation,
    ResolveEscalation,
    TakeOverEscalation,
)
from sla.actions.escalations import BY_HAND, LONGEST_TEXT
from sla.actions.policy import SetSlaPolicy
from sla.models import Escalation, SlaPolicy
from tickets.actions import Action

_SUPERVISING = [role for role, granted in ROLE_PERMISSIONS.items() if Permission.SUPERVISE in granted]
_REASONS = [("", _("Choose a reason")), *((why, Escalation.Reason(why).label) for why in BY_HAND)]
WHOEVER = ""


class PolicyForm(StrictForm):
    """Empty leaves the choice to the conditions."""

    policy = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def actions(self) -> list[Action]:
        return [SetSlaPolicy(self.cleaned_data["policy"])]


def policy_choices() -> list[tuple[int, str]]:
    return list(SlaPolicy.objects.in_order().values_list("pk", "name"))


class EscalateForm(StrictForm):
    """Why, in what words, and to whom: left open, whoever answers for the ticket's team is asked."""

    reason = forms.ChoiceField(label=_("Reason"), choices=_REASONS, widget=forms.Select(attrs={"autofocus": True}))
    text = forms.CharField(
        label=_("What is it about"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-grows": ""}),
    )
    to = forms.ChoiceField(label=_("To"), required=False)
    gesture = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Agent.objects.active().filter(role__in=_SUPERVISING).order_by("name", "pk")
        teams = Team.objects.active().order_by("name", "pk")
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (WHOEVER, _("Whoever is in charge")),
            (_("Supervisors"), [(f"agent-{pk}", name) for pk, name in people.values_list("pk", "name")]),
            (_("Teams"), [(f"team-{pk}", name) for pk, name in teams.values_list("pk", "name")]),
        ]

    def actions(self) -> list[Action]:
        data = self.cleaned_data
        kind, _sign, key = data["to"].partition("-")
        agent, team = (int(key) if kind == wanted else None for wanted in ("agent", "team"))
        return [Escalate(data["reason"], data["text"], to_agent_id=agent, to_team_id=team)]


class AnswerForm(StrictForm):
    """One of the four answers to an escalation, with a note where it is closed."""

    do = forms.ChoiceField(
        choices=[
            ("acknowledge", _("Acknowledge")),
            ("take_over", _("Take over")),
            ("hand_back", _("Hand back")),
            ("resolve", _("Resolve")),
        ]
    )
    note = forms.CharField(required=False, max_length=LONGEST_TEXT)

    def actions_on(self, escalation_id: int) -> list[Action]:
        note = self.cleaned_data["note"]
        answers: dict[str, Action] = {
            "acknowledge": AcknowledgeEscalation(escalation_id),
            "take_over": TakeOverEscalation(escalation_id),
            "hand_back": HandBackEscalation(escalation_id, note),
            "resolve": ResolveEscalation(escalation_id, note),
        }
        return [answers[self.cleaned_data["do"]]]
