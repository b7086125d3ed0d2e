"""Mail in the Django admin, to look at only: mailboxes have their own pages, where each change names its actor."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from channels.models import InboundMessage, Mailbox, MailboxChange, OutboundEmail


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Mailbox)
class MailboxAdmin(ReadOnly):
    list_display = ("name", "address", "team", "active", "imap_polled_at")
    exclude = ("imap_secret",)


@admin.register(MailboxChange)
class MailboxChangeAdmin(ReadOnly):
    list_display = ("created_at", "mailbox", "agent")


@admin.register(InboundMessage)
class InboundAdmin(ReadOnly):
    list_display = ("received_at", "from_address", "subject", "state", "reason")
    list_filter = ("state",)
    raw_id_fields = ("ticket", "message", "duplicate_of")
    show_full_result_count = False


@admin.register(OutboundEmail)
class OutboundAdmin(ReadOnly):
    list_display = ("created_at", "recipient", "ticket", "state", "attempts")
    list_filter = ("state", "kind")
    raw_id_fields = ("ticket", "message", "change")
    show_full_result_count = False
