"""The search documents of filled tickets: the few texts are folded and stemmed once, and put together by the server."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from benchmarks.fill import FAMILY, GIVEN, PRODUCTS, TAGS
from benchmarks.fill_tickets import SENTENCES, SUBJECTS
from tickets.search.documents import Words
from tickets.search.postgres import LARGE, SMALL, literal

if TYPE_CHECKING:
    from benchmarks.fill import Filler


# The words of an address, at a place of their own.
_ADDRESS = """
    CREATE FUNCTION pg_temp.fill_address(address text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT ('''' || replace(regexp_replace(replace(address, 'aa', 'a'), '[^a-z0-9]+', ' ', 'g'), ' ', ''':9B ''')
            || ''':9B')::tsvector $$
"""


def fill(filler: Filler) -> None:
    """Needs the tables of fill_tickets. Of addresses and numbers only the plain words are put in, without stems."""
    names = [f"{given} {family}" for given, family in product(GIVEN, FAMILY)]
    _table(filler, "fill_named", [(name, literal(Words(about=[name]))) for name in names])
    _table(filler, "fill_subject", [(str(n), literal(Words(subject=[text]))) for n, text in enumerate(SUBJECTS, 1)])
    _table(filler, "fill_tag", [(str(n), literal(Words(noted=[tag]))) for n, tag in enumerate(TAGS, 1)])
    _table(filler, "fill_product", [(name, literal(Words(noted=[name]))) for name in PRODUCTS])
    talks = product(range(1, 9), (False, True), (False, True), (False, True))
    _table(filler, "fill_talk", [(f"{words} {_array(notes)}", literal(_talk(words, notes))) for words, *notes in talks])
    filler.run(_ADDRESS)
    filler.run(
        """
        INSERT INTO tickets_searchdocument (ticket_id, vector)
        SELECT i, ('''@' || i / %(small)s || ''':1A ''@@' || i / %(large)s || ''':1A ''' || i || ''':2A,12A')::tsvector
               || s.vector || n.vector
               || pg_temp.fill_address(customer_email)
               || coalesce(pn.vector, '') || coalesce(pg_temp.fill_address(pc.email), '')
               || coalesce(('''org'':2B ''' || p.org || ''':3B')::tsvector, '')
               || t.vector || coalesce(f.vector, '') || coalesce(tags.vector, '') || coalesce(tags.second, '')
        FROM fill_plan p
        JOIN (SELECT i, array_agg(note ORDER BY k) AS notes FROM fill_change WHERE k < 4 GROUP BY i) c USING (i)
        JOIN fill_subject s ON s.key = subject::text
        JOIN fill_named n ON n.key = customer_name
        JOIN fill_talk t ON t.key = words || ' ' || notes::text
        LEFT JOIN tickets_ticket ticket ON ticket.id = i
        LEFT JOIN tickets_participant copied ON copied.ticket_id = i
        LEFT JOIN fill_customer pc ON pc.id = copied.customer_id
        LEFT JOIN fill_named pn ON pn.key = pc.name
        LEFT JOIN fill_product f ON f.key = ticket.custom ->> 'product'
        LEFT JOIN (SELECT ticket_id, (array_agg(g.vector))[1] AS vector, (array_agg(g.vector))[2] AS second
                   FROM tickets_tickettag JOIN fill_tag g ON g.key = tag_id::text GROUP BY ticket_id) tags
          ON tags.ticket_id = i
        ORDER BY i
        """,
        small=SMALL,
        large=LARGE,
    )


def _table(filler: Filler, name: str, rows: list[tuple[str, str]]) -> None:
    filler.run(f"CREATE TEMP TABLE {name} (key text PRIMARY KEY, vector tsvector NOT NULL) ON COMMIT DROP")
    values = ", ".join(["(%s, %s::tsvector)"] * len(rows))
    filler.cursor.execute(f"INSERT INTO {name} VALUES {values}", [value for row in rows for value in row])
    filler.run(f"ANALYZE {name}")


def _array(notes: list[bool]) -> str:
    """As the server writes it."""
    return "{" + ",".join("t" if note else "f" for note in notes) + "}"


def _talk(words: int, notes: list[bool]) -> Words:
    """What fill_tickets lets the three messages of a ticket say (its `_words`)."""
    talk = Words()
    for k, note in enumerate(notes, 1):
        text = " ".join(SENTENCES[(words * (3 + n) + k * 5 + n * 3) % 8] for n in range(5))
        talk.add_message(text, public=not note, withdrawn=False)
    return talk
