"""Fills canned texts with what stands on a ticket: names are looked up in a table, nothing is ever evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agents import audit
from agents.permissions import Permission
from helpdesk.lib.errors import Denied, HelpdeskError, NotVisible, Stale
from helpdesk.lib.text import clean, one_line
from tickets.models import CannedText

if TYPE_CHECKING:
    from agents.actors import Actor
    from agents.models import Agent
    from tickets.models import Ticket

# {{ requester.first_name }} or, with words for when there is none, {{ requester.first_name | there }}
_VARIABLE = re.compile(r"\{\{\s*([a-z_][a-z0-9_.-]{0,80})\s*(?:\|([^{}|\n]{0,80}))?\}\}", re.IGNORECASE)

VARIABLES: dict[str, str | Promise] = {
    "requester.first_name": gettext_lazy("First name of the requester"),
    "requester.name": gettext_lazy("Name of the requester"),
    "requester.email": gettext_lazy("Mail address of the requester"),
    "organization.name": gettext_lazy("Organisation of the requester"),
    "ticket.number": gettext_lazy("Number of the ticket"),
    "ticket.subject": gettext_lazy("Subject of the ticket"),
    "team.name": gettext_lazy("Team of the ticket"),
    "agent.first_name": gettext_lazy("Your first name"),
    "agent.name": gettext_lazy("Your name"),
    "field.order_number": gettext_lazy("A custom field, by its key"),
}


@dataclass(frozen=True, slots=True)
class Filled:
    """`unknown` are the names that nothing stands behind; they are left in the text as they were written."""

    text: str
    unknown: tuple[str, ...]


def fill(body: str, values: Mapping[str, str]) -> Filled:
    """Put values into the text, once: what a customer's name holds is never read as a variable again."""
    unknown: dict[str, None] = {}

    def put(match: re.Match[str]) -> str:
        name, instead = match.group(1).lower(), match.group(2)
        if value := values.get(name, ""):
            return value
        if instead is not None:
            return instead.strip()
        unknown[name] = None
        return match.group(0)

    return Filled(_VARIABLE.sub(put, body), tuple(unknown))


def values_on(ticket: Ticket, agent: Agent) -> dict[str, str]:
    """What each variable means here. Values are single lines without characters that Markdown would obey."""
    requester = ticket.requester
    given = {
        "requester.first_name": requester.name.split(" ")[0] if requester.name else "",
        "requester.name": requester.display_name,
        "requester.email": requester.email,
        "organization.name": ticket.organization.name if ticket.organization else "",
        "ticket.number": str(ticket.pk),
        "ticket.subject": ticket.subject,
        "team.name": ticket.team.name if ticket.team else "",
        "agent.first_name": agent.get_short_name(),
        "agent.name": agent.name,
        **{f"field.{key}": "" if value is None else str(value) for key, value in ticket.custom.items()},
    }
    return {name: plain(value) for name, value in given.items()}


def plain(value: str) -> str:
    """A value as words: whatever would become a link, a picture, code or a variable loses its signs."""
    return re.sub(r"[\[\]<>`{}]", "", one_line(value, 250))


# --- keeping them --------------------------------------------------------------------------------------------------


def may_share(actor: Actor) -> bool:
    return actor.can(Permission.SUPERVISE)


def may_change(text: CannedText, actor: Actor) -> bool:
    """One's own always; a shared one with SUPERVISE."""
    return text.owner_id == actor.id if text.owner_id else may_share(actor)


def canned_to_change(pk: int, actor: Actor, *, held: bool = False) -> CannedText:
    """Raises NotVisible for what the actor does not see (E14), Denied for what they may only use. `held`: nobody else
    changes or removes it until the transaction ends."""
    texts = CannedText.objects.visible_to(actor).select_related("team").filter(pk=pk)
    text = (texts.select_for_update(of=("self",)) if held else texts).first()
    if text is None:
        raise NotVisible("not_found", _("There is no such text."))
    if not may_change(text, actor):
        raise Denied("denied", _("Only supervisors change texts that are shared."))
    return text


@transaction.atomic
def save_canned(
    actor: Actor,
    pk: int | None = None,
    *,
    version: int | None = None,
    title: str,
    shortcut: str,
    body: str,
    shared: bool,
    team_id: int | None,
) -> CannedText:
    """Make a text, or change that of the key. Sharing needs SUPERVISE, and a team that the actor is in (or sees).
    `version` is that which the writer read; without it the last one to save wins.

    Raises Stale when it was saved since, NotVisible when it is gone, Denied, or HelpdeskError.
    """
    text = CannedText() if pk is None else canned_to_change(pk, actor, held=True)
    if pk is not None and version not in (None, text.version):
        raise Stale("text_changed", _("This text was changed meanwhile; look at it again."))
    before = None if pk is None else _settings_of(text)
    if shared and not may_share(actor):
        raise Denied("denied", _("Only supervisors share texts."))
    if shared and team_id and not (actor.sees_all_tickets or team_id in actor.team_ids):
        raise HelpdeskError("no_such_team", _("There is no such team."), field="team")
    text.title, text.shortcut, text.body = one_line(title, 120), one_line(shortcut, 40).lstrip("/"), clean(body).strip()
    if not text.title:
        raise HelpdeskError("empty", _("Give it a title."), field="title")
    if not text.body:
        raise HelpdeskError("empty", _("Write the text."), field="body")
    text.owner_id = None if shared else actor.id
    text.team_id = team_id if shared else None
    text.version += pk is not None
    text.updated_at = now()
    text.save(force_insert=pk is None, force_update=pk is not None)
    audit.record_shared("canned", text.title, by=actor, before=before, after=_settings_of(text))
    return text


@transaction.atomic
def remove_canned(pk: int, actor: Actor) -> CannedText:
    """Raises as canned_to_change()."""
    text = canned_to_change(pk, actor, held=True)
    audit.record_shared("canned", text.title, by=actor, before=_settings_of(text), after=None)
    text.delete()
    return text


def _settings_of(text: CannedText) -> dict[str, Any]:
    """What the audit log compares."""
    return {
        "title": text.title,
        "shortcut": text.shortcut,
        "body": text.body,
        "sharing": None if text.owner_id else ("team", text.team_id),
    }
