"""Says what was done to a customer or an organisation, in the reader's language; the rows hold facts only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from customers.choices import languages

if TYPE_CHECKING:
    from customers.merging import MergePlan
    from customers.models import CustomerChange, Organization

Data = dict[str, Any]

FIELDS: dict[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "organization": gettext_lazy("Organisation"),
    "organization_id": gettext_lazy("Organisation"),
    "external_id": gettext_lazy("External id"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "tier": gettext_lazy("Tier"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history: who, what, when."""

    author: str
    text: str
    moment: datetime


def told(changes: Iterable[CustomerChange]) -> list[Line]:
    return [Line(author(change), phrase(change), change.created_at) for change in changes]


def author(change: CustomerChange) -> str:
    if change.actor_kind == "system":
        return _("The helpdesk")
    return _("%(name)s (API)") % {"name": change.actor_name} if change.actor_kind == "service" else change.actor_name


def phrase(change: CustomerChange) -> str:
    """What was done, as the rest of a sentence that begins with who did it."""
    say = _PHRASES.get(change.kind)
    return say(change.data) if say else change.kind


def language(tag: str) -> str:
    """A language by its own name; an unknown tag as it stands."""
    return dict(languages()).get(tag, tag)


def fills(plan: MergePlan) -> list[tuple[str | Promise, str]]:
    """(what, value) of the empty fields of the winner that the loser fills."""
    shown = []
    for field, value in plan.fills.items():
        said = plan.loser.organization.name if field == "organization_id" and plan.loser.organization else value
        shown.append((FIELDS[field], language(said) if field == "language" else said))
    return shown


def apart(organizations: list[Organization]) -> list[str]:
    """Names that tell these apart: with the number where two are called alike."""
    names = [row.name for row in organizations]
    return [row.name if names.count(row.name) == 1 else f"{row.name} #{row.pk}" for row in organizations]


def _edited(data: Data) -> str:
    lines = []
    for key, was in data.items():
        to = was["to"]["name"] if isinstance(was["to"], dict) else was["to"]
        to = language(to) if key == "language" and to else to
        words = {"field": FIELDS.get(key, key), "to": to}
        lines.append(_("%(field)s is now “%(to)s”") % words if to else _("%(field)s is now empty") % words)
    return _("changed the details: %(details)s") % {"details": "; ".join(lines)}


def _claimed(data: Data) -> str:
    said = ngettext("added %(count)d person of %(domain)s", "added %(count)d people of %(domain)s", data["count"])
    return said % data


_PHRASES: dict[str, Callable[[Data], str]] = {
    "surveys_refused": lambda d: _("noted that the customer does not want surveys"),
    "surveys_wanted": lambda d: _("noted that the customer may be sent surveys again"),
    "created": lambda data: _("added %(what)s") % {"what": data.get("address") or data.get("name", "")},
    "edited": _edited,
    "notes_written": lambda data: _("rewrote the notes") if data["to"] else _("emptied the notes"),
    "address_added": lambda data: _("added %(address)s") % data,
    "address_removed": lambda data: _("removed %(address)s") % data,
    "address_made_primary": lambda data: _("made %(address)s the primary address") % data,
    "merged": lambda data: _("merged %(name)s into this person") % {"name": data["loser"]["name"]},
    "merged_away": lambda data: _("merged this person into %(name)s") % {"name": data["winner"]["name"]},
    "domain_added": lambda data: _("added the domain %(domain)s") % data,
    "domain_removed": lambda data: _("removed the domain %(domain)s") % data,
    "people_claimed": _claimed,
}
