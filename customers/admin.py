"""A window for admins onto people and organisations: looked at, never changed, because the admin is a door too."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from customers.models import Address, Customer, CustomerChange, CustomerMerge, Organization, OrganizationDomain


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Pages without counts over everything, so that they open at a million rows."""

    show_full_result_count = False
    list_per_page = 50
    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


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
