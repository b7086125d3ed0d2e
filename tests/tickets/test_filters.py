"""The one filter, parameter by parameter, always inside what the actor may see."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.utils import timezone
from django.utils.timezone import now

from agents.actors import Actor
from helpdesk.lib.errors import HelpdeskError
from helpdesk.lib.keyset import paginate
from sla.first_match import meeting
from sla.matching import policies_of
from tests.factories import make_customer, make_ticket
from tests.sla.making import make_policy
from tickets.actions import AddTag, AssignTo, Follow, SetField, SetPriority, SetStatus, SetType, Snooze
from tickets.filters import TicketFilter, is_readable, stored_question
from tickets.models import FieldDefinition, Ticket
from tickets.perform import perform
from tickets.standing_views import View, counts

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(kim, ana, billing, technical):
    """Four tickets that differ in everything."""
    FieldDefinition.objects.create(key="plan", label="Plan", kind="choice", choices=["gold", "tin"])
    FieldDefinition.objects.create(key="vip", label="VIP", kind="checkbox")
    FieldDefinition.objects.create(key="seats", label="Seats", kind="number")
    bo = make_customer("Bo", "bo@beta.example")
    return {
        "new": make_ticket(kim, AddTag("refund"), AddTag("late"), SetField("plan", "gold"), team=billing),
        "urgent": make_ticket(kim, SetPriority("urgent"), AssignTo(ana.pk), SetField("seats", 5), team=billing),
        "asleep": make_ticket(bo, Snooze("2099-01-01T00:00:00Z"), AddTag("refund"), Follow(ana.pk), team=technical),
        "solved": make_ticket(bo, SetStatus("solved"), SetType("incident"), SetField("vip", True), channel="web"),
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"new", "urgent", "asleep", "solved"}),
        ("is=open", {"new", "urgent"}),
        ("is=snoozed", {"asleep"}),
        ("is=waiting", {"new", "urgent", "asleep"}),
        ("is=ended", {"solved"}),
        ("status=new&status=solved", {"new", "urgent", "asleep", "solved"}),
        ("status=solved", {"solved"}),
        ("priority=urgent", {"urgent"}),
        ("priority=urgent&priority=normal", {"new", "urgent", "asleep", "solved"}),
        ("type=incident", {"solved"}),
        ("channel=web", {"solved"}),
        ("team=mine", {"new", "urgent"}),
        ("team=none", {"solved"}),
        ("assignee=me", {"urgent"}),
        ("assignee=none", {"new", "asleep", "solved"}),
        ("assignee=me,none", {"new", "urgent", "asleep", "solved"}),
        ("follower=me", {"asleep"}),
        ("tag=refund", {"new", "asleep"}),
        ("tag=refund&tag=late", {"new"}),
        ("tag=refund,LATE", {"new"}),
        ("field_plan=gold", {"new"}),
        ("field_vip=true", {"solved"}),
        ("field_seats=5", {"urgent"}),
        ("assignee=999999999999999999999", set()),
        ("team=x%27--", set()),
        ("created_after=2099-01-01T00:00:00Z", set()),
        ("created_before=2099-01-01T00:00:00Z", {"new", "urgent", "asleep", "solved"}),
        ("is=open&is=waiting", {"new", "urgent"}),
        ("not_is=open", {"asleep", "solved"}),
        ("not_status=solved,closed", {"new", "urgent", "asleep"}),
        ("not_tag=late", {"urgent", "asleep", "solved"}),
        ("not_tag=late&not_tag=refund", {"urgent", "solved"}),
        ("not_team=mine", {"asleep", "solved"}),
        ("not_team=none", {"new", "urgent", "asleep"}),
        ("not_assignee=me", {"new", "asleep", "solved"}),
        ("not_follower=me", {"new", "urgent", "solved"}),
        ("not_field_plan=gold", {"urgent", "asleep", "solved"}),
        ("not_field_seats=5", {"new", "asleep", "solved"}),
        ("field_plan=gold&field_plan=tin", {"new"}),
        ("priority=%3E%3Dhigh", {"urgent"}),
        ("priority=%3Chigh", {"new", "asleep", "solved"}),
        ("priority=%3E%3Dnormal&priority=%3Curgent", {"new", "asleep", "solved"}),
        ("created=%3C1h", {"new", "urgent", "asleep", "solved"}),
        ("created=%3E1h", set()),
        ("created=today", {"new", "urgent", "asleep", "solved"}),
        ("created=yesterday", set()),
        ("updated=%3C1h&solved=%3C1h", {"solved"}),
        ("waiting=%3C1h", {"new", "urgent", "asleep"}),
        ("query=is:open+team:billing+-priority:urgent", {"new"}),
        ("query=team:mine+plan:GOLD", {"new"}),
        ("query=assignee:ana", {"urgent"}),
        ("query=requester:bo@beta.example", {"asleep", "solved"}),
        ("query=requester:kim+tag:late", {"new"}),
        ("query=nosuchword+printer", set()),
        ("query=Printer+-tag:refund", {"urgent", "solved"}),
        ("query=is:open&priority=urgent", {"urgent"}),
        ("requester=kim&team=billing", {"new", "urgent"}),
        ("query=organization:%2312", set()),
        ("_connector=OR&status__in=x", {"new", "urgent", "asleep", "solved"}),
    ],
)
def test_each_parameter_finds_its_tickets(shelf, as_ana, query, names):
    """G04 included: fragments of query language are values like any other."""
    found = TicketFilter(QueryDict(query), queryset=Ticket.objects.visible_to(as_ana), actor=as_ana)

    assert found.is_sound, (found.form.errors, found.mistakes)
    assert {name for name, ticket in shelf.items() if ticket in found.qs} == names


@pytest.mark.parametrize(
    "query",
    [
        "status=nope",
        "priority=5",
        "is=mine",
        "field_plan=iron",
        "field_seats=many",
        "created_after=soon",
        "created=7d",
        "requester=nobody",
        "not_status=nope",
    ],
)
def test_a_wrong_value_is_an_error_that_names_its_parameter(shelf, as_ana, query):
    found = TicketFilter(QueryDict(query), queryset=Ticket.objects.visible_to(as_ana), actor=as_ana)

    assert list(found.form.errors) == [query.split("=")[0]]
    assert not found.is_sound
    ((piece, _message),) = [one for one in found.query.marked if one[1]]
    assert piece == query.partition("=")[2]


def test_a_wrong_word_of_a_query_is_told_and_spoils_what_would_be_done_to_all(shelf, as_ana):
    found = TicketFilter(
        QueryDict("query=is:open+team:nobody"), queryset=Ticket.objects.visible_to(as_ana), actor=as_ana
    )

    assert not found.is_sound
    assert [mistake.word for mistake in found.mistakes] == ["team:nobody"]
    assert found.query.text == "is:open team:nobody"
    assert found.query.mistakes == found.mistakes


@pytest.mark.parametrize(
    ("query", "only_open"),
    [
        ("", False),
        ("is=open", True),
        ("query=waiting>1h", True),
        ("query=due<1h", True),
        ("is=overdue", True),
        ("is=due_soon", True),
        ("is=paused", True),
        ("is=escalated", True),
        ("not_is=overdue", False),
        ("status=pending,on_hold", True),
        ("status=pending&status=solved", False),
        ("not_is=ended", False),
        ("tag=refund", False),
    ],
)
def test_it_knows_when_it_can_find_only_open_tickets(db, as_ana, query, only_open):
    found = TicketFilter(QueryDict(query), queryset=Ticket.objects.visible_to(as_ana), actor=as_ana)

    assert found.only_open is only_open


def test_names_are_written_so_that_they_are_found_again(shelf, ana, billing, as_ana):
    """By slug, by what stands before the @ of an address, by a customer's address; what is gone by its number."""
    kim = shelf["new"].requester_id
    given = QueryDict(f"team={billing.pk}&assignee={ana.pk},none&requester={kim}&follower=987&organization=9")

    found = TicketFilter(given, queryset=Ticket.objects.visible_to(as_ana), actor=as_ana)

    text = "team:billing assignee:ana,none requester:kim@alpha.example follower:#987 organization:#9"
    assert found.query.text == text
    again = TicketFilter({"query": text}, queryset=Ticket.objects.visible_to(as_ana), actor=as_ana)
    assert again.parameters == {name: [v for one in values for v in one.split(",")] for name, values in given.lists()}


def test_a_day_is_a_day_in_the_readers_zone(kim, as_ana, billing):
    with time_machine.travel("2026-03-01T22:30:00Z", tick=False):
        make_ticket(kim, team=billing)

    def found(text, zone):
        with timezone.override(zone):
            tickets = Ticket.objects.visible_to(as_ana)
            return TicketFilter({"query": text}, queryset=tickets, actor=as_ana).qs.count()

    assert found("created:2026-03-01", "UTC") == 1
    assert found("created:2026-03-01", "Europe/Kyiv") == 0
    assert found("created:2026-03-02", "Europe/Kyiv") == 1
    assert found("created>=2026-03-02", "Europe/Kyiv") == 1
    assert found("created>2026-03-01", "UTC") == 0
    assert found("created<=2026-03-01", "UTC") == 1
    assert found("created<2026-03-02", "Europe/Kyiv") == 0


def test_a_filter_never_widens_what_is_visible(shelf, mia):
    by = Actor.agent(mia)

    found = TicketFilter(QueryDict("tag=refund"), queryset=Ticket.objects.visible_to(by), actor=by)

    assert [t.pk for t in found.qs] == [shelf["asleep"].pk]


def test_pages_follow_each_other_without_gap_or_repeat(kim, as_ana, billing):
    made = [make_ticket(kim, team=billing).pk for _ in range(7)]
    Ticket.objects.filter(pk__in=made[2:5]).update(activity_at=Ticket.objects.get(pk=made[2]).activity_at)
    expected = list(Ticket.objects.order_by("-activity_at", "-pk").values_list("pk", flat=True))

    first = paginate(Ticket.objects.all(), by="activity_at", limit=3)
    second = paginate(Ticket.objects.all(), by="activity_at", limit=3, older=first.older)
    third = paginate(Ticket.objects.all(), by="activity_at", limit=3, older=second.older)
    back = paginate(Ticket.objects.all(), by="activity_at", limit=3, newer=second.newer)

    assert [t.pk for page in (first, second, third) for t in page.rows] == expected
    assert (first.newer, third.older) == (None, None)
    assert [t.pk for t in back.rows] == expected[:3]
    assert back.newer is None
    perform(made[0], AddTag("moved"), by=as_ana, via="web")
    again = paginate(Ticket.objects.all(), by="activity_at", limit=3, older=first.older)
    assert [t.pk for t in again.rows][:2] == expected[3:5]


@pytest.mark.parametrize("cursor", ["x", "", "eyJhIjoxfQ", "WyIyMDI2IiwxXQ", "=" * 40, "W" * 5000, "WzFd"])
def test_a_made_up_cursor_is_refused(db, cursor):
    with pytest.raises(HelpdeskError) as refusal:
        paginate(Ticket.objects.all(), by="activity_at", limit=3, older=cursor)

    assert refusal.value.code == "bad_cursor"


@pytest.mark.parametrize("common", [True, False])
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("is=open&tag=refund", {"new"}),
        ("is=open&tag=refund&tag=late", {"new"}),
        ("is=open&not_tag=refund", {"urgent"}),
        ("is=open&tag=nowhere", set()),
        ("is=waiting&field_plan=gold", {"new"}),
        ("is=open&not_field_plan=gold", {"urgent"}),
        ("status=solved&field_vip=true", {"solved"}),
    ],
)
def test_the_road_by_which_a_tag_is_found_does_not_change_what_is_found(
    shelf, as_ana, monkeypatch, common, query, names
):
    monkeypatch.setattr("tickets.tag_conditions.is_common", lambda name: common and connection.vendor == "postgresql")

    found = TicketFilter(QueryDict(query), queryset=Ticket.objects.visible_to(as_ana), actor=as_ana)

    assert {name for name, ticket in shelf.items() if ticket in found.qs} == names


@pytest.mark.parametrize("away", [{"active": False}, {"choices": ["tin"]}])
@pytest.mark.parametrize("name", ["field_plan", "not_field_plan"])
def test_what_is_kept_of_a_field_that_is_gone_finds_none_and_is_shown_as_a_mistake(shelf, as_ana, name, away):
    """E05: saved views, service levels, webhooks and whole lists narrow by it; without it they would have all."""
    kept = {name: ["gold"], "is": ["open"]}
    mine = Ticket.objects.visible_to(as_ana)
    policy = make_policy("Gold", conditions=[kept])
    assert is_readable(kept, as_ana)
    assert stored_question(kept, mine, as_ana).exists()
    met = meeting([kept], set(mine.values_list("pk", flat=True)))
    assert met
    FieldDefinition.objects.filter(key="plan").update(**away)

    asked = TicketFilter(kept, queryset=mine, actor=as_ana)

    assert not asked.is_sound
    assert "active" not in away or not asked.qs.exists()
    assert [mistake.word.removeprefix("-").removeprefix("field_") for mistake in asked.query.mistakes] == ["plan:gold"]
    assert not is_readable(kept, as_ana)
    assert not stored_question(kept, mine, as_ana).exists()
    assert counts(as_ana, [View("1", "Gold", "bookmark", kept, True)]).get("1", 0) == 0
    assert meeting([kept], set(mine.values_list("pk", flat=True))) == set()
    assert policies_of(list(Ticket.objects.all()), now()) == {}
    assert policy.active
