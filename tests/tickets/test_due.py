"""What is promised on a ticket, as lists ask for it: states, twins, the moment ahead, order, chip and views."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import QueryDict
from django.utils import timezone, translation

from helpdesk.lib.keyset import paginate
from tests.factories import make_ticket
from tickets.filters import TicketFilter
from tickets.listed import ListedTicket
from tickets.models import Ticket
from tickets.sorting import SORTS
from tickets.standing_views import VIEWS, counts, tickets_of
from tickets.templatetags.due import due, due_words

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def promised(ticket: Ticket, hours: float | None = None, **columns) -> Ticket:
    """As the clocks leave it: due so many hours from noon."""
    if hours is not None:
        columns["next_due_at"] = NOON + timedelta(hours=hours)
    Ticket.objects.filter(pk=ticket.pk).update(**columns)
    ticket.refresh_from_db()
    return ticket


@pytest.fixture
def shelf(kim, billing):
    def one(hours=None, **columns):
        return promised(make_ticket(kim, team=billing), hours, **columns)

    return {
        "nothing": one(),
        "late": one(-2, sla_state="late"),
        "just": one(0, sla_state="running"),
        "soon": one(4, sla_state="running"),
        "later": one(4.001, sla_state="running"),
        "next week": one(150, sla_state="running"),
        "paused": one(sla_state="paused", escalated_at=NOON),
        "asleep": one(-1, sla_state="late", snoozed_until=NOON + timedelta(days=1), escalated_at=NOON),
        "solved": one(-1, sla_state="late", status="solved", solved_at=NOON, escalated_at=NOON),
    }


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("overdue", {"late", "just", "asleep"}),
        ("due_soon", {"late", "just", "soon", "asleep"}),
        ("paused", {"paused"}),
        ("escalated", {"paused", "asleep"}),
    ],
)
def test_each_question_about_promises_finds_what_it_is_named_after(shelf, question, names):
    asked = set(getattr(Ticket.objects.all(), question)())

    assert {name for name, ticket in shelf.items() if ticket in asked} == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("is=overdue", {"late", "just", "asleep"}),
        ("is=due_soon", {"late", "just", "soon", "asleep"}),
        ("is=due_soon&not_is=overdue", {"soon"}),
        ("is=paused", {"paused"}),
        ("is=escalated&is=snoozed", {"asleep"}),
        ("is=open&not_is=overdue", {"nothing", "soon", "later", "next week", "paused"}),
        ("not_is=escalated", {"nothing", "late", "just", "soon", "later", "next week", "solved"}),
        ("not_is=paused&is=due_soon", {"late", "just", "soon", "asleep"}),
        ("query=due<4h", {"late", "just", "asleep"}),
        ("query=due<=4h", {"late", "just", "soon", "asleep"}),
        ("query=due>4h", {"later", "next week"}),
        ("query=due>=4h -due>1d", {"soon", "later"}),
        ("query=due:today", {"late", "just", "soon", "later", "asleep"}),
        ("query=due:tomorrow", set()),
        ("query=due>tomorrow", {"next week"}),
        ("query=due<2026-03-02T10:30:00Z", {"late"}),
    ],
)
def test_the_language_asks_for_promises(shelf, as_ana, query, names):
    found = TicketFilter(QueryDict(query), queryset=Ticket.objects.visible_to(as_ana), actor=as_ana)

    assert found.is_sound, (found.form.errors, found.mistakes)
    assert {name for name, ticket in shelf.items() if ticket in found.qs} == names


@pytest.mark.parametrize("bound", ["<2h", ">2h", "<=999999m", ">=1w"])
def test_what_looks_ahead_and_what_looks_back_are_not_taken_for_each_other(shelf, as_ana, bound):
    """Of tickets opened just now and due in 999,999 minutes, `created` and `due` say the opposite of each other."""
    for ticket in shelf.values():
        promised(ticket, 999_999 / 60, status="open")
    hours = {"<2h": False, ">2h": True, "<=999999m": True, ">=1w": True}[bound]

    def found(key):
        asked = QueryDict(mutable=True)
        asked["query"] = key + bound
        return TicketFilter(asked, queryset=Ticket.objects.visible_to(as_ana), actor=as_ana).qs.count()

    assert found("due") == (len(shelf) if hours else 0)
    assert found("created") == (len(shelf) if bound.startswith("<") else 0)


def test_the_order_of_due_times_has_those_without_one_last_and_pages_follow_each_other(shelf):
    names = {ticket.pk: name for name, ticket in shelf.items()}
    order = SORTS["due"]

    def page(**place):
        return paginate(Ticket.objects.open(), by=order.column, ascending=order.ascending, limit=3, **place)

    first = page()
    second = page(older=first.older)
    third = page(older=second.older)
    back = page(newer=third.newer)

    read = [names[ticket.pk] for ticket in (*first.rows, *second.rows, *third.rows)]
    assert read == ["late", "asleep", "just", "soon", "later", "next week", "nothing", "paused"]
    assert [ticket.pk for ticket in back.rows] == [ticket.pk for ticket in second.rows]


def test_due_soon_is_read_by_due_time_and_counted_with_the_other_views(client, shelf, ana, as_ana):
    client.force_login(ana)

    response = client.get("/tickets/?view=due_soon")
    escalated = client.get("/tickets/?view=escalated")

    expected = [shelf[name].pk for name in ("late", "asleep", "just", "soon")]
    assert [row.pk for row in response.context["tickets"]] == expected
    assert response.context["asked"].sort.slug == "due"
    assert {row.pk for row in escalated.context["tickets"]} == {shelf["paused"].pk, shelf["asleep"].pk}
    assert {slug: counts(as_ana)[slug] for slug in ("due_soon", "escalated")} == {"due_soon": 4, "escalated": 2}
    assert tickets_of(VIEWS["due_soon"], QueryDict(), as_ana).only_open


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (4 * 3600 + 720, "due in 4 h 12"),
        (3600, "due in 1 h 00"),
        (3599, "due in 59 min"),
        (60, "due in 1 min"),
        (59, "due now"),
        (0, "late"),
        (-59, "late"),
        (-60, "late 1 min"),
        (-7500, "late 2 h 05"),
        (-90000, "late 1 d 1 h"),
    ],
)
def test_a_chip_says_how_long(seconds, words):
    assert due_words(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("name", "chip"),
    [
        ("late", "late"),
        ("just", "late"),
        ("soon", "calm"),
        ("paused", "paused"),
        ("asleep", "late"),
        ("nothing", ""),
        ("solved", ""),
    ],
)
def test_a_chip_is_drawn_for_what_is_promised_only(shelf, name, chip):
    listed = Ticket.objects.filter(pk=shelf[name].pk).for_list().get()

    assert isinstance(listed, ListedTicket)
    assert due(listed) == due(shelf[name])
    assert (f'class="due due--{chip}"' in due(listed)) if chip else due(listed) == ""


def test_a_chip_shows_the_exact_time_in_the_readers_zone_and_words_in_the_readers_language(shelf):
    with timezone.override("Europe/Copenhagen"):
        assert 'title="Mon 2 March 2026, 17:00 CET"' in due(shelf["soon"])
    with timezone.override("Asia/Kathmandu"), translation.override("de"):
        assert "2. März 2026, 21:45" in due(shelf["soon"])


def test_the_list_and_the_ticket_page_show_the_chip(client, shelf, ana):
    client.force_login(ana)
    late = shelf["late"]

    rows = client.get(f"/tickets/rows/?id={late.pk}").content.decode()
    page = client.get(f"/tickets/{late.pk}/").content.decode()

    for body in (rows, page):
        assert 'class="due due--late"' in body
        assert f'<time datetime="{late.next_due_at.isoformat()}" data-due>late 2 h 00</time>' in body


def test_a_remembered_row_counts_on(client, shelf, ana):
    client.force_login(ana)
    address = f"/tickets/rows/?id={shelf['soon'].pk}"
    assert "due in 4 h 00" in client.get(address).content.decode()

    with time_machine.travel(NOON + timedelta(hours=5), tick=False):
        body = client.get(address).content.decode()

    assert "late 1 h 00" in body
    assert "due in" not in body


def test_a_list_may_show_it_in_a_column_of_its_own(client, shelf, ana):
    from tickets.models import ListLook

    ListLook.objects.create(agent=ana, view="due_soon", columns=["due", "number"])
    client.force_login(ana)

    body = client.get("/tickets/?view=due_soon").content.decode()

    assert body.count("data-due") == 4
    assert 'href="?view=due_soon&amp;sort=due"' in body
