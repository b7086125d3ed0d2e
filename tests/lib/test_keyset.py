"""Pages by any column: every row once, in order, forwards and back, whatever is null or alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.keyset import paginate
from tests.factories import make_ticket
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def shelf(kim):
    """Nine tickets: ties in each column, and three that nobody waits for."""
    made = [make_ticket(kim) for _ in range(9)]
    for number, ticket in enumerate(made):
        Ticket.objects.filter(pk=ticket.pk).update(
            priority=1 + number % 3,
            created_at=NOON + timedelta(hours=number // 2),
            waiting_since=None if number % 3 == 1 else NOON - timedelta(hours=number // 2),
        )
    return made


def walk(by, ascending, limit):
    pages, older = [], None
    while True:
        page = paginate(Ticket.objects.all(), by=by, ascending=ascending, limit=limit, older=older)
        pages.append(page)
        if page.older is None:
            return pages
        older = page.older


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 8, 9, 10])
@pytest.mark.parametrize("ascending", [False, True])
@pytest.mark.parametrize("by", ["priority", "created_at", "waiting_since"])
def test_pages_hold_every_row_once_in_order_and_lead_back_the_same_way(shelf, by, ascending, limit):
    sign = 1 if ascending else -1

    def place(row):
        value = getattr(row, by)
        rank = 0 if value is None else value.timestamp() if isinstance(value, datetime) else value
        return value is None, sign * rank, sign * row.pk

    pages = walk(by, ascending, limit)

    assert [row.pk for page in pages for row in page.rows] == [
        row.pk for row in sorted(Ticket.objects.all(), key=place)
    ]
    assert pages[0].newer is None
    for before, page in pairwise(pages):
        back = paginate(Ticket.objects.all(), by=by, ascending=ascending, limit=limit, newer=page.newer)
        assert [row.pk for row in back.rows] == [row.pk for row in before.rows]


def test_a_page_that_is_full_does_not_ask_for_rows_without_a_value(shelf, django_assert_num_queries):
    with django_assert_num_queries(1):
        page = paginate(Ticket.objects.all(), by="waiting_since", ascending=True, limit=4)

    assert len(page.rows) == 4


def test_a_cursor_of_another_order_is_refused(shelf):
    by_moment = paginate(Ticket.objects.all(), by="created_at", limit=3).older
    by_number = paginate(Ticket.objects.all(), by="priority", limit=3).older

    for by, cursor in (("priority", by_moment), ("created_at", by_number)):
        with pytest.raises(HelpdeskError) as refusal:
            paginate(Ticket.objects.all(), by=by, limit=3, older=cursor)
        assert refusal.value.code == "bad_cursor"
