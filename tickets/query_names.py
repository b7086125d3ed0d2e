"""Knows the rows that a query names (teams, agents, customers, organisations) and the custom fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from django.db.models import Q

from agents.models import Agent, Team
from customers.matching import find_by_email, normalise_domain
from customers.models import Customer, Organization, OrganizationDomain
from tickets.models import FieldDefinition
from tickets.query_keys import KEYS, Key, field_key

_AGENT_KEYS = ("assignee", "follower")


class DatabaseNames:
    """Asks the database once for each name in a query, and not at all for a query without names."""

    def __init__(self) -> None:
        self._keys: dict[tuple[str, str], str | None] = {}
        self._said: dict[tuple[str, str], str | None] = {}

    @cached_property
    def fields(self) -> list[FieldDefinition]:
        return list(FieldDefinition.objects.filter(active=True))

    @cached_property
    def keys(self) -> Sequence[Key]:
        return (*KEYS, *map(field_key, self.fields))

    def key_of(self, name: str, said: str) -> str | None:
        name, said = _table(name), said.replace("\x00", "")
        if (name, said) not in self._keys:
            self._keys[name, said] = _FIND[name](said[:254])
        return self._keys[name, said]

    def said_of(self, name: str, key: str) -> str | None:
        name = _table(name)
        if (name, key) not in self._said:
            said = self._said[name, key] = _SAY[name](int(key))
            if said is not None:
                self._keys[name, said] = key
        return self._said[name, key]


def _table(name: str) -> str:
    return "agent" if name in _AGENT_KEYS else name


def _the_one(keys: Iterable[int]) -> str | None:
    found = list(keys)
    return str(found[0]) if len(found) == 1 else None


def _team(said: str) -> str | None:
    return _the_one(Team.objects.filter(Q(slug=said.lower()) | Q(name__iexact=said)).values_list("pk", flat=True)[:2])


def _team_said(key: int) -> str | None:
    slug = Team.objects.filter(pk=key).values_list("slug", flat=True).first()
    return slug if slug is not None and _team(slug) == str(key) else None


def _agent(said: str) -> str | None:
    """By address, by what stands before its @, by the whole name, or by the first name, whatever points to one."""
    said = said.lower()
    rows = Agent.objects.filter(
        Q(email=said) | Q(email__startswith=f"{said}@") | Q(name__iexact=said) | Q(name__istartswith=f"{said} ")
    ).values_list("pk", "email", "is_active")[:20]
    exact = [pk for pk, email, _active in rows if email == said]
    # Somebody who left does not stand in the way of a colleague of that name.
    return _the_one(exact or [pk for pk, _email, active in rows if active] or [pk for pk, _email, _active in rows])


def _agent_said(key: int) -> str | None:
    email: str | None = Agent.objects.filter(pk=key).values_list("email", flat=True).first()
    if email is None:
        return None
    short = email.partition("@")[0]
    return short if _agent(short) == str(key) else email


def _customer(said: str) -> str | None:
    if "@" in said:
        found = find_by_email(said)
        return str(found.pk) if found else None
    return _the_one(Customer.objects.current().beginning_with(said, 2).values_list("pk", flat=True))


def _customer_said(key: int) -> str | None:
    customer = Customer.objects.filter(pk=key).prefetch_related("addresses").first()
    said = customer.email if customer else ""
    return said if said and _customer(said) == str(key) else None


def _organization(said: str) -> str | None:
    named = list(Organization.objects.named(said).values_list("pk", flat=True)[:2])
    if not named and "." in said:
        domains = OrganizationDomain.objects.filter(domain=normalise_domain(said))
        named = list(domains.values_list("organization_id", flat=True)[:2])
    return _the_one(named)


def _organization_said(key: int) -> str | None:
    name = Organization.objects.filter(pk=key).values_list("name", flat=True).first()
    return name if name and name == name.strip() and _organization(name) == str(key) else None


_FIND = {"team": _team, "agent": _agent, "requester": _customer, "organization": _organization}
_SAY = {
    "team": _team_said,
    "agent": _agent_said,
    "requester": _customer_said,
    "organization": _organization_said,
}
