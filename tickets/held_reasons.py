"""Why a scheduled reply was kept back, in words: the row and the Event hold only the code."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

_WORDS: dict[str, Callable[[], str]] = {
    "customer_wrote": lambda: _("the customer wrote again meanwhile"),
    "deactivated": lambda: _("its author's account is disabled"),
    "not_visible": lambda: _("its author no longer sees this ticket"),
    "not_allowed": lambda: _("its author's role no longer allows it"),
    "ticket_closed": lambda: _("the ticket is closed"),
    "bad_move": lambda: _("the ticket cannot take that state any more"),
    "field_needed": lambda: _("a field must be filled in before the ticket is solved"),
    "no_such_upload": lambda: _("an attachment is gone"),
    "too_many_participants": lambda: _("too many people are in copy"),
    "bad_address": lambda: _("an address is wrong"),
}


def held_because(code: str) -> str:
    """The rest of a sentence such as "was not sent because …"."""
    words = _WORDS.get(code)
    return words() if words else _("something went wrong")
