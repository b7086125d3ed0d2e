"""All properties of a ticket as one form: what was altered in it becomes Actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agents.models import Agent, Team
from tickets.actions import (
    Action,
    AddTag,
    AssignTo,
    MoveToTeam,
    RemoveTag,
    SetField,
    SetLanguage,
    SetPriority,
    SetStatus,
    SetSubject,
    SetType,
)
from tickets.actions.tags import normalise_tag
from tickets.forms import GestureForm
from tickets.models import FieldDefinition, Priority, Status, Ticket, TicketType
from tickets.models.ticket import MOVES


class EditForm(GestureForm):
    """Only what was altered, compared with what the page showed, becomes an Action: two who edit different fields
    of one ticket do not undo each other, and saving an untouched form leaves no trace."""

    subject = forms.CharField(label=_("Subject"), max_length=250)
    status = forms.ChoiceField(label=_("State"))
    priority = forms.ChoiceField(label=_("Priority"), choices=Priority.slugs)
    type = forms.ChoiceField(label=_("Type"), choices=TicketType.choices)
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("No team")
    )
    assignee = forms.ModelChoiceField(
        label=_("Assignee"), queryset=Agent.objects.none(), required=False, empty_label=_("Nobody")
    )
    tags = forms.CharField(label=_("Tags"), max_length=1000, required=False, help_text=_("Parted by commas."))
    language = forms.CharField(label=_("Language"), max_length=10, required=False)

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticket = ticket
        reachable = {ticket.status, *MOVES[ticket.status]}
        self.fields["status"].choices = [c for c in Status.choices if c[0] in reachable]  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.active()  # type: ignore[attr-defined]
        self.fields["assignee"].queryset = Agent.objects.assignable()  # type: ignore[attr-defined]
        self.definitions = list(FieldDefinition.objects.filter(active=True))
        for definition in self.definitions:
            self.fields[f"custom_{definition.key}"] = field_for(definition)
        for name in self.fields.keys() - {"version", "gesture"}:
            self.fields[name].show_hidden_initial = True

    @classmethod
    def of(cls, ticket: Ticket) -> EditForm:
        first = {
            "version": ticket.version,
            "subject": ticket.subject,
            "status": ticket.status,
            "priority": ticket.priority_slug,
            "type": ticket.type,
            "team": ticket.team_id,
            "assignee": ticket.assignee_id,
            "tags": ", ".join(hung_tags(ticket)),
            "language": ticket.language,
        }
        return cls(ticket, initial=first | {f"custom_{key}": value for key, value in ticket.custom.items()})

    def actions(self) -> list[Action]:
        data, ticket = self.cleaned_data, self.ticket
        altered = {name for name in self.fields if self[name].html_initial_name not in self.data} | {*self.changed_data}
        wanted = {normalise_tag(part) for part in data["tags"].split(",") if part.strip()}
        hung = set(hung_tags(ticket))
        possible: list[tuple[str, Action]] = [
            ("subject", SetSubject(data["subject"])),
            ("priority", SetPriority(data["priority"])),
            ("type", SetType(data["type"])),
            ("language", SetLanguage(data["language"])),
            ("team", MoveToTeam(data["team"].pk if data["team"] else None)),
            ("assignee", AssignTo(data["assignee"].pk if data["assignee"] else None)),
            *(("tags", AddTag(name)) for name in sorted(wanted - hung)),
            *(("tags", RemoveTag(name)) for name in sorted(hung - wanted)),
            *((f"custom_{d.key}", SetField(d.key, self._value(d))) for d in self.definitions),
            ("status", SetStatus(data["status"])),
        ]
        return [action for name, action in possible if name in altered]

    def _value(self, definition: FieldDefinition) -> Any:
        value = self.cleaned_data[f"custom_{definition.key}"]
        if definition.kind == FieldDefinition.Kind.CHECKBOX:
            # An unticked box says "no" only where "yes" or "no" was said before; else it says nothing.
            return value if value or definition.key in self.ticket.custom else None
        return value


def hung_tags(ticket: Ticket) -> list[str]:
    return [str(tag) for tag in ticket.tags.all()]


def field_for(definition: FieldDefinition) -> forms.Field:
    """The input for one custom field; its definition reads and checks the value."""
    kind = FieldDefinition.Kind
    if definition.kind == kind.CHOICE:
        offered = [("", "—"), *((choice, choice) for choice in definition.choices)]
        return forms.ChoiceField(label=definition.label, choices=offered, required=False)
    if definition.kind == kind.CHECKBOX:
        return forms.BooleanField(label=definition.label, required=False)
    if definition.kind == kind.DATE:
        return forms.CharField(label=definition.label, required=False, widget=forms.DateInput(attrs={"type": "date"}))
    return forms.CharField(label=definition.label, required=False, max_length=1000)
