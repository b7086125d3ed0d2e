"""The shape of what is written about people and organisations; the rules stand in editing, addresses and organizing."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from customers.choices import language_choices, zone_choices
from customers.models import Address, Customer, Organization
from helpdesk.lib.forms import StrictForm

_NUMBER = re.compile(r"#(\d{1,18})\s*$")


def _text(label: Any, length: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, show_hidden_initial=True, **more)


class OrganizationField(forms.CharField):
    """An organisation by its name, or by its number behind a # when several have that name; completed by htmx."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {
            "autocomplete": "off",
            "list": "organizations",
            "hx-get": reverse_lazy("customers:organization_lookup"),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#organizations",
            "hx-sync": "this:replace",
            "data-quiet": "",
        }
        super().__init__(max_length=200, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        if not text:
            return None
        if numbered := _NUMBER.search(text):
            found = list(Organization.objects.filter(pk=int(numbered[1])))
        else:
            found = list(Organization.objects.named(text)[:5])
        if not found:
            raise forms.ValidationError(_("There is no organisation of that name. Add it first, or leave this empty."))
        if len(found) > 1:
            offered = ", ".join(f"{row.name} #{row.pk}" for row in found)
            raise forms.ValidationError(_("Several have that name: %(offered)s."), params={"offered": offered})
        return found[0]


class KnownForm(StrictForm):
    """What we know of a person or an organisation alike."""

    language = forms.ChoiceField(
        label=_("Language"), required=False, show_hidden_initial=True, help_text=_("In which we write.")
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, show_hidden_initial=True)
    external_id = _text(_("External id"), 120, help_text=_("The number in your shop or CRM; nobody else may have it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = language_choices(self.initial.get("language", ""))  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = zone_choices(self.initial.get("time_zone", ""))  # type: ignore[attr-defined]


class CustomerForm(KnownForm):
    name = _text(_("Name"), 160, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    organization = OrganizationField(
        label=_("Organisation"),
        required=False,
        show_hidden_initial=True,
        help_text=_("Begin to type its name."),
    )
    field_order = ["name", "organization", "language", "time_zone", "external_id"]

    @staticmethod
    def showing(customer: Customer) -> dict[str, Any]:
        return {
            "name": customer.name,
            "organization": said(customer.organization),
            "language": customer.language,
            "time_zone": customer.time_zone,
            "external_id": customer.external_id or "",
        }


class NewCustomerForm(CustomerForm):
    email = forms.CharField(label=_("Mail address"), max_length=254, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=60, required=False)
    field_order = [
        "name",
        "email",
        "phone",
        "organization",
        "language",
        "time_zone",
        "external_id",
    ]


class OrganizationForm(KnownForm):
    name = forms.CharField(label=_("Name"), max_length=160, show_hidden_initial=True)
    tier = _text(
        _("Tier"),
        40,
        widget=forms.TextInput(attrs={"list": "tiers", "autocomplete": "off"}),
        help_text=_("How you rank your customers, such as Gold or Trial: for lists, filters and reports."),
    )
    field_order = ["name", "tier", "language", "time_zone", "external_id"]

    @staticmethod
    def showing(organization: Organization) -> dict[str, Any]:
        names = ("name", "tier", "language", "time_zone", "external_id")
        return {name: getattr(organization, name) or "" for name in names}


class NotesForm(StrictForm):
    """`basis` is what the writer read, so that a colleague's words are not overwritten unseen."""

    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-grows": ""}),
        help_text=_("Seen by agents only."),
    )
    basis = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)


class AddressForm(StrictForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Address.Kind.choices, initial=Address.Kind.EMAIL)
    value = forms.CharField(
        label=_("Address or number"), max_length=254, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class DomainForm(StrictForm):
    domain = forms.CharField(
        label=_("Mail domain"),
        max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "example.com"}),
    )


class MergeForm(StrictForm):
    """The explicit word that two rows are one person; `loser` is the row that becomes a signpost."""

    loser = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(label=_("These are one person"))


def said(organization: Organization | None) -> str:
    """An organisation as OrganizationField reads it: by name, with its number when the name is not enough."""
    if organization is None:
        return ""
    alone = Organization.objects.named(organization.name).count() == 1
    return organization.name if alone else f"{organization.name} #{organization.pk}"
