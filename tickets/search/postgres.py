"""Search on PostgreSQL: one tsvector per ticket with a GIN index, made of words that Python has folded and stemmed.

Weights say in which part a word stands: A subject and number, B people and files, C what was said, D what is internal.
A stem is a lexeme that begins with "~" at the place of its word, so that exact words and their beginnings stay exact.
Each document also holds its blocks, "@61" and "@@3", for tickets from 61 * 4096 and from 3 * 65536 up. A question asks
the newest blocks first: the index joins the lists of block and words and never reads a common word's whole list, which
in a house of a million tickets would cost more than all the rest. What is rare is then looked for everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import BooleanField, F, FloatField, Func, Value
from django.db.models.expressions import RawSQL

from tickets.models import SearchDocument
from tickets.search.query import Query, Term
from tickets.search.words import composed, fold, stems, words_in

if TYPE_CHECKING:
    from tickets.querysets import TicketQuerySet
    from tickets.search.documents import Words

SMALL, LARGE = 4_096, 65_536
STEPS = (("@", SMALL, 4), ("@@", LARGE, 2))
"""The first questions: which blocks, and how many of the newest; then everything is asked."""
FEW = 1_000
"""Of so many tickets or fewer the documents themselves are read: the index would be read for all the others too."""
ALIKE = 200
LONGEST_VECTOR = 400_000
"""Bytes after which a ticket takes no more words; a tsvector holds a million."""
LONGEST_ADDITION = 300_000
_PUBLIC, _ALL = "ABC", "ABCD"
# OFFSET keeps this question apart: beside an ORDER BY … LIMIT PostgreSQL would rather open every document in turn,
# because it does not know what that costs.
_HITS = "SELECT ticket_id FROM tickets_searchdocument WHERE vector @@ %s::tsquery OFFSET 0"


class _Matches(Func):
    template = "(%(expressions)s::tsquery)"
    arg_joiner = " @@ "
    arity = 2
    output_field = BooleanField()


class _Rank(Func):
    function = "ts_rank"
    template = "ts_rank('{0.2,0.4,0.6,1.0}', %(expressions)s::tsquery, 1)"
    arity = 2
    output_field = FloatField()


class PostgresIndex:
    def write(self, documents: Iterable[tuple[int, Words]]) -> None:
        """Put these documents in the place of what was known of their tickets: one statement."""
        rows = [(ticket_id, literal(words, blocks_of(ticket_id))) for ticket_id, words in documents]
        if not rows:
            return
        values = ", ".join(["(%s, %s::tsvector)"] * len(rows))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO tickets_searchdocument (ticket_id, vector) VALUES {values}"  # noqa: S608
                " ON CONFLICT (ticket_id) DO UPDATE SET vector = excluded.vector",
                [value for row in rows for value in row],
            )

    def append(self, ticket_id: int, words: Words) -> bool:
        """Add words to a document; False when there is none yet. A document that is full stays as it is."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE tickets_searchdocument SET vector = CASE WHEN pg_column_size(vector) < %s"
                " THEN vector || %s::tsvector ELSE vector END WHERE ticket_id = %s",
                [LONGEST_VECTOR, literal(words), ticket_id],
            )
            return bool(cursor.rowcount == 1)

    def newest(self, tickets: TicketQuerySet, query: Query, limit: int, *, internal: bool) -> list[int]:
        """The newest `limit` of `tickets` that answer the query, by number, newest first."""
        plain = tickets.select_related(None).prefetch_related(None).order_by()
        question = asked(query, internal)
        found: list[int] = []
        for number, blocks in enumerate(self._steps()):
            if number == 1 and plain.count_up_to(FEW) <= FEW:
                return self._among(list(plain.values_list("pk", flat=True)), question, limit)
            bounds = f"({' | '.join(blocks)}) & " if blocks else ""
            if number == 0 and blocks and query.is_typed:
                # The index reads a beginning's whole lists, wherever it is bound: a common word that stands as it is
                # does without.
                found = self._bounded(plain, f"{bounds}{asked(query.whole_words, internal)}", limit)
                if len(found) >= limit:
                    break
            found = self._bounded(plain, f"{bounds}{question}", limit)
            if len(found) >= limit:
                break
        return found

    def _bounded(self, plain: TicketQuerySet, question: str, limit: int) -> list[int]:
        hits = RawSQL(_HITS, [question])  # noqa: S611
        return list(plain.filter(pk__in=hits).order_by("-pk").values_list("pk", flat=True)[:limit])

    def _among(self, ticket_ids: list[int], question: str, limit: int) -> list[int]:
        documents = SearchDocument.objects.filter(_Matches(F("vector"), Value(question)), pk__in=ticket_ids)
        return list(documents.order_by("-pk").values_list("pk", flat=True)[:limit])

    def _steps(self, steps: Sequence[tuple[str, int, int]] = STEPS) -> Iterator[list[str]]:
        """The blocks to which each question is bound, newest first; none for the last, which looks everywhere."""
        last = SearchDocument.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        for mark, size, count in steps:
            newest = last // size
            if newest >= count:
                yield [f"'{mark}{number}'" for number in range(newest, newest - count, -1)]
        yield []

    def ranks(self, ticket_ids: Sequence[int], query: Query, *, internal: bool) -> dict[int, float]:
        """How well each answers: places of the words by weight, less for long tickets."""
        return self._ranks(ticket_ids, asked(query, internal))

    def _ranks(self, ticket_ids: Sequence[int], question: str) -> dict[int, float]:
        rank = _Rank(F("vector"), Value(question))
        ranked = SearchDocument.objects.filter(pk__in=ticket_ids).annotate(rank=rank)
        return dict(ranked.values_list("pk", "rank"))

    def alike(self, tickets: TicketQuerySet, terms: Sequence[Term], *, internal: bool) -> dict[int, float]:
        """The newest ALIKE of `tickets` that have two of the terms, in the newest large blocks, with their ranks."""
        weights = _ALL if internal else _PUBLIC
        words = [_one(term, weights) for term in terms]
        pairs = " | ".join(f"({one} & {other})" for one, other in combinations(words, 2))
        blocks = next(self._steps(STEPS[-1:]))
        bounds = f"({' | '.join(blocks)}) & " if blocks else ""
        plain = tickets.select_related(None).prefetch_related(None).order_by("-pk")
        found = plain.filter(pk__in=RawSQL(_HITS, [f"{bounds}({pairs})"])).values_list("pk", flat=True)[:ALIKE]  # noqa: S611
        return self._ranks(list(found), " | ".join(words))

    def shares(self, words: Sequence[str]) -> tuple[dict[str, float], int]:
        """In which share of the tickets a word stands, as far as several have it; of how many tickets, up to FEW + 1.

        Of few documents each is counted, because what the statistics know of so few may be long past; of many the
        statistics say it.
        """
        documents = SearchDocument.objects.order_by()[: FEW + 1].count()
        return self._counted(words, documents) if documents <= FEW else self._estimated(words), documents

    def _counted(self, words: Sequence[str], documents: int) -> dict[str, float]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT word, found FROM unnest(%s::text[]) AS asked (word), LATERAL (SELECT count(*) AS found"
                " FROM tickets_searchdocument WHERE vector @@ ('''' || word || '''')::tsquery) AS counted"
                " WHERE found > 1",
                [list(words)],
            )
            return {word: found / documents for word, found in cursor.fetchall()}

    def _estimated(self, words: Sequence[str]) -> dict[str, float]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT word, share FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs)"
                " AS common (word, share) WHERE schemaname = current_schema() AND tablename = 'tickets_searchdocument'"
                " AND attname = 'vector' AND word = ANY(%s)",
                [list(words)],
            )
            return dict(cursor.fetchall())


def blocks_of(ticket_id: int) -> str:
    return " ".join(f"'{mark}{ticket_id // size}':1A" for mark, size, _count in STEPS) + " "


def literal(words: Words, head: str = "") -> str:
    """The words as the text of a tsvector. Their places begin at 3, so that no phrase joins two texts."""
    places: dict[str, list[str]] = {}
    place, length = 1, len(head)
    for weight, texts in (("A", words.subject), ("B", words.about), ("C", words.said), ("D", words.noted)):
        for text in texts:
            place += 2
            for found in words_in(composed(text)):
                if length > LONGEST_ADDITION or not (word := fold(found.word)):
                    continue
                for lexeme in (word, *("~" + stem for stem in stems(found.word))):
                    if lexeme not in places:
                        length += 12 + 2 * len(lexeme)
                    places.setdefault(lexeme, []).append(f"{place}{weight}")
                    length += 2
                place += 1
    return head + " ".join(f"'{lexeme}':{','.join(at[:255])}" for lexeme, at in places.items())


def asked(query: Query, internal: bool) -> str:
    """The query as the text of a tsquery. Terms are letters and digits only, so nothing in them needs escaping."""
    weights = _ALL if internal else _PUBLIC
    wanted = [_one(term, weights) for term in query.wanted]
    return " & ".join([*wanted, *(f"!{_one(term, weights)}" for term in query.unwanted)])


def _one(term: Term, weights: str) -> str:
    """With all weights none is named: the index alone then answers, without a look at the document."""
    mark = "" if weights == _ALL else weights
    star = "*" if term.prefix else ""
    tail = f":{star}{mark}" if star or mark else ""
    plain = f":{mark}" if mark else ""
    if term.is_phrase:
        return (
            "(" + " <-> ".join([*(f"'{word}'{plain}" for word in term.words[:-1]), f"'{term.words[-1]}'{tail}"]) + ")"
        )
    stemmed = (term.words[0], *term.stems) if term.loose else ()
    forms = [f"'{stem}'{plain}" for stem in term.stems] + [f"'~{stem}'{plain}" for stem in stemmed]
    exact = f"'{term.words[0]}'{tail}"
    return f"({' | '.join([exact, *forms])})"
