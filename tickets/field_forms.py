"""The shape of a custom field's definition; the rules stand in custom_fields."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.forms import StrictForm
from tickets.custom_fields import read_choices
from tickets.models import FieldDefinition


class FieldSettingsForm(StrictForm):
    label = forms.CharField(
        label=_("Label"), max_length=80, show_hidden_initial=True, help_text=_("What agents read beside the field.")
    )
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        show_hidden_initial=True,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One per line. A ticket keeps a choice that is taken away here, but nobody can choose it anew."),
    )
    position = forms.IntegerField(
        label=_("Place in the list"),
        min_value=0,
        max_value=9999,
        initial=0,
        show_hidden_initial=True,
        help_text=_("Small numbers come first."),
    )
    required_to_solve = forms.BooleanField(
        label=_("Needed before a ticket is solved"), required=False, show_hidden_initial=True
    )
    active = forms.BooleanField(
        label=_("Shown on tickets"),
        required=False,
        show_hidden_initial=True,
        help_text=_("Switched off, the field is gone from tickets and filters; what was filled in is kept."),
    )

    def __init__(self, *args: Any, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind and kind != FieldDefinition.Kind.CHOICE:
            del self.fields["choices"]

    def clean_choices(self) -> list[str]:
        try:
            return read_choices(self.cleaned_data["choices"])
        except HelpdeskError as error:
            raise forms.ValidationError(str(error)) from None

    @staticmethod
    def showing(field: FieldDefinition) -> dict[str, Any]:
        return {
            "label": field.label,
            "choices": "\n".join(field.choices),
            "position": field.position,
            "required_to_solve": field.required_to_solve,
            "active": field.active,
        }


class NewFieldForm(FieldSettingsForm):
    key = forms.CharField(
        label=_("Key"),
        max_length=40,
        help_text=_("For filters and the API, such as order_number. It cannot be changed later."),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=FieldDefinition.Kind.choices, help_text=_("It cannot be changed later.")
    )
    field_order = ["label", "key", "kind", "choices", "position", "required_to_solve", "active"]
