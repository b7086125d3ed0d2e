"""Rows of a list with chosen columns: one cell for each, read with at most one statement more than plain rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from helpdesk.templatetags.ui import priority, state, when
from tickets.list_columns import Column
from tickets.listed import ListedTicket
from tickets.models import Channel, Ticket, TicketType
from tickets.query_keys import FIELD
from tickets.templatetags.due import due
from tickets.templatetags.ticket_text import shown_value

# Columns that plain rows do not carry, by the column of the table that they come from.
_FURTHER = {"type": "type", "channel": "channel", "language": "language"}
_REMEMBERED = 1024


def drawn_in_columns(rows: Sequence[ListedTicket], columns: Sequence[Column]) -> list[SafeString]:
    """The same rows as tickets/views/rows.py draws, with these columns in place of the usual ones."""
    language, base = get_language(), reverse("tickets:inbox")
    further = _further(rows, columns)
    return [
        _drawn(
            row,
            tuple((column.width, str(column.label), _cell(row, column, further.get(row.pk, {}))) for column in columns),
            base,
            language,
        )
        for row in rows
    ]


@lru_cache(maxsize=_REMEMBERED)
def _drawn(row: ListedTicket, cells: tuple[tuple[str, str, str], ...], base: str, language: str | None) -> SafeString:
    template = get_template("tickets/views/_row.html")
    context = {"row": row, "number": str(row.pk), "cells": cells, "base": base}
    return mark_safe(template.render(context))  # noqa: S308 - escaped by the template


def _further(rows: Sequence[ListedTicket], columns: Sequence[Column]) -> dict[int, dict[str, Any]]:
    names = {_FURTHER.get(column.name, "custom" if column.name.startswith(FIELD) else "") for column in columns} - {""}
    if not names or not rows:
        return {}
    # The rows were read through visible_to() just now.
    found = Ticket.objects.filter(pk__in=[row.pk for row in rows]).values("pk", *names)
    return {one["pk"]: one for one in found}


def _cell(row: ListedTicket, column: Column, further: dict[str, Any]) -> SafeString | str:
    if column.name.startswith(FIELD):
        return _words(shown_value(further.get("custom", {}).get(column.name.removeprefix(FIELD))))
    return _CELLS[column.name](row, further)


def _words(text: str | None) -> SafeString | str:
    return format_html('<span class="truncate" title="{0}">{0}</span>', text) if text else ""


_CELLS: dict[str, Callable[[ListedTicket, dict[str, Any]], SafeString | str]] = {
    "number": lambda row, further: f"#{row.pk}",
    "requester": lambda row, further: _words(row.requester_name),
    "organization": lambda row, further: _words(row.organization_name),
    "team": lambda row, further: _words(row.team_name),
    "assignee": lambda row, further: _words(row.assignee_name),
    "status": lambda row, further: state(row.status, row.get_status_display()),
    "priority": lambda row, further: priority(row.priority_slug, row.get_priority_display()),
    "type": lambda row, further: _words(str(TicketType(further["type"]).label)) if further else "",
    "channel": lambda row, further: _words(str(Channel(further["channel"]).label)) if further else "",
    "language": lambda row, further: further.get("language", ""),
    "tags": lambda row, further: format_html_join(" ", '<span class="chip">{}</span>', ((tag,) for tag in row.tags)),
    "due": lambda row, further: due(row),
    "waiting": lambda row, further: when(row.waiting_since if row.is_open else None),
    "created": lambda row, further: when(row.created_at),
    "updated": lambda row, further: when(row.activity_at),
}
