"""The shape of what people type about API tokens and integrations; the rules live in tokens and integrations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from agents.forms import RowsField
from agents.models import ApiToken, Team
from agents.permissions import Role

# To file what customers write is for integrations only (ServiceTokenForm).
PERSONAL_SCOPES = [(value, label) for value, label in ApiToken.Scope.choices if value != ApiToken.Scope.FILE]


class TokenTerms(forms.Form):
    """What every token says: what it may do (`scope`, of the form that inherits), and for how long."""

    days = forms.ChoiceField(
        label=_("Works for"),
        choices=[
            ("30", _("30 days")),
            ("90", _("90 days")),
            ("365", _("A year")),
            ("", _("Until it is revoked")),
        ],
        initial="90",
        required=False,
    )

    def terms(self) -> dict[str, Any]:
        data = self.cleaned_data
        expires_at = now() + timedelta(days=int(data["days"])) if data["days"] else None
        return {"scope": data["scope"], "expires_at": expires_at}


class TokenForm(TokenTerms):
    """What a token is for, what it may do, and for how long."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("What it is for, such as “Nightly export”."))
    scope = forms.ChoiceField(label=_("May"), choices=PERSONAL_SCOPES, initial="read")
    field_order = ("name", "scope", "days")

    def known_as(self) -> dict[str, Any]:
        return {"name": self.cleaned_data["name"], **self.terms()}


class RightsForm(forms.Form):
    """What an integration may do; `teams` are those whose tickets it sees."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        initial=Role.AGENT,
        help_text=_("It may do what this role may do; integrations never manage agents."),
    )
    teams = RowsField(
        label=_("Teams"),
        queryset=Team.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It sees the tickets of these teams and those without a team."),
    )
    files_for_customers = forms.BooleanField(
        label=_("May file what customers write"),
        required=False,
        help_text=_("For a contact form, an app or a chat: it writes in the name of the customer."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["teams"].queryset = Team.objects.active().order_by("name")  # type: ignore[attr-defined]

    def rights(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("role", "teams", "files_for_customers")}


class ServiceTokenForm(TokenTerms):
    """What a token of an integration may do, and for how long."""

    field_order: tuple[str, ...] = ("scope", "days")

    scope = forms.ChoiceField(label=_("Token may"), choices=ApiToken.Scope.choices, initial="read")


class NewServiceForm(RightsForm, ServiceTokenForm):
    """An integration and its first token."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("The history of tickets names it, such as “Billing system”."),
    )
    field_order = ("name", "role", "teams", "files_for_customers", "scope", "days")
