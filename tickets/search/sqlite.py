"""Search on SQLite: one row of an FTS5 table per ticket, its words folded and stemmed by Python like PostgreSQL's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models.expressions import RawSQL

from tickets.search.query import Query, Term
from tickets.search.words import composed, fold, stems, words_in

if TYPE_CHECKING:
    from tickets.querysets import TicketQuerySet
    from tickets.search.documents import Words

COLUMNS = ("subject", "about", "said", "noted", "stems", "noted_stems")
_WORDS = ("{subject about said}", "{subject about said noted}")
_STEMS = ("{stems}", "{stems noted_stems}")
# bm25 counts what is rare in the whole table, so it is asked only when few tickets match.
_RANK = "-bm25(tickets_search, 20.0, 5.0, 2.0, 1.5, 1.0, 0.5)"
_APART = " aa "
"""Between two texts, so that no phrase joins them: a word that nobody can ask for, because folding makes "a" of it."""
ALIKE = 200
_LONGEST_ADDITION = 300_000


class SqliteIndex:
    def write(self, documents: Iterable[tuple[int, Words]]) -> None:
        rows = [(ticket_id, *_columns(words)) for ticket_id, words in documents]
        if rows:
            self._run(
                f"INSERT OR REPLACE INTO tickets_search (rowid, {', '.join(COLUMNS)}) VALUES "  # noqa: S608
                + ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(rows)),
                [value for row in rows for value in row],
            )

    def append(self, ticket_id: int, words: Words) -> bool:
        """Add words to a document; False when there is none yet."""
        added = [(column, text) for column, text in zip(COLUMNS, _columns(words), strict=True) if text]
        changes = ", ".join(f"{column} = {column} || %s" for column, _text in added)
        values = [_APART + text for _column, text in added]
        if not added:
            return True
        return self._run(f"UPDATE tickets_search SET {changes} WHERE rowid = %s", [*values, ticket_id]) == 1  # noqa: S608

    def newest(self, tickets: TicketQuerySet, query: Query, limit: int, *, internal: bool) -> list[int]:
        plain = tickets.select_related(None).prefetch_related(None).order_by("-pk")
        if query.wanted:
            plain = plain.filter(pk__in=_rows(asked(query, internal)))
        elif query.unwanted:
            plain = plain.exclude(pk__in=_rows(asked(Query(query.unwanted), internal, " OR ")))
        return list(plain.values_list("pk", flat=True)[:limit])

    def ranks(self, ticket_ids: Sequence[int], query: Query, *, internal: bool) -> dict[int, float]:
        if not query.wanted or not ticket_ids:
            return {}
        return self._ranks(ticket_ids, asked(Query(query.wanted), internal))

    def alike(self, tickets: TicketQuerySet, terms: Sequence[Term], *, internal: bool) -> dict[int, float]:
        """The newest ALIKE of `tickets` that have two of the terms, with their ranks."""
        words = [_one(term, internal) for term in terms]
        pairs = " OR ".join(f"({one} AND {other})" for one, other in combinations(words, 2))
        plain = tickets.select_related(None).prefetch_related(None).order_by("-pk")
        found = list(plain.filter(pk__in=_rows(pairs)).values_list("pk", flat=True)[:ALIKE])
        return self._ranks(found, " OR ".join(words)) if found else {}

    def _ranks(self, ticket_ids: Sequence[int], question: str) -> dict[int, float]:
        return dict(
            self._rows(
                f"SELECT rowid, {_RANK} FROM tickets_search WHERE tickets_search MATCH %s"  # noqa: S608
                f" AND rowid IN ({', '.join(['%s'] * len(ticket_ids))})",
                [question, *ticket_ids],
            )
        )

    def shares(self, words: Sequence[str]) -> tuple[dict[str, float], int]:
        """In which share of the tickets a word stands, as far as several have it; of how many (0 if none is known)."""
        marks = ", ".join(["%s"] * len(words))
        known = f"FROM tickets_search_words WHERE doc > 1 AND term IN ({marks})"
        count = "(SELECT max(count(*), 1) FROM tickets_search_docsize)"
        rows = self._rows(f"SELECT term, doc, {count} {known}", list(words))
        return {word: found / documents for word, found, documents in rows}, rows[0][2] if rows else 0

    def _run(self, sql: str, params: Sequence[Any]) -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return int(cursor.rowcount)

    def _rows(self, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())


def _columns(words: Words) -> tuple[str, ...]:
    public = (_folded(words.subject), _folded(words.about), _folded(words.said))
    noted = _folded(words.noted)
    return (*public, noted, _stems((*words.subject, *words.about, *words.said)), _stems(words.noted))


def _folded(texts: Iterable[str]) -> str:
    return _APART.join(" ".join(fold(found.word) for found in words_in(composed(text))) for text in texts)[
        :_LONGEST_ADDITION
    ]


def _stems(texts: Iterable[str]) -> str:
    found = dict.fromkeys(stem for text in texts for word in words_in(composed(text)) for stem in stems(word.word))
    return " ".join(found)[:_LONGEST_ADDITION]


def _rows(question: str) -> RawSQL:
    return RawSQL("SELECT rowid FROM tickets_search WHERE tickets_search MATCH %s", [question])


def asked(query: Query, internal: bool, between: str = " AND ") -> str:
    """The query in the language of FTS5. Terms are letters and digits only, and quoted, so no operator slips in."""
    wanted = between.join(_one(term, internal) for term in query.wanted)
    if not query.unwanted:
        return wanted
    return f"({wanted}) NOT ({' OR '.join(_one(term, internal) for term in query.unwanted)})"


def _one(term: Term, internal: bool) -> str:
    words, in_stems = _WORDS[internal], _STEMS[internal]
    exact = f'{words} : "{" ".join(term.words)}"' + (" *" if term.prefix else "")
    if not term.loose:
        return f"({exact})"
    forms = [f'{words} : "{stem}"' for stem in term.stems]
    stemmed = [f'{in_stems} : "{stem}"' for stem in (term.words[0], *term.stems)]
    return "(" + " OR ".join([exact, *forms, *stemmed]) + ")"
