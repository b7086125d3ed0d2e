"""A window for admins onto accounts: everything can be looked at, nothing changed, because the admin is a door too."""

from __future__ import annotations

from django.contrib import admin

from agents.models import Agent, Membership, Team
from agents.records import AccountMail, AgentAudit
from helpdesk.lib.read_only_admin import ReadOnly


@admin.register(Agent)
class AgentAdmin(ReadOnly):
    list_display = ("name", "email", "role", "is_active", "last_login")
    search_fields = ("=email", "name")
    ordering = ("name",)
    # The hash of a password is nobody's business.
    exclude = ("password", "session_epoch", "link_epoch")


@admin.register(Team)
class TeamAdmin(ReadOnly):
    list_display = ("name", "slug", "archived_at")
    ordering = ("name",)


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
