"""How many of a thing one may keep, so that of several who make the last one at the same moment one does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agents.models import Agent

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from helpdesk.lib.errors import HelpdeskError


def expect_room(owner_id: int | None, rows: QuerySet[Any], most: int, refusal: HelpdeskError) -> None:
    """Raise `refusal` when `rows` are `most` already. Inside the transaction that makes one more.

    Whoever asks for the same owner meanwhile waits for the end of that transaction; without an owner (None), whoever
    asks for the house: the rows of its admins are held, of whom there is always one.
    """
    held = Agent.objects.active_admins() if owner_id is None else Agent.objects.filter(pk=owner_id)
    # Not against rows that name the agent: those are written all day.
    list(held.select_for_update(of=("self",), no_key=True).values_list("pk"))
    if rows.count() >= most:
        raise refusal
