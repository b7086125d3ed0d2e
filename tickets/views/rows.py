"""The rows of the list as HTML, each remembered until something that it says changes.

To draw 25 rows takes longer than everything else on the page together, and agents look at the same rows again.
What a row says is all in the key, so nothing grows stale: what _row.html is to show belongs into ListedTicket.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from helpdesk.templatetags.ui import when
from tickets.listed import ListedTicket
from tickets.templatetags.due import due

# About two kilobytes each.
REMEMBERED = 2048
_INDENTATION = re.compile(r"\n\s+")


def drawn(tickets: Iterable[ListedTicket]) -> list[SafeString]:
    """For templates/tickets/_rows.html, in the reader's language and with the reader's clock."""
    language, base = get_language(), reverse("tickets:inbox")
    draw = _drawn.__wrapped__ if settings.DEBUG else _drawn
    return [draw(ticket, when(ticket.activity_at), due(ticket), base, language) for ticket in tickets]


@lru_cache(maxsize=REMEMBERED)
def _drawn(row: ListedTicket, moment: str, promised: str, base: str, language: str | None) -> SafeString:
    template = get_template("tickets/_row.html")
    html = template.render({"row": row, "number": str(row.pk), "when": moment, "due": promised, "base": base})
    return mark_safe(_INDENTATION.sub("\n", html))  # noqa: S308 - escaped by the template
