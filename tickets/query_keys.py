"""The keys of the query language: what each filters by, what it takes, and how it is named on pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.models.fields import FieldDefinition
from tickets.models.ticket import Channel, Priority, Status, TicketType

Kind = Literal["choice", "ranked", "named", "tag", "text", "moment", "field"]
Choices = tuple[tuple[str, str | Promise], ...]

STATES: Choices = (
    ("open", _("Open")),
    ("snoozed", _("Snoozed")),
    ("waiting", _("Waiting for us")),
    ("ended", _("Solved or closed")),
    ("overdue", _("Late")),
    ("due_soon", _("Due soon, or late")),
    ("paused", _("Its clocks stand still")),
    ("escalated", _("Escalated")),
)
OPEN_STATES = frozenset(slug for slug, _label in STATES) - {"ended"}
"""Those that only open tickets are in."""
FIELD = "field_"
"""How the parameter of a custom field begins."""


@dataclass(frozen=True, slots=True)
class Key:
    """One thing to ask for. `word` is what people type, `name` the parameter of TicketFilter.

    `named` values are rows, found by whoever knows their names (query_names.py); `specials` stand beside those names.
    `ranked` and `moment` take < and >. The age of a moment counts back from now, or on from now if it lies `ahead`.
    A `text` stands for itself. Where `joins` is "all", several values must all hold; else any one is enough.
    """

    name: str
    word: str
    label: str | Promise
    kind: Kind
    choices: Choices = ()
    specials: Choices = ()
    aliases: tuple[str, ...] = ()
    joins: Literal["any", "all"] = "any"
    definition: FieldDefinition | None = None
    ahead: bool = False

    @property
    def compares(self) -> bool:
        return self.kind in ("ranked", "moment")

    @property
    def negatable(self) -> bool:
        """A moment has no negative of its own: `-created>7d` is stored as `created<=7d`."""
        return self.kind != "moment"


_ME = (("me", _("Me")),)
_NOBODY = (("none", _("Nobody")),)

KEYS: tuple[Key, ...] = (
    Key("is", "is", _("Is"), "choice", STATES, joins="all"),
    Key("status", "status", _("State"), "choice", tuple(Status.choices), aliases=("state",)),
    Key("priority", "priority", _("Priority"), "ranked", tuple((p.slug, p.label) for p in Priority)),
    Key("type", "type", _("Type"), "choice", tuple(TicketType.choices)),
    Key("channel", "channel", _("Channel"), "choice", tuple(Channel.choices)),
    Key("team", "team", _("Team"), "named", specials=(("mine", _("My teams")), ("none", _("No team")))),
    Key("assignee", "assignee", _("Assignee"), "named", specials=_ME + _NOBODY, aliases=("agent",)),
    Key("follower", "follower", _("Followed by"), "named", specials=_ME),
    Key("requester", "requester", _("Requester"), "named", aliases=("from", "customer")),
    Key("organization", "organization", _("Organisation"), "named", aliases=("organisation", "org", "company")),
    Key("tier", "tier", _("Tier"), "text", specials=(("none", _("No tier")),)),
    Key("tag", "tag", _("Tag"), "tag", joins="all"),
    Key("created", "created", _("Created"), "moment", joins="all"),
    Key("updated", "updated", _("Last activity"), "moment", aliases=("activity",), joins="all"),
    Key("waiting", "waiting", _("Waiting since"), "moment", joins="all"),
    Key("solved", "solved", _("Solved on"), "moment", joins="all"),
    Key("due", "due", _("Due"), "moment", joins="all", ahead=True),
)
_TAKEN = {word for key in KEYS for word in (key.word, key.name, *key.aliases)}


def field_key(definition: FieldDefinition) -> Key:
    """The key of a custom field: its own, or with `field_` before it where the language has that word already."""
    name = FIELD + definition.key
    word = name if definition.key.lower() in _TAKEN else definition.key.lower()
    choices: Choices = tuple((choice, choice) for choice in definition.choices)
    if definition.kind == FieldDefinition.Kind.CHECKBOX:
        choices = (("true", _("Yes")), ("false", _("No")))
    return Key(name, word, definition.label, "field", choices, aliases=(name.lower(),), definition=definition)


def by_word(keys: Iterable[Key]) -> Mapping[str, Key]:
    """What each typed word means; the words of the language win over those of custom fields."""
    found: dict[str, Key] = {}
    for key in keys:
        for word in (key.word, *key.aliases):
            found.setdefault(word, key)
    return found
