"""What a list can show of each ticket beside its subject; chosen per view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.models.fields import FieldDefinition
from tickets.query_keys import FIELD

MOST = 10


@dataclass(frozen=True, slots=True)
class Column:
    """`width` names a class of the style sheet; `sorts` is the order that a click on its head asks for."""

    name: str
    label: str | Promise
    width: str = "m"
    sorts: str = ""


COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("number", _("Number"), "xs"),
        Column("requester", _("Requester"), "l"),
        Column("organization", _("Organisation")),
        Column("team", _("Team")),
        Column("assignee", _("Assignee")),
        Column("status", _("State"), "s"),
        Column("priority", _("Priority"), "s", "priority"),
        Column("type", _("Type"), "s"),
        Column("channel", _("Channel"), "s"),
        Column("language", _("Language"), "xs"),
        Column("tags", _("Tags"), "l"),
        Column("due", _("Due"), "m", "due"),
        Column("waiting", _("Waiting for"), "s", "waiting"),
        Column("created", _("Created"), "s", "created"),
        Column("updated", _("Last activity"), "s", "activity"),
    )
}


def every_column(fields: Iterable[FieldDefinition]) -> dict[str, Column]:
    """The columns of every ticket, and one for each custom field."""
    return COLUMNS | {FIELD + one.key: Column(FIELD + one.key, one.label) for one in fields}


def known(names: Sequence[str], fields: Iterable[FieldDefinition]) -> list[Column]:
    """The columns by those names, in that order; a field that was switched off since is left out."""
    columns = every_column(fields if any(name.startswith(FIELD) for name in names) else ())
    return [columns[name] for name in dict.fromkeys(names) if name in columns][:MOST]
