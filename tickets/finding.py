"""What a search box understands: a ticket's number, a mail address, or words of anything that belongs to a ticket."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db.models import Q

from customers.models import Address
from helpdesk.lib.text import clean
from tickets.search import matching, parse
from tickets.search.finding import NEWEST, numbers

if TYPE_CHECKING:
    from tickets.querysets import TicketQuerySet

MOST_WRITERS = 50
_NUMBER = re.compile(r"#?([0-9]{1,18})")


def ticket_number(text: str) -> int | None:
    """The number when the text is nothing else ("#4711", "4711")."""
    match = _NUMBER.fullmatch(text.strip())
    return int(match.group(1)) if match else None


def find(tickets: TicketQuerySet, text: str, *, internal: bool = True) -> TicketQuerySet:
    """Those of `tickets` that the text points to; an empty text points to all.

    Words, "exact words" and -words, as tickets.search reads them; the index is asked when this is called. `internal`
    must be False for those who may not read notes.
    """
    text = clean(text).strip()
    if not text:
        return tickets
    if text.startswith("#") and (number := ticket_number(text)):
        return tickets.filter(pk=number)
    if "@" in text and not any(letter.isspace() for letter in text):
        writers = Address.objects.beginning_with(text[:254]).owners(MOST_WRITERS)
        keys = numbers(tickets, parse(text), NEWEST, internal=internal)
        return tickets.filter(Q(pk__in=keys) | Q(requester_id__in=writers))
    return matching(tickets, text, internal=internal)
