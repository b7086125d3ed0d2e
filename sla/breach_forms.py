"""The question for the cause of a breach; the Action knows the rules."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sla.actions.breach_causes import LONGEST
from sla.models import BreachCause


class BreachCauseForm(forms.Form):
    code = forms.ChoiceField(label=_("Cause"), choices=[("", _("Choose…")), *BreachCause.Code.choices])
    note = forms.CharField(label=_("In your own words"), required=False, max_length=LONGEST)
