"""A window into the heart for admins: everything can be looked at, nothing changed, because the admin is a door too."""

from __future__ import annotations

from django.contrib import admin

from helpdesk.lib.read_only_admin import ReadOnly
from tickets.models import Attachment, Change, Event, FieldDefinition, Message, OutboxEntry, Tag, Ticket


@admin.register(Ticket)
class TicketAdmin(ReadOnly):
    list_display = ("id", "subject", "status", "priority", "activity_at")
    search_fields = ("=id",)
    raw_id_fields = ("requester", "organization", "team", "assignee")


@admin.register(Change)
class ChangeAdmin(ReadOnly):
    list_display = ("id", "ticket_id", "actor_kind", "actor_name", "via", "created_at")
    search_fields = ("=ticket__id",)


@admin.register(OutboxEntry)
class OutboxEntryAdmin(ReadOnly):
    list_display = ("id", "reaction", "state", "attempts", "due_at", "last_error")
    list_filter = ("state",)


admin.site.register([Message, Attachment, Event, FieldDefinition, Tag], ReadOnly)
