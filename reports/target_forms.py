"""The shape of a target: which figure, whose, how much, from when."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agents.models import Team
from helpdesk.lib.forms import StrictForm
from reports.metrics import KPIS
from reports.models import Target
from reports.target_setting import read_value
from reports.targets import grows, targetable


class TargetForm(StrictForm):
    kpi = forms.ChoiceField(label=_("Figure"))
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("The whole house")
    )
    value = forms.CharField(
        label=_("Target"),
        required=False,
        max_length=40,
        help_text=_("A length of time such as 4 h, a share such as 90 %, or a number. Empty: no target from then on."),
    )
    per = forms.ChoiceField(
        label=_("For"),
        choices=Target.Per.choices,
        help_text=_("For counts only: the period that the target is for. It is scaled to the range shown."),
    )
    business = forms.BooleanField(label=_("Inside opening hours (durations only)"), required=False)
    since = forms.DateField(
        label=_("From"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        help_text=_("Until then the earlier target counts, and stays in the history."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(kpi.key, kpi.name) for kpi in targetable()]
        self.fields["kpi"].choices = names  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.active().order_by("name")  # type: ignore[attr-defined]

    def clean_since(self) -> date:
        day: date = self.cleaned_data["since"]
        if not 2000 <= day.year <= 2100:  # else it is a slip of the keyboard, not a plan
            raise forms.ValidationError(_("Choose a day of this century."), code="bad_day")
        return day

    def asked(self) -> dict[str, Any]:
        """What set_target takes. Raises HelpdeskError when the value is none of that figure.

        A span that was left alone is a month for counts.
        """
        kpi = KPIS[self.cleaned_data["kpi"]]
        per = self.cleaned_data["per"]
        if not grows(kpi):
            per = Target.Per.RANGE
        elif per == Target.Per.RANGE:
            per = Target.Per.MONTH
        return {**self.cleaned_data, "kpi": kpi, "per": per, "value": read_value(kpi, self.cleaned_data["value"])}
