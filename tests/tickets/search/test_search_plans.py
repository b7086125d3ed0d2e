"""On PostgreSQL a search rides its index: for rare words and common ones, and whoever asks."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.fill import OPS_MANAGER, RARE_AGENT, TWO_TEAM_AGENT
from tests.plans import indexes, plan_of, walks
from tests.tickets.test_query_plans import agent, filled, reading  # noqa: F401  fixtures
from tickets.models import Ticket
from tickets.search import parse, ranked
from tickets.search.engine import index
from tickets.search.query import all_of

pytestmark = pytest.mark.skipif(
    not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"), reason="plans are PostgreSQL's"
)


def plans_of(act: Any) -> list[list[dict[str, Any]]]:
    """The plan of each question to the index, and of each reading of documents, that `act` makes."""
    with CaptureQueriesContext(connection) as captured:
        act()
    plans = []
    for query in captured:
        if "tickets_searchdocument" in query["sql"] and "tsquery" in query["sql"]:
            plans.append(plan_of(query["sql"]))
    return plans


@pytest.mark.parametrize(
    "words", ["kettle grieg", "kettle parcel", "kettle berg7", "zebra", '"leaks after"', "kettle -refund"]
)
@pytest.mark.parametrize("number", [TWO_TEAM_AGENT, RARE_AGENT, OPS_MANAGER])
def test_a_search_reads_no_document_that_the_index_did_not_name(reading, number, words):  # noqa: F811
    visible = Ticket.objects.visible_to(agent(number))

    plans = plans_of(lambda: ranked(visible, parse(words), internal=True))

    assert 1 <= len(plans) <= 5
    assert "search_vector" in indexes(plans[0])
    assert not [plan for plan in plans if "tickets_searchdocument" in walks(plan)]


def test_what_looks_alike_is_found_by_index(reading):  # noqa: F811
    terms = all_of(["kettle", "grieg", "berg7", "refund"]).wanted
    visible = Ticket.objects.visible_to(agent(TWO_TEAM_AGENT))

    plans = plans_of(lambda: index().alike(visible, terms, internal=True))

    assert "search_vector" in indexes(plans[0])
    assert not [plan for plan in plans if "tickets_searchdocument" in walks(plan)]


def test_common_words_are_asked_of_the_newest_tickets_first(reading):  # noqa: F811
    with CaptureQueriesContext(connection) as captured:
        found = ranked(Ticket.objects.visible_to(agent(OPS_MANAGER)), parse("parcel"), internal=True)

    asked = [query["sql"] for query in captured if "@@" in query["sql"]]
    assert len(asked) == 1
    assert "(''@4'' | ''@3'' | ''@2'' | ''@1'') & " in asked[0]
    assert len(found) == 300
    assert min(found) > 19_000
