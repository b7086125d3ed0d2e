"""Who may do what: the table is data, so that it can be read, printed and tested."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One thing that a role may do. The value is stable: it appears in logs, errors and the API."""

    READ = "ticket.read"
    OPEN = "ticket.open"
    REPLY = "ticket.reply"
    NOTE = "ticket.note"
    EDIT = "ticket.edit"
    ASSIGN = "ticket.assign"
    FOLLOW = "ticket.follow"
    # Folding two tickets into one, parting one into two, and undoing either.
    MERGE = "ticket.merge"
    REDACT = "ticket.redact"
    EDIT_CUSTOMERS = "customer.edit"
    MERGE_CUSTOMERS = "customer.merge"
    # Giving a saved view to a team or to everyone; views of one's own need nothing.
    SHARE_VIEWS = "views.share"
    MAIL_CONSOLE = "mail.console"
    MANAGE_TEAMS = "settings.teams"
    MANAGE_AGENTS = "settings.agents"
    MANAGE_FIELDS = "settings.fields"
    MANAGE_MAILBOXES = "settings.mailboxes"
    MANAGE_SLA = "settings.sla"
    # Telling other systems what happens.
    MANAGE_WEBHOOKS = "settings.webhooks"
    # Asking somebody above to look at a ticket.
    ESCALATE = "ticket.escalate"
    SUPERVISE = "supervise"
    REPORTS = "reports.read"
    SEE_ALL_TICKETS = "ticket.see_all"
    # Filing words that a customer wrote or said elsewhere (a form, an app, a chat), in the customer's name.
    FILE_FOR_CUSTOMERS = "ticket.file_for_customers"
    # Held by people who write to us, never by a role of ours.
    WRITE_AS_CUSTOMER = "ticket.write_as_customer"


class Role(models.TextChoices):
    LIGHT = "light_agent", _("Light agent")
    AGENT = "agent", _("Agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    OPS_MANAGER = "ops_manager", _("Ops manager")
    ADMIN = "admin", _("Admin")


_LIGHT = {Permission.READ, Permission.NOTE, Permission.FOLLOW}
_AGENT = _LIGHT | {
    Permission.OPEN,
    Permission.REPLY,
    Permission.EDIT,
    Permission.ASSIGN,
    Permission.MERGE,
    Permission.ESCALATE,
    Permission.EDIT_CUSTOMERS,
}
_SUPERVISOR = _AGENT | {
    Permission.REDACT,
    Permission.MERGE_CUSTOMERS,
    Permission.SHARE_VIEWS,
    Permission.MAIL_CONSOLE,
    Permission.SUPERVISE,
    Permission.REPORTS,
}
_OPS = _SUPERVISOR | {Permission.SEE_ALL_TICKETS, Permission.MANAGE_TEAMS, Permission.MANAGE_SLA}
_ADMIN = _OPS | {
    Permission.MANAGE_AGENTS,
    Permission.MANAGE_FIELDS,
    Permission.MANAGE_MAILBOXES,
    Permission.MANAGE_WEBHOOKS,
    Permission.FILE_FOR_CUSTOMERS,
}

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.LIGHT: frozenset(_LIGHT),
    Role.AGENT: frozenset(_AGENT),
    Role.SUPERVISOR: frozenset(_SUPERVISOR),
    Role.OPS_MANAGER: frozenset(_OPS),
    Role.ADMIN: frozenset(_ADMIN),
}

CUSTOMER_PERMISSIONS: frozenset[Permission] = frozenset({Permission.WRITE_AS_CUSTOMER})
# What no role gives to an integration: accounts are made by people, and filing is granted to each by itself.
WITHHELD_FROM_SERVICES: frozenset[Permission] = frozenset({Permission.MANAGE_AGENTS, Permission.FILE_FOR_CUSTOMERS})
