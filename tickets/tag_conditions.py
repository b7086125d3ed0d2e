"""How tickets with a tag are found: from the tag, or by a look at each ticket, whichever reads fewer rows."""

from __future__ import annotations

import time

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Exists, OuterRef, Q, Subquery

from tickets.models.tag import Tag, TicketTag
from tickets.querysets import IsOneOf

COMMON = 500
"""A tag on more tickets than this is not a road to the few open ones among them."""
KNOWN_FOR = 600.0
MOST_KNOWN = 2000

_known: dict[str, tuple[bool, float]] = {}


def tagged(name: str, *, few: bool) -> Q:
    """The condition of having the tag. Where `few` tickets are asked for, PostgreSQL would still begin with all that
    have it, closed ones too, and read thousands; so a common tag is looked for ticket by ticket (tagged_once)."""
    tag = Tag.objects.filter(name=name.lower()).values("pk")
    rows = TicketTag.objects.filter(tag_id=Subquery(tag[:1]))
    if few and connection.vendor == "postgresql" and is_common(name.lower()):
        return Q(IsOneOf("pk", ArraySubquery(rows.filter(ticket_id=OuterRef("pk")).values("ticket_id"))))
    return Q(Exists(rows.filter(ticket_id=OuterRef("pk"))))


def is_common(name: str) -> bool:
    """Counted up to COMMON and remembered for ten minutes: it decides by which road, never what is found."""
    common, until = _known.get(name, (False, 0.0))
    if until > time.monotonic():
        return common
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    common = TicketTag.objects.filter(tag__name=name).values("pk")[: COMMON + 1].count() > COMMON
    _known[name] = (common, time.monotonic() + KNOWN_FOR)
    return common
