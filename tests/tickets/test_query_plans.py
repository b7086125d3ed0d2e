"""On PostgreSQL every daily list rides an index, however many tickets there are and however few of them one sees."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from agents.actors import Actor
from agents.models import Agent
from benchmarks.fill import OPS_MANAGER, RARE_AGENT, TWO_TEAM_AGENT, fill
from channels.models import InboundMessage, OutboundEmail
from customers.models import Address
from helpdesk.lib.keyset import paginate
from tests.plans import indexes, nodes, plan_of, walks
from tickets.filter_conditions import _of_field
from tickets.filters import TicketFilter
from tickets.listed import dressed
from tickets.models import Change, Message, OutboxEntry, Ticket
from tickets.query_names import DatabaseNames
from tickets.query_text import parse as parse_query
from tickets.sorting import SORTS
from tickets.standing_views import COUNT_UP_TO, VIEWS, View, counts, parameters, tickets_of

pytestmark = pytest.mark.skipif(
    not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"), reason="plans are PostgreSQL's"
)

FILLED = ("agents", "customers", "tickets", "channels")

TICKETS = 20_000


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any) -> Any:
    """A filled house for all tests of this module, committed, and emptied afterwards."""
    with django_db_blocker.unblock():
        fill(TICKETS, until=now())
        connection.close()
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        tables = [model._meta.db_table for app in FILLED for model in apps.get_app_config(app).get_models()]
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        connection.close()


@pytest.fixture
def reading(filled: None, db: None) -> None:
    """The filled house; what a test does to it is undone."""


def agent(number: int) -> Actor:
    return Actor.agent(Agent.objects.get(pk=number))


def page_of(view: str, actor: Actor, **given: str) -> Any:
    query = QueryDict(mutable=True)
    query.update(given)
    found = TicketFilter(parameters(VIEWS[view], query), queryset=Ticket.objects.visible_to(actor), actor=actor)
    return dressed(found.qs.order_by("-activity_at", "-pk").first_rows(26))


@pytest.mark.parametrize(
    ("view", "index"),
    [
        ("mine", "ticket_open_assignee"),
        ("unassigned", "ticket_unassigned"),
        ("open", "ticket_open"),
        ("waiting", "ticket_open_waiting"),
        ("due_soon", "ticket_open_due"),
        ("escalated", "ticket_open_escalated"),
        ("pending", "ticket_by_status"),
        ("on_hold", "ticket_by_status"),
        ("solved", "ticket_by_activity"),
        ("all", "ticket_by_activity"),
    ],
)
def test_every_standing_view_of_somebody_who_sees_all_rides_its_index(reading, view, index):
    plan = plan_of(page_of(view, agent(OPS_MANAGER)))

    assert index in indexes(plan)
    assert "tickets_ticket" not in walks(plan)


@pytest.mark.parametrize("view", [slug for slug in VIEWS if slug != "following"])
@pytest.mark.parametrize("number", [TWO_TEAM_AGENT, RARE_AGENT])
def test_no_standing_view_of_a_team_agent_walks_the_table(reading, view, number):
    plan = plan_of(page_of(view, agent(number)))

    assert "tickets_ticket" not in walks(plan)
    assert {name for name in indexes(plan) if name.startswith(("ticket_", "tickets_ticket_pkey"))}


def test_each_branch_of_what_an_agent_sees_gives_its_newest_from_its_own_index(reading):
    plan = plan_of(page_of("all", agent(RARE_AGENT)))

    assert "Append" in {node["Node Type"] for node in plan}
    assert {"ticket_by_team", "ticket_without_team", "ticket_by_assignee"} <= indexes(plan)
    assert "ticket_by_activity" not in indexes(plan)


def test_rare_old_tickets_are_found_without_reading_the_newer_ones(reading):
    """What a plan promises is an estimate: count the blocks that were really read."""
    newest = page_of("all", agent(RARE_AGENT))

    top = json.loads(newest.explain(format="json", analyze=True, buffers=True))[0]["Plan"]

    blocks = top["Shared Hit Blocks"] + top["Shared Read Blocks"]
    assert top["Actual Rows"] == 26
    assert blocks < TICKETS / 10


@pytest.mark.parametrize("number", [TWO_TEAM_AGENT, RARE_AGENT, OPS_MANAGER])
@pytest.mark.parametrize("given", [{}, {"is": "ended"}, {"status": "closed"}, {"tag": "refund"}, {"team": "mine"}])
def test_the_short_road_finds_the_same_pages_as_the_plain_question(reading, number, given):
    actor = agent(number)
    found = TicketFilter(given, queryset=Ticket.objects.visible_to(actor), actor=actor).qs
    expected = list(found.order_by("-activity_at", "-pk").values_list("pk", flat=True)[:60])

    first = paginate(found, by="activity_at", limit=25)
    second = paginate(found, by="activity_at", limit=25, older=first.older) if first.older else None
    again = paginate(found, by="activity_at", limit=25, newer=second.newer) if second else first

    assert [ticket.pk for ticket in first.rows] == expected[:25]
    assert [ticket.pk for ticket in second.rows] == expected[25:50] if second else len(expected) <= 25
    assert again.rows == first.rows


def test_what_a_customer_sees_rides_indexes(reading):
    visible = Ticket.objects.visible_to(Actor.customer(7, "Kim")).order_by("-activity_at", "-pk")[:26]

    plan = plan_of(visible)

    assert "tickets_ticket" not in walks(plan)
    assert {"ticket_by_requester", "tickets_ticket_pkey"} <= indexes(plan)


@pytest.mark.parametrize(
    ("rows", "table", "index"),
    [
        (lambda: Ticket.objects.of_customer(7).order_by("-activity_at"), "tickets_ticket", "ticket_by_requester"),
        (lambda: Ticket.objects.to_close(now() - timedelta(days=7))[:500], "tickets_ticket", "ticket_to_close"),
        (lambda: Ticket.objects.to_wake()[:500], "tickets_ticket", "ticket_to_wake"),
        (
            lambda: _of_field(Ticket.objects.all(), "product", ["Comet"], away=False, few=False)[:26],
            "tickets_ticket",
            "ticket_custom",
        ),
        (lambda: OutboxEntry.objects.due()[:1], "tickets_outboxentry", "outbox_owed"),
        (lambda: Change.objects.filter(ticket_id=7).order_by("-pk")[:61], "tickets_change", "change_in_ticket"),
        (lambda: Message.objects.filter(ticket_id=7), "tickets_message", "message_in_ticket"),
        (lambda: InboundMessage.objects.waiting()[:10], "channels_inboundmessage", "inbound_waiting"),
        (lambda: OutboundEmail.objects.due()[:10], "channels_outboundemail", "outbound_due"),
        (
            lambda: Address.objects.filter(kind="email", normalised="nobody@post.example"),
            "customers_address",
            "address_belongs_to_one_person",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "_" in value else "",
)
def test_the_house_asks_by_index(reading, rows, table, index):
    plan = plan_of(rows())

    assert index in indexes(plan)
    assert table not in walks(plan)


@pytest.mark.parametrize("number", [TWO_TEAM_AGENT, RARE_AGENT, OPS_MANAGER])
def test_counting_for_the_side_of_the_inbox_walks_no_table_and_agrees_with_the_lists(
    reading, number, django_assert_num_queries
):
    actor = agent(number)
    with django_assert_num_queries(1) as asked:
        numbers = counts(actor)

    plan = plan_of(asked.captured_queries[0]["sql"])
    assert "tickets_ticket" not in walks(plan)
    for slug, count in numbers.items():
        assert count == min(tickets_of(VIEWS[slug], QueryDict(), actor).qs.count(), COUNT_UP_TO + 1), slug


def asked_sql(question):
    """The statements of a page of a list, as they were sent, with the plan of each."""
    with CaptureQueriesContext(connection) as captured:
        question()
    statements = [one["sql"] for one in captured.captured_queries if '"tickets_ticket"' in one["sql"]]
    return [plan_of(sql) for sql in statements]


@pytest.mark.parametrize(
    ("view", "sort", "index"),
    [
        ("open", "waiting", "ticket_open_waiting"),
        ("waiting", "waiting", "ticket_open_waiting"),
        ("open", "due", "ticket_open_due"),
        ("due_soon", "due", "ticket_open_due"),
        ("open", "priority", "ticket_open_priority"),
        ("all", "created", "ticket_by_created"),
        ("all", "oldest", "ticket_by_created"),
        ("all", "quiet", "ticket_by_activity"),
        ("open", "quiet", "ticket_open"),
    ],
)
def test_every_order_of_a_list_has_its_index(reading, view, sort, index):
    order, found = SORTS[sort], tickets_of(VIEWS[view], QueryDict(), agent(OPS_MANAGER)).qs

    (first, *_rest) = asked_sql(
        lambda: paginate(found.for_list(), by=order.column, ascending=order.ascending, limit=25).rows
    )

    assert index in indexes(first)
    assert "tickets_ticket" not in walks(first)
    # The page is found in order; only its own rows are sorted once more, when names are joined to them.
    assert len([node for node in first if order.column in str(node.get("Sort Key", ""))]) <= 1


@pytest.mark.parametrize("number", [TWO_TEAM_AGENT, RARE_AGENT, OPS_MANAGER])
@pytest.mark.parametrize("sort", list(SORTS))
def test_no_order_of_open_tickets_walks_the_table_and_none_skips_or_repeats(reading, number, sort):
    order, found = SORTS[sort], tickets_of(VIEWS["open"], QueryDict(), agent(number)).qs
    column = F(order.column).asc(nulls_last=True) if order.ascending else F(order.column).desc(nulls_last=True)
    expected = list(found.order_by(column, "pk" if order.ascending else "-pk").values_list("pk", flat=True)[:50])
    rows = found.for_list()

    def pages():
        first = paginate(rows, by=order.column, ascending=order.ascending, limit=25)
        second = paginate(rows, by=order.column, ascending=order.ascending, limit=25, older=first.older)
        return [row.pk for row in (*first.rows, *(second.rows if first.older else ()))]

    assert pages() == expected
    for plan in asked_sql(pages):
        assert "tickets_ticket" not in walks(plan)


SAVED = [
    "is:open team:mine priority:>=high",
    "is:open tag:refund",
    "is:open tag:refund -tag:shipping",
    "is:open created>7d",
    "is:waiting waiting>4h",
    "status:pending,on_hold -assignee:me",
    "is:snoozed type:problem",
    "is:open channel:phone -type:question",
    "is:overdue team:mine",
    "due<2h -is:overdue",
    "is:paused",
]


@pytest.mark.parametrize("number", [TWO_TEAM_AGENT, RARE_AGENT, OPS_MANAGER])
def test_saved_views_are_counted_without_walking_the_table(reading, number):
    actor = agent(number)
    views = [View(str(n), text, "", parse_query(text, DatabaseNames()).parameters) for n, text in enumerate(SAVED)]

    (plan,) = asked_sql(lambda: counts(actor, [*VIEWS.values(), *views]))

    assert "tickets_ticket" not in walks(plan)
    # Only indexes of open tickets, and those of one person, tag or state: none whose walk grows with what is closed.
    assert not {"ticket_by_activity", "ticket_by_created"} & indexes(plan)
    for view in views:
        expected = min(tickets_of(view, QueryDict(), actor).qs.count(), COUNT_UP_TO + 1)
        # What nobody without a team can find is not even asked for.
        assert counts(actor, [view]).get(view.slug, 0) == expected


def test_a_common_tag_is_looked_for_among_open_tickets_only(reading, monkeypatch):
    """Else counting a view would read everything closed that ever had the tag."""
    monkeypatch.setattr("tickets.tag_conditions.COMMON", 50)
    monkeypatch.setattr("tickets.tag_conditions._known", (frozenset(), 0.0))
    view = View("refunds", "Refunds", "", {"is": ["open"], "tag": ["refund"]})

    found = tickets_of(view, QueryDict(), agent(OPS_MANAGER)).qs.order_by().values("pk")[:100]
    top = json.loads(found.explain(format="json", analyze=True))[0]["Plan"]

    entries = [node for node in nodes(top) if node.get("Relation Name") == "tickets_tickettag"]
    assert max(node["Actual Rows"] for node in entries) <= 1
