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
# What PostgreSQL's own statistics say: one small statement, however many tags there are.
_STATISTICS = """
SELECT tag.name
FROM pg_stats AS stats
CROSS JOIN unnest(stats.most_common_vals::text::bigint[], stats.most_common_freqs) AS common (tag_id, share)
JOIN tickets_tag AS tag ON tag.id = common.tag_id
JOIN pg_class AS class ON class.oid = 'tickets_tickettag'::regclass
WHERE stats.schemaname = current_schema() AND stats.tablename = 'tickets_tickettag' AND stats.attname = 'tag_id'
  AND common.share * class.reltuples > %s
"""

_known: tuple[frozenset[str], float] = (frozenset(), 0.0)


def tagged(name: str, *, few: bool) -> Q:
    """The condition of having the tag. Where `few` tickets are asked for, PostgreSQL would still begin with all that
    have it, closed ones too, and read thousands; so a common tag is looked for ticket by ticket (tagged_once)."""
    if "\0" in name:  # no tag has it, and PostgreSQL refuses to be asked
        return Q(pk__in=())
    tag = Tag.objects.filter(name=name.lower()).values("pk")
    rows = TicketTag.objects.filter(tag_id=Subquery(tag[:1]))
    if few and is_common(name.lower()):
        return Q(IsOneOf("pk", ArraySubquery(rows.filter(ticket_id=OuterRef("pk")).values("ticket_id"))))
    return Q(Exists(rows.filter(ticket_id=OuterRef("pk"))))


def is_common(name: str) -> bool:
    """Estimated, and remembered for ten minutes by each process: it decides by which road, never what is found.

    Only PostgreSQL is asked; SQLite takes the right road by itself.
    """
    global _known
    if connection.vendor != "postgresql":
        return False
    common, until = _known
    if until <= time.monotonic():
        with connection.cursor() as cursor:
            cursor.execute(_STATISTICS, [COMMON])
            common = frozenset(row[0] for row in cursor.fetchall())
        _known = (common, time.monotonic() + KNOWN_FOR)
    return name in common
