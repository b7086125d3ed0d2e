"""Named questions about the people who write to us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from customers.models import Address, Customer, Organization  # noqa: F401  names inside QuerySet["…"]


class CustomerQuerySet(models.QuerySet["Customer"]):
    def current(self) -> CustomerQuerySet:
        """Without the signposts that merges leave behind."""
        return self.filter(merged_into=None)

    def for_list(self) -> CustomerQuerySet:
        """What a row of the customer list shows: organisation and addresses, in three queries."""
        return self.current().select_related("organization").prefetch_related("addresses")

    def named_like(self, text: str) -> CustomerQuerySet:
        """Name or address starting with `text`; rides the prefix of customer_by_name and the address constraint."""
        text = text.strip()
        return self.filter(
            Q(name__istartswith=text) | Q(pk__in=_addresses().filter(normalised__startswith=text.lower()).customers())
        )


class AddressQuerySet(models.QuerySet["Address"]):
    def customers(self) -> models.QuerySet[Address, int]:
        return self.values_list("customer_id", flat=True)


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def for_list(self) -> OrganizationQuerySet:
        return self.prefetch_related("domains")


def _addresses() -> AddressQuerySet:
    from customers.models import Address

    return Address.objects.all()
