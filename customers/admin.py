"""A window for admins onto people and organisations: looked at, never changed, because the admin is a door too."""

from __future__ import annotations

from django.contrib import admin

from customers.models import Address, Customer, CustomerChange, CustomerMerge, Organization, OrganizationDomain
from helpdesk.lib.read_only_admin import ReadOnly


@admin.register(Customer)
class CustomerAdmin(ReadOnly):
    list_display = ("id", "name", "sort_name", "merged_into_id", "created_at")
    search_fields = ("=id", "=external_id")
    raw_id_fields = ("organization", "merged_into")


@admin.register(Address)
class AddressAdmin(ReadOnly):
    list_display = ("id", "kind", "normalised", "customer_id", "is_primary", "bounced_at")
    search_fields = ("=normalised",)
    raw_id_fields = ("customer",)


@admin.register(CustomerChange)
class CustomerChangeAdmin(ReadOnly):
    list_display = ("id", "kind", "customer_id", "organization_id", "actor_name", "created_at")


admin.site.register([Organization, OrganizationDomain, CustomerMerge], ReadOnly)
