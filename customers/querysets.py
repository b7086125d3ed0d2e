"""Named questions about the people who write to us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Prefetch, Q

from customers.folding import domain_key, end_of, fold
from customers.free_mail import FREE_MAIL_DOMAINS
from helpdesk.lib.text import one_line

if TYPE_CHECKING:
    from customers.models import (  # noqa: F401  names inside QuerySet["…"]
        Address,
        Customer,
        CustomerChange,
        CustomerMerge,
        Organization,
    )

SEARCH_LIMIT = 50


def beginning(column: str, prefix: str) -> Q:
    """Rows whose column begins with `prefix`, as a range, which rides an index on every database (LIKE does not)."""
    return Q(**{f"{column}__gte": prefix, f"{column}__lt": end_of(prefix)})


class CustomerQuerySet(models.QuerySet["Customer"]):
    def current(self) -> CustomerQuerySet:
        """Without the signposts that merges leave behind."""
        return self.filter(merged_into=None)

    def in_organization(self, organization_id: int) -> CustomerQuerySet:
        """Rides customer_in_organization."""
        return self.filter(organization_id=organization_id)

    def for_list(self) -> CustomerQuerySet:
        """What a row of the customer list shows: organisation and addresses, in two queries."""
        return self.current().select_related("organization").prefetch_related("addresses")

    def for_detail(self) -> CustomerQuerySet:
        """The card: organisation, addresses primary first, and who was merged into this person."""
        in_order = apps.get_model("customers", "Address").objects.in_order()
        return self.select_related("organization").prefetch_related(Prefetch("addresses", in_order))

    def beginning_with(
        self, text: str, limit: int = SEARCH_LIMIT, organization_id: int | None = None
    ) -> CustomerQuerySet:
        """At most `limit` people whose name, family name, mail address, mail domain ("@alpha") or number so begins.

        Each branch is a range on an index and stops at `limit`, so that one letter costs no more than a whole name.
        """
        name = fold(text)
        if not name:
            return self.none()
        people, addresses = self.current().select_related(None).prefetch_related(None), _addresses()
        if organization_id is not None:
            people = people.in_organization(organization_id)
            addresses = addresses.filter(customer__organization_id=organization_id)
        keys = set(addresses.beginning_with(text).owners(limit))
        for key in ("sort_name", "sort_family"):
            keys.update(people.filter(beginning(key, name)).order_by(key, "pk").values_list("pk", flat=True)[:limit])
        return self.filter(pk__in=sorted(keys)).current().order_by("sort_name", "pk")[:limit]

    def of_domains_without_organization(self, *domains: str) -> CustomerQuerySet:
        """People with an address in these domains or below whom no organisation has; rides address_by_domain."""
        ranges = Q(pk__in=())
        for domain in set(domains) - FREE_MAIL_DOMAINS:
            ranges |= beginning("domain_key", domain_key(domain))
        return self.current().filter(organization=None, pk__in=_addresses().filter(ranges).values("customer_id"))

    def count_up_to(self, limit: int) -> int:
        """A count that stops at `limit + 1`, so that its cost is bounded."""
        return self.order_by().values("pk")[: limit + 1].count()


class AddressQuerySet(models.QuerySet["Address"]):
    def in_order(self) -> AddressQuerySet:
        return self.order_by("kind", "-is_primary", "pk")

    def emails(self) -> AddressQuerySet:
        return self.filter(kind="email")

    def in_domain(self, domain: str) -> AddressQuerySet:
        """Mail addresses of a domain and of its subdomains; rides address_by_domain."""
        return self.filter(beginning("domain_key", domain_key(domain)))

    def beginning_with(self, text: str) -> AddressQuerySet:
        """Mail addresses or telephone numbers that begin with `text`, or mail addresses of a domain ("@alpha.example").

        Rides address_belongs_to_one_person; a domain rides address_by_domain.
        """
        from customers.matching import normalise_domain, normalise_phone

        text = one_line(text).lower()
        if text.startswith("@") and len(text) > 1:
            return self.in_domain(normalise_domain(text[1:]))
        if not any(letter.isalpha() for letter in text) and (number := normalise_phone(text)):
            return self.filter(beginning("normalised", number), kind="phone")
        return self.filter(beginning("normalised", text), kind="email")

    def owners(self, limit: int) -> list[int]:
        """The people of the first `limit` of these addresses, in the order of the index that finds them."""
        return list(self.order_by("kind", "normalised").values_list("customer_id", flat=True)[:limit])


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def for_list(self) -> OrganizationQuerySet:
        """What a row of the list shows: name and domains, in two queries."""
        return self.prefetch_related("domains")

    def beginning_with(self, text: str) -> OrganizationQuerySet:
        """Rides organization_by_sort_name."""
        return self.filter(beginning("sort_name", fold(text))).order_by("sort_name", "pk")

    def named(self, name: str) -> OrganizationQuerySet:
        return self.filter(sort_name=fold(name)).order_by("pk")

    def tiers(self) -> list[str]:
        """The tiers that organisations have, in order; rides organization_by_tier."""
        found = self.filter(tier__isnull=False).order_by("tier").values_list("tier", flat=True).distinct()
        return [tier for tier in found if tier]


class CustomerChangeQuerySet(models.QuerySet["CustomerChange"]):
    def newest(self, limit: int) -> CustomerChangeQuerySet:
        return self.order_by("-pk")[:limit]


class CustomerMergeQuerySet(models.QuerySet["CustomerMerge"]):
    def to_follow(self) -> CustomerMergeQuerySet:
        """Merges that not everything has followed yet, oldest first; rides merge_to_follow."""
        return self.filter(followed_at=None).order_by("pk")


def _addresses() -> AddressQuerySet:
    objects: AddressQuerySet = apps.get_model("customers", "Address").objects.all()
    return objects
