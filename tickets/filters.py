"""One filter for the page, the API, saved views, bulk selection, rules and reports."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models import Channel, FieldDefinition, Priority, Status, Ticket, TicketType

if TYPE_CHECKING:
    from agents.actors import Actor
    from tickets.querysets import TicketQuerySet

STATES = [
    ("open", _("Open")),
    ("snoozed", _("Snoozed")),
    ("waiting", _("Waiting for us")),
    ("ended", _("Solved or closed")),
]

# What a column of keys can hold: databases refuse to compare it with more.
KEY: dict[str, Any] = {"min_value": 0, "max_value": 2**63 - 1, "decimal_places": 0}


def a_moment(value: datetime) -> None:
    """Refuse moments that have no counterpart in UTC, in which databases compare them."""
    if not 1 < value.year < 9999:
        raise ValidationError(_("Enter a date of our time."))


class TicketFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Parameters, each optional, joined by AND; several values of one are joined by OR (tags by AND).

    `is`: open, snoozed, waiting, ended. `team`: ids, "mine", "none". `assignee`: ids, "me", "none".
    `follower`: "me" or an id. `field_<key>`: the stored value of a custom field. Wrong values are form errors.
    """

    status = django_filters.MultipleChoiceFilter(choices=Status.choices)
    priority = django_filters.MultipleChoiceFilter(choices=lambda: Priority.slugs(), method="by_priority")
    type = django_filters.MultipleChoiceFilter(choices=TicketType.choices)
    channel = django_filters.MultipleChoiceFilter(choices=Channel.choices)
    team = django_filters.CharFilter(method="by_team")
    assignee = django_filters.CharFilter(method="by_assignee")
    follower = django_filters.CharFilter(method="by_follower")
    requester = django_filters.NumberFilter(field_name="requester_id", **KEY)
    organization = django_filters.NumberFilter(field_name="organization_id", **KEY)
    tag = django_filters.CharFilter(method="by_tag")
    created_after = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="gte", validators=[a_moment])
    created_before = django_filters.IsoDateTimeFilter(field_name="created_at", lookup_expr="lt", validators=[a_moment])

    class Meta:
        model = Ticket
        fields: tuple[str, ...] = ()

    def __init__(self, data: Any, *, queryset: TicketQuerySet, actor: Actor) -> None:
        # Only what is asked for: to copy every filter and build every field of the form costs more than most lists.
        declared = type(self).base_filters
        self.base_filters = {name: one for name, one in declared.items() if name in data}
        super().__init__(data, queryset=queryset)
        self.actor = actor
        if "is" in data:
            self.filters["is"] = _bound(self, django_filters.ChoiceFilter(choices=STATES, method="by_state"), "is")
        keys = [name.removeprefix("field_") for name in data if name.startswith("field_") and "\x00" not in name]
        for definition in FieldDefinition.objects.filter(active=True, key__in=keys) if keys else ():
            name = f"field_{definition.key}"
            self.filters[name] = _bound(self, _custom(definition), name)

    def by_state(self, queryset: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        return {
            "open": lambda: queryset.open().awake(),
            "snoozed": lambda: queryset.open().snoozed(),
            "waiting": queryset.waiting_on_us,
            "ended": queryset.ended,
        }[value]()

    def by_priority(self, queryset: TicketQuerySet, name: str, values: list[str]) -> TicketQuerySet:
        return queryset.filter(priority__in=[item for item in Priority if item.slug in values]) if values else queryset

    def by_team(self, queryset: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        if value == "mine":
            return queryset.filter(team_id__in=self.actor.team_ids)
        return queryset.filter(_ids_or_none("team", self._values(name, value)))

    def by_assignee(self, queryset: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        values = [str(self.actor.id) if v == "me" else v for v in self._values(name, value)]
        return queryset.filter(_ids_or_none("assignee", values))

    def by_follower(self, queryset: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        who = self.actor.id if value == "me" else _key(value)
        return queryset.followed_by(who)

    def by_tag(self, queryset: TicketQuerySet, name: str, value: str) -> TicketQuerySet:
        for tag in self._values(name, value):
            queryset = queryset.tagged(tag)
        return queryset

    def _values(self, name: str, value: str) -> list[str]:
        """All values of a parameter, whether repeated (?team=1&team=2) or joined by commas."""
        given = self.data.getlist(name) if hasattr(self.data, "getlist") else [value]
        return [part.strip() for one in given for part in str(one).split(",") if part.strip()]


def _bound(filterset: TicketFilter, one: Any, name: str) -> Any:
    one.parent, one.field_name, one.model = filterset, name, Ticket
    return one


def _custom(definition: FieldDefinition) -> Any:
    def matching(queryset: TicketQuerySet, name: str, value: Any) -> TicketQuerySet:
        return queryset.with_field(definition.key, definition.parse(value))

    if definition.kind == FieldDefinition.Kind.CHOICE:
        choices = [(choice, choice) for choice in definition.choices]
        return django_filters.ChoiceFilter(choices=choices, method=matching, label=definition.label)
    if definition.kind == FieldDefinition.Kind.CHECKBOX:
        yes_no = [("true", _("Yes")), ("false", _("No"))]
        return django_filters.ChoiceFilter(choices=yes_no, method=matching, label=definition.label)
    if definition.kind == FieldDefinition.Kind.DATE:
        widget = forms.DateInput(attrs={"type": "date"})
        return django_filters.DateFilter(method=matching, label=definition.label, widget=widget)
    return django_filters.CharFilter(method=matching, label=definition.label)


def _ids_or_none(field: str, values: list[str]) -> Q:
    condition = Q(pk__in=())
    for value in values:
        condition |= Q(**{field: None}) if value == "none" else Q(**{f"{field}_id": _key(value)})
    return condition


def _key(value: str) -> int:
    """A key as typed in a URL; what is none matches nothing."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else -1
