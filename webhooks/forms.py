"""The shape of what people type about a webhook."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.outward_targets import LONGEST_URL
from tickets.filters import a_moment
from tickets.wording import known_kinds
from webhooks.models import Webhook, WebhookDelivery


class WebhookForm(forms.Form):
    """Rules are checked where it is stored (administration.make and change)."""

    name = forms.CharField(label=_("Name"), max_length=80)
    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        widget=forms.URLInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Begins with https:// and leads to a public host; redirects are not followed."),
    )
    query = forms.CharField(
        label=_("Only tickets that match"),
        required=False,
        max_length=2000,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("In the language of the search field, such as “team:billing tag:vip”; empty means all."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Only these events"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without any choice it is told of all of them."),
    )

    def __init__(self, data: Any, webhook: Webhook | None = None) -> None:
        known = {name: getattr(webhook, name) for name in self.base_fields} if webhook else None
        super().__init__(data, initial=known)
        self.fields["kinds"].choices = [(kind, kind) for kind in known_kinds()]  # type: ignore[attr-defined]


class RangeForm(forms.Form):
    """Which deliveries are sent again."""

    since = forms.DateTimeField(
        label=_("From"), widget=forms.DateTimeInput({"type": "datetime-local"}), validators=[a_moment]
    )
    until = forms.DateTimeField(
        label=_("Until"), widget=forms.DateTimeInput({"type": "datetime-local"}), validators=[a_moment]
    )
    which = forms.ChoiceField(
        label=_("Which"),
        choices=[("failed", _("Those that failed or were dropped")), ("all", _("Also those that were delivered"))],
    )

    def states(self) -> list[str]:
        state = WebhookDelivery.State
        return [state.FAILED, state.DROPPED, *([state.SENT] if self.cleaned_data["which"] == "all" else [])]

    def span(self) -> tuple[datetime, datetime]:
        return self.cleaned_data["since"], self.cleaned_data["until"]
