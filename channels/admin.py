"""Mail in the Django admin, to look at only: mailboxes have their own pages, where each change names its actor."""

from __future__ import annotations

from django.contrib import admin

from channels.models import InboundMessage, Mailbox, MailboxChange, OutboundEmail
from helpdesk.lib.read_only_admin import ReadOnly


@admin.register(Mailbox)
class MailboxAdmin(ReadOnly):
    list_display = ("name", "address", "team", "active", "imap_polled_at")
    list_select_related = ("team",)
    ordering = ("name",)
    exclude = ("imap_secret",)


@admin.register(MailboxChange)
class MailboxChangeAdmin(ReadOnly):
    list_display = ("created_at", "mailbox", "agent")
    list_select_related = ("mailbox", "agent")


@admin.register(InboundMessage)
class InboundAdmin(ReadOnly):
    list_display = ("received_at", "from_address", "subject", "state", "reason")
    list_filter = ("state",)
    raw_id_fields = ("ticket", "message", "duplicate_of")


@admin.register(OutboundEmail)
class OutboundAdmin(ReadOnly):
    list_display = ("created_at", "recipient", "ticket", "state", "attempts")
    list_filter = ("state", "kind")
    list_select_related = ("ticket",)
    raw_id_fields = ("ticket", "message", "change")
