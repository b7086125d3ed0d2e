"""A new ticket as a form: who asks, about what, and the first words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Team
from customers.matching import customer_for_email
from customers.models import Customer
from tickets.actions import Action, AddNote, AddReply, AddTag, AssignTo, SetField, SetPriority, SetType
from tickets.edit_forms import field_for
from tickets.forms import addresses
from tickets.models import Channel, FieldDefinition, Priority, TicketType

WRITE = "reply"
NOTE = "note"


class NewTicketForm(forms.Form):
    """Who asks, about what, and the first words: a mail to the customer, or a note of what they said."""

    requester = forms.CharField(
        label=_("Customer"), max_length=254, help_text=_("A mail address; a new one makes a new customer.")
    )
    name = forms.CharField(label=_("Name"), max_length=160, required=False, help_text=_("Of a new customer."))
    subject = forms.CharField(label=_("Subject"), max_length=250)
    kind = forms.ChoiceField(
        label=_("First message"),
        choices=[(WRITE, _("Mail to the customer")), (NOTE, _("Internal note"))],
        initial=WRITE,
        widget=forms.RadioSelect,
    )
    body = forms.CharField(label=_("Words"), widget=forms.Textarea(attrs={"rows": 8, "data-grows": ""}))
    cc = forms.CharField(label=_("CC"), max_length=4000, required=False)
    channel = forms.ChoiceField(label=_("How they reached us"), choices=Channel.choices, initial=Channel.EMAIL)
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("No team")
    )
    assignee = forms.ModelChoiceField(
        label=_("Assignee"), queryset=Agent.objects.none(), required=False, empty_label=_("Nobody")
    )
    priority = forms.ChoiceField(label=_("Priority"), choices=Priority.slugs, initial="normal")
    type = forms.ChoiceField(label=_("Type"), choices=TicketType.choices, initial=TicketType.QUESTION)
    tags = forms.CharField(label=_("Tags"), max_length=500, required=False, help_text=_("Parted by commas."))
    gesture = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    follows = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.active()  # type: ignore[attr-defined]
        self.fields["assignee"].queryset = Agent.objects.assignable()  # type: ignore[attr-defined]
        self.fields["requester"].widget.attrs.update({"autocomplete": "off", "list": "people", "autofocus": True})
        asked = FieldDefinition.objects.filter(active=True)
        self.custom = {f"custom_{row.key}": field_for(row) for row in asked}
        self.fields.update(self.custom)

    def clean_requester(self) -> str:
        given = addresses(self.cleaned_data["requester"])
        try:
            validate_email(given[0] if given else "")
        except ValidationError:
            raise forms.ValidationError(_("Enter a mail address.")) from None
        return given[0].lower()

    def customer(self) -> Customer:
        return customer_for_email(self.cleaned_data["requester"], self.cleaned_data["name"])

    def custom_inputs(self) -> list[forms.BoundField]:
        return [self[name] for name in self.custom]

    def actions(self, uploads: list[str]) -> list[Action]:
        data = self.cleaned_data
        first: list[Action] = [SetPriority(data["priority"]), SetType(data["type"])]
        if data["assignee"]:
            first.append(AssignTo(data["assignee"].pk))
        first += [SetField(name.removeprefix("custom_"), data[name]) for name in self.custom if data[name]]
        first += [AddTag(tag) for tag in data["tags"].replace(",", " ").split()[:20]]
        files = tuple(uploads)
        if data["kind"] == NOTE:
            return [*first, AddNote(data["body"], attachments=files)]
        return [*first, AddReply(data["body"], cc=tuple(addresses(data["cc"])), attachments=files)]
