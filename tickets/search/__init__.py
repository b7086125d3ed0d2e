"""Full-text search over tickets: what is said, noted and written about them, found at once after the commit."""

from tickets.search.finding import matching, ranked
from tickets.search.indexing import index_ticket
from tickets.search.query import Query, parse

__all__ = ["Query", "index_ticket", "matching", "parse", "ranked"]
