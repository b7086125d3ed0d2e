"""What the pages of settings list: the places one may go to, the table of permissions, one's availability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agents.actors import Actor
from agents.models import Agent, Availability
from agents.permissions import CUSTOMER_PERMISSIONS, ROLE_PERMISSIONS, Permission, Role


@dataclass(frozen=True, slots=True)
class Place:
    """A page of settings: named, not imported, since some belong to apps above this one. `permissions`: any of them."""

    view: str
    label: str | Promise
    text: str | Promise
    icon: str
    permissions: tuple[Permission, ...] = ()


GROUPS: tuple[tuple[str | Promise, tuple[Place, ...]], ...] = (
    (
        _("You"),
        (
            Place("agents:profile", _("Profile"), _("Name, language, time zone, signature"), "circle-user"),
            Place("agents:security", _("Security"), _("Password, two-factor sign-in, sessions"), "shield"),
            Place("views:list", _("Views"), _("Lists that you saved, and those shared with you"), "bookmark"),
            Place("agents:tokens", _("API tokens"), _("What lets your programs in"), "key-square"),
            Place("notifications:settings", _("Notifications"), _("What you are told, and how"), "bell"),
        ),
    ),
    (
        _("People"),
        (
            Place("agents:teams", _("Teams"), _("Queues and who works them"), "users", (Permission.MANAGE_TEAMS,)),
            Place("agents:agents", _("Agents"), _("Invite, change, disable"), "user-cog", (Permission.MANAGE_AGENTS,)),
            Place(
                "agents:roles",
                _("Roles"),
                _("Who may do what"),
                "key-round",
                (Permission.MANAGE_TEAMS, Permission.MANAGE_AGENTS),
            ),
            Place(
                "agents:audit",
                _("Audit log"),
                _("Who did what to which account"),
                "scroll-text",
                (Permission.MANAGE_AGENTS,),
            ),
        ),
    ),
    (
        _("Promises"),
        (
            Place(
                "calendars:list",
                _("Calendars"),
                _("When you are open, and which days are holidays"),
                "calendar-clock",
                (Permission.MANAGE_SLA,),
            ),
            Place(
                "policies:list",
                _("SLA policies"),
                _("Within which time whom is answered, and who is told when not"),
                "timer",
                (Permission.MANAGE_SLA,),
            ),
            Place(
                "surveys:settings",
                _("Satisfaction surveys"),
                _("When customers are asked how you did, and in which words"),
                "smile",
                (Permission.MANAGE_SLA,),
            ),
            Place(
                "notifications:chat",
                _("Chat"),
                _("Channels of chat programs that are told of escalations"),
                "message-square",
                (Permission.MANAGE_SLA, Permission.MANAGE_TEAMS),
            ),
        ),
    ),
    (
        _("Reports"),
        (
            Place(
                "reports:targets",
                _("Targets"),
                _("What you want of a figure"),
                "target",
                (Permission.MANAGE_SLA,),
            ),
            Place(
                "reports:schedules",
                _("Scheduled reports"),
                _("What is mailed to whom, and when"),
                "mails",
                (Permission.REPORTS,),
            ),
        ),
    ),
    (
        _("Tickets and mail"),
        (
            Place(
                "fields:list",
                _("Custom fields"),
                _("What else a ticket asks for"),
                "text-cursor-input",
                (Permission.MANAGE_FIELDS,),
            ),
            Place(
                "canned:list",
                _("Texts"),
                _("What is written again and again"),
                "text-quote",
                (Permission.REPLY, Permission.NOTE),
            ),
            Place(
                "macros:list",
                _("Macros"),
                _("Steps and words that are applied in one gesture"),
                "wand-sparkles",
                (Permission.REPLY, Permission.NOTE),
            ),
            Place(
                "channels:mailboxes",
                _("Mailboxes"),
                _("Where mail comes in and goes out"),
                "mailbox",
                (Permission.MANAGE_MAILBOXES,),
            ),
            Place(
                "channels:console",
                _("Mail console"),
                _("What came in, what is held"),
                "mail-search",
                (Permission.MAIL_CONSOLE,),
            ),
        ),
    ),
    (
        _("Other systems"),
        (
            Place(
                "webhooks:list",
                _("Webhooks"),
                _("Addresses that are told what happens to tickets"),
                "webhook",
                (Permission.MANAGE_WEBHOOKS,),
            ),
        ),
    ),
)


def places_for(actor: Actor, path: str) -> list[dict[str, Any]]:
    """The groups of places that exist and that the actor may use, with the current one marked."""
    drawn = []
    for title, places in GROUPS:
        entries = [entry for place in places if (entry := _entry(place, actor, path))]
        if entries:
            drawn.append({"title": title, "entries": entries})
    return drawn


def _entry(place: Place, actor: Actor, path: str) -> dict[str, Any] | None:
    if place.permissions and not any(actor.can(permission) for permission in place.permissions):
        return None
    try:
        url = reverse(place.view)
    except NoReverseMatch:
        return None
    return {"place": place, "url": url, "current": path.startswith(url)}


PERMISSION_LABELS: dict[Permission, str | Promise] = {
    Permission.READ: _("Read tickets of their teams, and those without a team"),
    Permission.NOTE: _("Write internal notes"),
    Permission.FOLLOW: _("Follow tickets"),
    Permission.OPEN: pgettext_lazy("verb", "Open tickets"),
    Permission.REPLY: _("Answer customers"),
    Permission.EDIT: _("Change state, priority, tags and fields"),
    Permission.MERGE: _("Merge and split tickets"),
    Permission.ESCALATE: _("Escalate tickets"),
    Permission.ASSIGN: _("Assign tickets to agents and teams"),
    Permission.EDIT_CUSTOMERS: _("Change customers and organisations"),
    Permission.MERGE_CUSTOMERS: _("Merge customers"),
    Permission.REDACT: _("Redact messages"),
    Permission.SHARE_VIEWS: _("Share saved views with a team or with everyone"),
    Permission.MAIL_CONSOLE: _("Use the mail console"),
    Permission.SUPERVISE: _("Supervise teams"),
    Permission.REPORTS: _("Read reports"),
    Permission.SEE_ALL_TICKETS: _("See the tickets of all teams"),
    Permission.FILE_FOR_CUSTOMERS: _("File what customers wrote elsewhere, in their name"),
    Permission.MANAGE_TEAMS: _("Manage teams"),
    Permission.MANAGE_AGENTS: _("Manage agents and read the audit log"),
    Permission.MANAGE_FIELDS: _("Manage custom fields"),
    Permission.MANAGE_SLA: _("Manage calendars, SLA policies and routing"),
    Permission.MANAGE_MAILBOXES: _("Manage mailboxes"),
    Permission.MANAGE_WEBHOOKS: _("Manage webhooks"),
}


def permission_rows() -> dict[str, Any]:
    """The table as data: what only customers hold is left out; a permission without a label shows its value."""
    held = [permission for permission in Permission if permission not in CUSTOMER_PERMISSIONS]
    order = {permission: position for position, permission in enumerate(PERMISSION_LABELS)}
    held.sort(key=lambda permission: order.get(permission, len(order)))
    return {
        "roles": [label for _value, label in Role.choices],
        "rows": [
            {
                "value": permission.value,
                "label": PERMISSION_LABELS.get(permission, permission.value),
                "granted": [(label, permission in ROLE_PERMISSIONS[value]) for value, label in Role.choices],
            }
            for permission in held
        ],
    }


TONES = {Availability.ONLINE: "green", Availability.AWAY: "amber", Availability.OFFLINE: "grey"}


def availability_of(agent: Agent) -> dict[str, Any]:
    """What the menu of one's own availability draws."""
    current = Availability(agent.availability)
    return {
        "label": current.label,
        "tone": TONES[current],
        "url": reverse("agents:availability"),
        "choices": [
            {"value": value.value, "label": value.label, "tone": TONES[value], "current": value == current}
            for value in Availability
        ],
    }
