"""What the customers' pages give to the command palette: people and organisations by the beginning of a name."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from agents.permissions import Permission
from customers.models import Customer, Organization
from helpdesk.lib.palette import Asked, Entry, Section

MOST = 5
SHORTEST = 2


def customers(asked: Asked) -> list[Section]:
    """Each is a range on an index: see CustomerQuerySet.beginning_with."""
    if len(asked.text) < SHORTEST or not asked.actor.can(Permission.READ):
        return []
    people = Customer.objects.for_list().beginning_with(asked.text, MOST)
    organizations = Organization.objects.beginning_with(asked.text)[:MOST]
    return [
        Section(
            _("People"),
            [
                Entry(one.display_name, one.email, "circle-user", url=reverse("customers:detail", args=[one.pk]))
                for one in people
            ],
        ),
        Section(
            _("Organisations"),
            [
                Entry(one.name, icon="building-2", url=reverse("customers:organization", args=[one.pk]))
                for one in organizations
            ],
        ),
    ]
