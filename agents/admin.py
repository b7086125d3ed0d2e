"""A window for admins onto accounts: everything can be looked at, nothing changed, because the admin is a door too."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from agents.models import Agent, Membership, Team
from agents.records import AccountMail, AgentAudit


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Agent)
class AgentAdmin(ReadOnly):
    list_display = ("name", "email", "role", "is_active", "last_login")
    search_fields = ("=email", "name")
    # The hash of a password is nobody's business.
    exclude = ("password", "session_epoch", "link_epoch")


@admin.register(Team)
class TeamAdmin(ReadOnly):
    list_display = ("name", "slug", "archived_at")


@admin.register(Membership)
class MembershipAdmin(ReadOnly):
    list_display = ("team", "agent", "is_lead")
    list_select_related = ("team", "agent")


@admin.register(AgentAudit)
class AgentAuditAdmin(ReadOnly):
    list_display = ("at", "kind", "actor_name", "subject", "ip")
    list_filter = ("kind",)


@admin.register(AccountMail)
class AccountMailAdmin(ReadOnly):
    list_display = ("id", "kind", "agent", "due_at", "attempts", "sent_at", "last_error")
    list_select_related = ("agent",)
